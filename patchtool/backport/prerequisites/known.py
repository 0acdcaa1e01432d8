"""Which names a tree declares, and where: one search of it for many names, the answers kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from patchtool.backport.prerequisites.names import Name, declared_in, line_of
from patchtool.core.finding import Location
from patchtool.core.prerequisite import LackKind
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

# Files that hold a word and may declare it; a word in more of them is looked for in these alone.
_MOST = 300
_KCONFIG = ("Kconfig*", "*/Kconfig*")


class Known:
    """A tree's names. `undecided` gathers sentences on what was not looked through."""

    def __init__(self, tree: Snapshot, grep: Grep) -> None:
        self.tree = tree
        self.undecided: list[str] = []
        self._grep = grep
        self._places: dict[Name, Location | None] = {}
        self._words: set[str] = set()

    def places(self, names: Iterable[Name], near: Collection[str]) -> Mapping[Name, Location]:
        """Where the tree declares each of some names; without those that it does not declare.

        `near` are the paths to look at first, and the only .c files that are looked at: what others define
        is seen through a header. Cost: a search of the tree's headers, about a second for a kernel, and one
        of its Kconfig files, each only where a name is not found nearby.
        """
        asked = list(dict.fromkeys(names))
        wanted = [name for name in asked if name not in self._places]
        left = [name for name in wanted if not self._nearby(name, near)]
        c_names = [name for name in left if name.kind in (LackKind.IDENTIFIER, LackKind.MEMBER)]
        symbols = [name for name in left if name.kind is LackKind.SYMBOL]
        self._search(c_names, ("*.h",))
        self._search(symbols, _KCONFIG)
        for name in left:
            if name.kind is LackKind.HEADER:
                self._places[name] = self._file(name.word)
        return {name: place for name in asked if (place := self._places.get(name))}

    def stands(self, word: str) -> bool:
        """Whether a word that `places` searched for stands anywhere in the files that it searched."""
        return word in self._words

    def _nearby(self, name: Name, near: Collection[str]) -> bool:
        found = next((place for path in near if (place := self._place(name, path))), None)
        if found:
            self._places[name] = found
        return found is not None

    def _place(self, name: Name, path: str) -> Location | None:
        data = readable(self.tree, path)
        if data is None or name.word.encode() not in data or name not in declared_in(path, data):
            return None
        return Location(path, line_of(name, path, data))

    def _search(self, names: Collection[Name], specs: tuple[str, ...]) -> None:
        words = {word for name in names for word in (name.word, name.owner) if word.isidentifier()}
        found = self._grep.where(self.tree, words, specs) if words else {}
        self._words.update(found)
        for name in names:
            paths = found.get(name.word, ())
            if name.owner:
                paths = tuple(path for path in paths if path in set(found.get(name.owner, ())))
            self._places[name] = self._among(name, paths)

    def _among(self, name: Name, paths: Collection[str]) -> Location | None:
        ranked = sorted(paths, key=lambda path: (not path.startswith("include/"), path))
        place = next((place for path in ranked[:_MOST] if (place := self._place(name, path))), None)
        if place is None and len(ranked) > _MOST:
            said = f"{name.word} stands in {len(ranked)} files of {self.tree.name}, {_MOST} were looked at"
            self.undecided.append(said)
            return Location(ranked[0])
        return place

    def _file(self, name: str) -> Location | None:
        ends = (f"/{name}", name)
        found = (path for path in self.tree.paths() if path == name or path.endswith(ends[0]))
        return next((Location(path) for path in found), None)
