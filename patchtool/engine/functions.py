"""Which C functions a series may leave declared and not defined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from patchtool.core.tree import FunctionKind, FunctionPlace
from patchtool.csource.declarations import functions
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import readable

C_FILES = (".c", ".h", ".S")


class FunctionReader:
    """Declarations and definitions of files, each version of a file read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[FunctionPlace, ...]] = {}

    def places(self, tree: Snapshot, path: str) -> tuple[FunctionPlace, ...]:
        """All places of one file; () where it is no C, not in the tree, or absent from the object store."""
        blob = tree.blob_id(path) if path.endswith(C_FILES) else None
        if blob is None:
            return ()
        key = (blob, path)
        if key not in self._known:
            data = readable(tree, path)
            self._known[key] = functions(path, data) if data is not None else ()
        return self._known[key]

    def suspects(self, before: Snapshot, after: Snapshot, paths: Iterable[str]) -> Iterator[str]:
        """Functions that the step between two trees may leave without a definition.

        Those whose declarations or definitions change in `paths`, that none of these files defines
        afterwards, and that are or were declared there or lose a definition which others could call.
        """
        old: dict[str, list[FunctionPlace]] = defaultdict(list)
        new: dict[str, list[FunctionPlace]] = defaultdict(list)
        for path in paths:
            if before.blob_id(path) != after.blob_id(path):
                for places, tree in ((old, before), (new, after)):
                    for place in self.places(tree, path):
                        places[place.name].append(place)
        for name in old.keys() | new.keys():
            if _shape(old[name]) != _shape(new[name]) and _open(old[name], new[name]):
                yield name


def _open(old: list[FunctionPlace], new: list[FunctionPlace]) -> bool:
    if any(map(_defines, new)):
        return False
    return bool(new) or any(not (_defines(place) and place.static) for place in old)


def _defines(place: FunctionPlace) -> bool:
    return place.kind is not FunctionKind.DECLARED


def _shape(places: Iterable[FunctionPlace]) -> list[tuple[str, FunctionKind]]:
    return sorted((place.path, place.kind) for place in places)
