"""Facts of symbols for every architecture and state, each slice parsed once and kept between runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from patchtool.core.cache import JsonCache
from patchtool.core.symbol import SymbolFacts
from patchtool.core.tree import MissingBlob
from patchtool.kconfig.atlas import Atlas, KconfigTree, Outlines, architectures
from patchtool.kconfig.conclusions import Conclusions, packed_conclusions, unpacked_conclusions
from patchtool.kconfig.cone import Cones
from patchtool.kconfig.facts import facts_of
from patchtool.kconfig.names import Names, names_of, packed_names, unpacked_names
from patchtool.kconfig.outline import Outline, outline
from patchtool.kconfig.packing import (
    packed_facts,
    packed_outline,
    unpacked_facts,
    unpacked_outline,
)
from patchtool.kconfig.parser import KconfigError
from patchtool.kconfig.partial import Partial, Shelf
from patchtool.kconfig.slices import Slice, Slicer, read

# To be raised with any change of what is kept, or of what is read out of the same files.
_FORMAT = "2"


class StateTree(KconfigTree, Protocol):
    """A tree that never changes: equal `oid`, equal files."""

    @property
    def oid(self) -> str:
        """The id of the tree or of the commit."""
        ...

    def read_all(self, paths: Iterable[str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Contents of the files among some paths, and those whose content is absent."""
        ...


class FactStore:
    """Answers for one series; `folder` is where answers are kept between runs, None for nowhere.

    States share what they can: a version of a file is outlined once, and a slice whose files did not change
    is not parsed again. Cost for a kernel: about a second for the first state, then some milliseconds an
    architecture and state for some ten symbols; a run that was made before reads its answers only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._cache = JsonCache(folder, "kconfig")
        self._outlines = Outlines()
        self._atlases: dict[str, Atlas] = {}
        self._saved: set[str] = set()
        self._slicers: dict[frozenset[str], Slicer] = {}
        self._shelf = Shelf()
        self._partials: dict[tuple[str, str], Partial] = {}
        self._answers: dict[str, Mapping[str, SymbolFacts] | KconfigError] = {}
        self._keys: dict[int, str] = {}

    def architectures(self, tree: StateTree) -> tuple[str, ...]:
        """See `atlas.architectures`."""
        kept = self._cache.get(_FORMAT, "architectures", tree.oid)
        if isinstance(kept, list) and all(isinstance(name, str) for name in kept):
            return tuple(kept)
        found = architectures(tree)
        self._cache.put(found, _FORMAT, "architectures", tree.oid)
        return found

    def names(self, tree: StateTree) -> Names:
        """What all Kconfig files of a tree declare and ask for, whichever architecture reads them."""
        kept = unpacked_names(self._cache.get(_FORMAT, "names", tree.oid))
        if kept is None:
            self._load(tree)
            self._read_all(tree)
            kept = names_of(self.outline(tree, path) for path in _kconfig_files(tree))
            self._cache.put(packed_names(kept), _FORMAT, "names", tree.oid)
        return kept

    def outline(self, tree: StateTree, path: str) -> Outline:
        """One Kconfig file's outline; an empty one for a file that the tree, or the object store, lacks."""
        try:
            return self._outlines.of(tree, path)
        except MissingBlob:
            return Outline(())

    def facts(self, tree: StateTree, arch: str, symbols: Collection[str]) -> Mapping[str, SymbolFacts]:
        """The facts of each symbol on one architecture, those that no file mentions included.

        Locations have no `ref`.

        Raises:
            KconfigError: a file that is needed to say so does not parse; the other architectures still may.
            UnknownArch: the tree has no such architecture.
            MissingBlob: a Kconfig file's content is absent.
        """
        return self._answer(tree, arch, frozenset(symbols), 0)

    def closed(
        self, tree: StateTree, arch: str, symbols: Collection[str], limit: int = 4000
    ) -> Mapping[str, SymbolFacts]:
        """The facts of the symbols and of what decides their values, breadth first, to `limit` symbols.

        Raises: as `facts`.
        """
        return self._answer(tree, arch, frozenset(symbols), limit)

    def partial(self, tree: StateTree, arch: str) -> Partial:
        """Values of one architecture, parsed as far as they are asked for.

        Raises:
            UnknownArch: the tree has no such architecture.
            MissingBlob: a Kconfig file's content is absent.
        """
        key = (tree.oid, arch)
        if key not in self._partials:
            self._partials[key] = Partial(self.atlas(tree), arch, self._shelf)
        return self._partials[key]

    # The facts of the symbols where `limit` is 0, else of their cone.
    def _answer(
        self, tree: StateTree, arch: str, symbols: frozenset[str], limit: int
    ) -> Mapping[str, SymbolFacts]:
        asked = "\n".join([arch, str(limit), *sorted(symbols)])
        key = self._cache.get(_FORMAT, "slice", tree.oid, asked)
        answer = self._known(key) if isinstance(key, str) else None
        if answer is None:
            atlas = self.atlas(tree)
            missing = atlas.missing(arch)
            if missing is not None:
                raise missing
            cone = Cones(atlas, arch).closure(symbols, limit).symbols if limit else symbols
            wanted = frozenset(cone)
            part = self._slicer(wanted).cut(atlas, arch)
            digest = sha256("\n".join([part.key or tree.oid, arch, *sorted(wanted)]).encode())
            key = digest.hexdigest()
            answer = self._known(key) or self._read(key, atlas, part, wanted)
            self._cache.put(key, _FORMAT, "slice", tree.oid, asked)
        if isinstance(answer, KconfigError):
            raise answer
        self._keys[id(answer)] = str(key)
        return answer

    def concluded(self, facts: Mapping[str, SymbolFacts]) -> Conclusions:
        """What was concluded in an earlier run from facts that `closed` gave."""
        return unpacked_conclusions(self._cache.get(_FORMAT, "concluded", self._keys[id(facts)]))

    def conclude(self, facts: Mapping[str, SymbolFacts], conclusions: Conclusions) -> None:
        """Keep what was concluded from facts that `closed` gave."""
        self._cache.put(packed_conclusions(conclusions), _FORMAT, "concluded", self._keys[id(facts)])

    def atlas(self, tree: StateTree) -> Atlas:
        """The atlas of a state, with all of its architectures."""
        if tree.oid not in self._atlases:
            known = self._outlines.known
            if not self._load(tree) and not self._atlases:
                self._read_all(tree)
            self._atlases[tree.oid] = Atlas(tree, self.architectures(tree), self._outlines)
            if new := known.keys() - self._saved:
                rows = {blob: packed_outline(known[blob]) for blob in sorted(new)}
                self._cache.put(rows, _FORMAT, "outlines", tree.oid)
                self._saved |= new
        return self._atlases[tree.oid]

    # What this state brings that no other one had, in an earlier run.
    def _load(self, tree: StateTree) -> bool:
        rows = self._cache.get(_FORMAT, "outlines", tree.oid)
        for blob, row in rows.items() if isinstance(rows, dict) else ():
            found = unpacked_outline(row)
            if found is not None:
                self._outlines.known.setdefault(blob, found)
                self._saved.add(blob)
        return isinstance(rows, dict)

    # One process for the lot; a file by any other name is read when it is sourced.
    def _read_all(self, tree: StateTree) -> None:
        known = self._outlines.known
        unread = [path for path in _kconfig_files(tree) if tree.blob_id(path) not in known]
        for path, data in tree.read_all(unread)[0].items():
            blob = tree.blob_id(path)
            if blob:
                known[blob] = outline(data)

    def _slicer(self, symbols: frozenset[str]) -> Slicer:
        if symbols not in self._slicers:
            self._slicers[symbols] = Slicer(symbols)
        return self._slicers[symbols]

    def _known(self, key: str) -> Mapping[str, SymbolFacts] | KconfigError | None:
        if key not in self._answers:
            kept = self._cache.get(_FORMAT, "facts", key)
            answer = _error(kept) if isinstance(kept, dict) else unpacked_facts(kept)
            if answer is None:
                return None
            self._answers[key] = answer
        return self._answers[key]

    def _read(
        self, key: str, atlas: Atlas, part: Slice, wanted: frozenset[str]
    ) -> Mapping[str, SymbolFacts] | KconfigError:
        answer: Mapping[str, SymbolFacts] | KconfigError
        try:
            answer = facts_of(read(atlas, part), atlas.outlines, wanted)
            self._cache.put(packed_facts(answer), _FORMAT, "facts", key)
        except KconfigError as error:
            answer = error
            self._cache.put({"error": error.message, "at": error.at}, _FORMAT, "facts", key)
        self._answers[key] = answer
        return answer


def _kconfig_files(tree: StateTree) -> Iterator[str]:
    return (path for path in tree.paths() if path.rpartition("/")[2].startswith("Kconfig"))


def _error(kept: dict[str, object]) -> KconfigError | None:
    message, at = kept.get("error"), kept.get("at")
    if not isinstance(message, str) or not (at is None or isinstance(at, str)):
        return None
    return KconfigError(message, at=at)
