"""A kernel tree as git objects hold it: paths and blobs, nothing checked out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TypeAlias

from patchtool.core.errors import PatchtoolError
from patchtool.core.tree import MissingBlob
from patchtool.tree.git import Scratch

# What every kernel since 2.6 has at its top, and hardly anything else has together.
_KERNEL = ("Kconfig", "Makefile", "arch/Kconfig")
_VERSION_KEYS = ("VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION")


Overlay: TypeAlias = Mapping[str, str | None]
"""Paths and blob ids of what a tree has that another one has not; None for a file that is not there."""


class NotAKernel(PatchtoolError):
    """The tree has no top-level Kconfig, Makefile and arch/Kconfig."""


class Snapshot:
    """One tree of a repository; a `core.tree.TreeReader`.

    `oid` is any 40-hex id that leads to a tree. Listing costs one `git ls-tree`, about 0.2 s for a kernel;
    a state derived from another one costs the difference.
    """

    def __init__(
        self,
        scratch: Scratch,
        oid: str,
        name: str,
        *,
        parent: Snapshot | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        self.scratch = scratch
        self.oid = oid
        self._name = name
        self._parent = parent
        self._given = overlay

    @property
    def name(self) -> str:
        return self._name

    def derive(self, oid: str, name: str, overlay: Overlay | None = None) -> Snapshot:
        """Another tree that differs from this one in few files: those of `overlay`, where that is known."""
        return Snapshot(self.scratch, oid, name, parent=self, overlay=overlay)

    # Only of a derived state.
    @cached_property
    def _overlay(self) -> Overlay:
        if self._parent is None or self._given is not None:
            return self._given or {}
        differences = self.scratch.differences(self._parent.oid, self.oid)
        return overlay_of(differences)

    # Of a tree of its own; a derived state asks its parent for what it does not change.
    @cached_property
    def _blobs(self) -> dict[str, str]:
        return _entries(self.scratch.out("ls-tree", "-r", "-z", self.oid))

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        if self._parent is None:
            return tuple(sorted(self._blobs))
        before = self._parent._paths
        gone = {path for path, blob in self._overlay.items() if blob is None}
        new = {path for path, blob in self._overlay.items() if blob and not self._parent.blob_id(path)}
        return tuple(sorted({*before, *new} - gone)) if gone or new else before

    def changed(self) -> tuple[str, ...]:
        """Paths that differ from the state this one was derived from, sorted; () for a tree of its own."""
        return tuple(sorted(self._overlay))

    def read(self, path: str) -> bytes | None:
        """See `TreeReader.read`."""
        blob = self.blob_id(path)
        if blob is None:
            return None
        data = self.scratch.blob(blob)
        if data is None:
            raise MissingBlob(path, self.name)
        return data

    def read_all(self, paths: Iterable[str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Contents of the files among some paths, and the paths whose content the object store lacks.

        One process, however many files; about 0.2 s for a kernel's Kconfig files.
        """
        ids = {path: self.blob_id(path) for path in paths}
        wanted = {path: blob for path, blob in ids.items() if blob}
        asked = "".join(f"{blob}\n" for blob in wanted.values()).encode()
        contents = _contents(self.scratch.out("cat-file", "--batch", data=asked)) if wanted else iter(())
        found = dict(zip(wanted, contents, strict=True))
        absent = tuple(path for path, data in found.items() if data is None)
        return {path: data for path, data in found.items() if data is not None}, absent

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """See `TreeReader.paths`."""
        if not prefix:
            return self._paths
        folder = prefix.rstrip("/")
        below = self._paths[bisect_left(self._paths, f"{folder}/") : bisect_left(self._paths, f"{folder}0")]
        return (folder, *below) if self.blob_id(folder) else below

    def has(self, path: str) -> bool:
        """Whether the tree has a file or a folder of that name."""
        return bool(self.paths(path))

    def blob_id(self, path: str) -> str | None:
        """The 40-hex id of the file's blob; None where no such file is in the tree."""
        if self._parent is None:
            return self._blobs.get(path)
        return self._overlay[path] if path in self._overlay else self._parent.blob_id(path)

    def absent(self) -> tuple[str, ...]:
        """Paths that the tree lists and the object store lacks, sorted; about 0.3 s for a kernel."""
        blobs = {path: self.blob_id(path) or "" for path in self._paths}
        ids = "\n".join(sorted(set(blobs.values()))).encode()
        listing = self.scratch.out("cat-file", "--batch-check=%(objectname)", data=ids).decode().splitlines()
        missing = {line.split()[0] for line in listing if line.endswith(" missing")}
        return tuple(path for path in self._paths if blobs[path] in missing) if missing else ()

    def version(self) -> str:
        """`5.5.0-rc5` from the Makefile's first lines, "" where they do not say; for people only."""
        with suppress(MissingBlob):
            return self._version(self.read("Makefile") or b"")
        return ""

    @staticmethod
    def _version(makefile: bytes) -> str:
        head = makefile.decode("utf-8", "replace").splitlines()[:40]
        pairs = (line.partition("=") for line in head if "=" in line)
        values = {key.strip(): value.strip() for key, _, value in pairs}
        if not values.get("VERSION"):
            return ""
        numbers = ".".join(values.get(key, "") for key in _VERSION_KEYS[:3])
        return numbers.rstrip(".") + values.get("EXTRAVERSION", "")

    def require_kernel(self) -> None:
        """Raises NotAKernel, naming what is not there."""
        lacking = [path for path in _KERNEL if not self.blob_id(path)]
        if lacking:
            raise NotAKernel(
                f"not a Linux kernel tree: no {lacking[0]}",
                at=self.name,
                hint="name a kernel's repository with --repo and a kernel's revision with --base",
            )


def overlay_of(differences: Iterable[tuple[str, str, str]]) -> Overlay:
    """What `Scratch.differences` names, without folders; symbolic links and submodules are no files."""
    return {
        path: oid if mode.startswith("100") and oid.strip("0") else None
        for path, mode, oid in differences
        if mode != "040000"
    }


# `mode type id\tpath`, zero-terminated; symbolic links and submodules are no files to read.
_ENTRY = re.compile(r"100\d{3} blob ([0-9a-f]{40})\t([^\0]+)\0")


def _entries(listing: bytes) -> dict[str, str]:
    return {path: blob for blob, path in _ENTRY.findall(listing.decode("utf-8", "surrogateescape"))}


def _contents(batch: bytes) -> Iterator[bytes | None]:
    # `oid type size`, the bytes, a line break; or `oid missing`.
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        head = batch[at:end].split(b" ")
        if head[-1] == b"missing":
            yield None
            at = end + 1
        else:
            size = int(head[-1])
            yield batch[end + 1 : end + 1 + size]
            at = end + size + 2
