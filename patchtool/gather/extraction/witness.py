"""What an extraction asked of a tree and of its Kconfig, written down, so that another tree can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1

from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.settings import Settings


@dataclass(slots=True)
class Asked:
    """Every question and its answer. `files` are ids of contents, None for a file that is not there;
    `folders` digests of listings; `values` are those under `assignments`, which Kconfig `refused` in part."""

    files: dict[str, str | None] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    kconfig: str = ""
    defined: dict[str, bool] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)

    def holds(self, reader: CachedReader, kconfig: Settings) -> bool:
        """Whether a tree gives the same answers; reads no file but those of its Kconfig."""
        if any(reader.blob_id(path) != blob for path, blob in self.files.items()):
            return False
        if any(_listed(reader, prefix) != found for prefix, found in self.folders.items()):
            return False
        return self.kconfig == kconfig.digest or self._same_values(kconfig)

    def _same_values(self, kconfig: Settings) -> bool:
        if any(kconfig.defined(name) != answer for name, answer in self.defined.items()):
            return False
        if kconfig.refused(self.assignments) != self.refused:
            return False
        return all(kconfig.value(self.assignments, name) == value for name, value in self.values.items())


def _listed(reader: CachedReader, prefix: str) -> str:
    text = "\n".join(reader.paths(prefix))
    return sha1(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


class Witness:
    """A tree and its Kconfig as the extraction sees them; what it asks stands in `asked` afterwards."""

    def __init__(self, reader: CachedReader, kconfig: Settings) -> None:
        self._reader = reader
        self._kconfig = kconfig
        self.asked = Asked(kconfig=kconfig.digest)

    @property
    def name(self) -> str:
        """See `TreeReader.name`."""
        return self._reader.name

    def read(self, path: str) -> bytes | None:
        """See `TreeReader.read`."""
        if path not in self.asked.files:
            self.asked.files[path] = self._reader.blob_id(path)
        return self._reader.read(path)

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """See `TreeReader.paths`."""
        self.asked.folders[prefix] = _listed(self._reader, prefix)
        return self._reader.paths(prefix)

    def defined(self, symbol: str) -> bool:
        """See `Settings.defined`."""
        return self.asked.defined.setdefault(symbol, self._kconfig.defined(symbol))

    def assign(self, assignments: Mapping[str, str]) -> tuple[str, ...]:
        """Put Kconfig under a setting; what did not take, a sentence each."""
        self.asked.assignments = dict(assignments)
        self.asked.refused = self._kconfig.refused(assignments)
        return self.asked.refused

    def value(self, symbol: str) -> str:
        """See `preprocess.Symbols`; of the setting that was assigned."""
        if symbol not in self.asked.values:
            self.asked.values[symbol] = self._kconfig.value(self.asked.assignments, symbol)
        return self.asked.values[symbol]


def packed_asked(asked: Asked) -> list[object]:
    """A JSON value for `unpacked_asked`."""
    kconfig = [asked.kconfig, asked.defined, asked.assignments, list(asked.refused), asked.values]
    return [asked.files, asked.folders, *kconfig]


def unpacked_asked(value: object) -> Asked | None:
    """What `packed_asked` made a value of; None for anything else."""
    match value:
        case [
            dict(files),
            dict(folders),
            str(kconfig),
            dict(defined),
            dict(given),
            list(refused),
            dict(values),
        ]:
            return Asked(
                {str(path): str(blob) if blob is not None else None for path, blob in files.items()},
                _texts(folders),
                kconfig,
                {str(name): bool(answer) for name, answer in defined.items()},
                _texts(given),
                tuple(map(str, refused)),
                _texts(values),
            )
    return None


def _texts(rows: dict[object, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in rows.items()}
