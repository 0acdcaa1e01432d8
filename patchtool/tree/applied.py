"""What came of trees before: kept between runs, with the objects it brought."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from patchtool.core.cache import JsonCache
from patchtool.tree.git import FULL_ID, Scratch

# To be raised with any change of what is kept.
_FORMAT = "2"
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The id of the tree without files, which git knows in every repository."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing came of it, and what git said; `judged` is False where it failed and did not judge."""

    reason: str
    judged: bool = True


class Applied:
    """Remembers what tree came of another one, by what was asked for, if the repository has a cache.

    The trees and blobs that came of it lie in an object store beside the cache, which the repository reads.
    An outcome of which an object was lost since is forgotten.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._cache = JsonCache(scratch.cache, "applied")

    def get(self, tree: str, *asked: str | bytes) -> str | Refused | None:
        """The 40-hex id of the tree that came of a tree, or why none did; None where that is not known."""
        match self._cache.get(*_key(tree, asked)):
            case {"tree": str(oid), "objects": list(objects)} if FULL_ID.match(oid):
                return oid if all(self._place(one).is_file() for one in objects) else None
            case {"refused": str(reason)}:
                return Refused(reason)
        return None

    def keep(self, tree: str, after: str | Refused, *asked: str | bytes) -> None:
        """Remember what came of a tree; a new tree is one of the repository's own."""
        if self._scratch.cache is None:
            return
        if isinstance(after, Refused):
            if after.judged:
                self._cache.put({"refused": after.reason}, *_key(tree, asked))
            return
        new = self._scratch.differences(tree, after) if after != tree else ()
        objects = [after, *(oid for _, _, oid in new)] if new else []
        with suppress(OSError):
            kept = [oid for oid in dict.fromkeys(objects) if self._keep(oid)]
            self._cache.put({"tree": after, "objects": kept}, *_key(tree, asked))

    # Whether the store has the object then; what the user's own repository holds is not kept twice.
    def _keep(self, oid: str) -> bool:
        place, made = self._place(oid), self._scratch.folder / "objects" / oid[:2] / oid[2:]
        if made.is_file() and not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(f".{self._scratch.folder.name}")
            shutil.copyfile(made, part)
            part.replace(place)
        return place.is_file()

    def _place(self, oid: object) -> Path:
        name = str(oid)
        return (self._scratch.store or Path()) / name[:2] / name[2:]


def _key(tree: str, asked: Sequence[str | bytes]) -> tuple[str, ...]:
    parts = (part if isinstance(part, str) else sha256(part).hexdigest() for part in asked)
    return (_FORMAT, tree, *parts)
