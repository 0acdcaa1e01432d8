"""Patches that went in before: the tree each gave, kept between runs with the objects it brought."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from patchtool.core.cache import JsonCache
from patchtool.tree.git import FULL_ID, Scratch
from patchtool.tree.snapshot import Overlay, Snapshot, overlay_of

# To be raised with any change of what is kept.
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The 40-hex id of a tree, and how its files differ from those of the tree before."""

    tree: str
    overlay: Overlay


class Applied:
    """Remembers that a diff turned one tree into another; a `folder` of None remembers nothing.

    The trees and blobs that came of it lie in an object store of the folder's own, which `lend` shows to a
    repository. An outcome of which an object was lost since is forgotten.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = JsonCache(folder, "applied")
        self._store = folder.absolute() / "objects" if folder else None

    def lend(self, scratch: Scratch) -> None:
        """Let a repository read the objects of all outcomes."""
        if self._store is not None:
            with suppress(OSError):
                self._store.mkdir(parents=True, exist_ok=True)
                scratch.borrow_objects(self._store)

    def get(self, tree: Snapshot, diff: bytes) -> Outcome | None:
        """What the diff makes of a tree; None where that is not known."""
        match self._cache.get(*_key(tree, diff)):
            case {"tree": str(oid), "overlay": dict(overlay), "objects": list(objects)} if (
                FULL_ID.match(oid)
                and all(isinstance(blob, str | None) for blob in overlay.values())
                and all(self._place(one).is_file() for one in objects)
            ):
                return Outcome(oid, overlay)
        return None

    def put(self, tree: Snapshot, diff: bytes, after: str) -> Outcome:
        """Remember what the diff made of a tree, in the repository that it was applied in just now."""
        differences = list(tree.scratch.differences(tree.oid, after))
        overlay = overlay_of(differences)
        objects = [after, *(oid for _, _, oid in differences)]
        if self._store is not None:
            with suppress(OSError):
                kept = [oid for oid in dict.fromkeys(objects) if self._keep(tree.scratch, oid)]
                self._cache.put({"tree": after, "overlay": overlay, "objects": kept}, *_key(tree, diff))
        return Outcome(after, overlay)

    # Whether the store has the object then; what the user's own repository holds is not kept twice.
    def _keep(self, scratch: Scratch, oid: str) -> bool:
        place, made = self._place(oid), scratch.folder / "objects" / oid[:2] / oid[2:]
        if made.is_file() and not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(f".{scratch.folder.name}")
            shutil.copyfile(made, part)
            part.replace(place)
        return place.is_file()

    def _place(self, oid: object) -> Path:
        name = str(oid)
        return (self._store or Path()) / name[:2] / name[2:]


def _key(tree: Snapshot, diff: bytes) -> tuple[str, ...]:
    return (_FORMAT, tree.oid, sha256(diff).hexdigest())
