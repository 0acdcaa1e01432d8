"""A tree whose files are asked for once."""

from __future__ import annotations

from hashlib import sha1
from typing import Protocol, runtime_checkable

from patchtool.core.tree import TreeReader


@runtime_checkable
class _Identified(Protocol):
    def blob_id(self, path: str) -> str | None: ...


class CachedReader:
    """A reader that asks for each file once; headers are read for every configuration.

    `source` is the reader that it asks.
    """

    def __init__(self, reader: TreeReader) -> None:
        self.source = reader
        self._known: dict[str, bytes | None] = {}
        self._ids: dict[str, str | None] = {}

    @property
    def name(self) -> str:
        """See `TreeReader.name`."""
        return self.source.name

    def read(self, path: str) -> bytes | None:
        """See `TreeReader.read`."""
        if path not in self._known:
            self._known[path] = self.source.read(path)
        return self._known[path]

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """See `TreeReader.paths`."""
        return self.source.paths(prefix)

    def seen(self) -> tuple[str, ...]:
        """The files that were read so far."""
        return tuple(path for path, data in self._known.items() if data is not None)

    def blob_id(self, path: str) -> str | None:
        """An id that equal contents share; None where no such file is in the tree."""
        if isinstance(self.source, _Identified):
            return self.source.blob_id(path)
        if path not in self._ids:
            data = self.read(path)
            self._ids[path] = sha1(data, usedforsecurity=False).hexdigest() if data is not None else None
        return self._ids[path]
