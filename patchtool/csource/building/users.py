"""Translation units that read a header: a few for each architecture, those that are always built first."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator

from patchtool.core.expr import Expr, Y, symbols
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.layout import Choice, Include, Item, layout

# Files (of the whole tree) in which one of some words stands as a word of its own.
Finder = Callable[[Collection[str]], Iterable[str]]
_MOST_LEVELS = 3
_MOST_UNITS = 2


class Users:
    """Who includes what, asked of a search of the tree; each header's name is searched once."""

    def __init__(self, tree: SourceTree, find: Finder) -> None:
        self._tree = tree
        self._find = find
        self._mentions: dict[str, tuple[str, ...]] = {}

    def units(self, header: str, arch: str) -> tuple[str, ...]:
        """At most some .c files that read a header on an architecture, by what they include, directly or
        not.

        One that is always built; without such a one two of different conditions (mm/nommu.c beside
        mm/memory.c). Empty where none was found within three levels of includes.
        """
        seen = {header}
        level = [header]
        for _ in range(_MOST_LEVELS):
            self._search(level)
            includers = [path for one in level for path in self._includers(one, arch) if path not in seen]
            seen.update(includers)
            found = [path for path in includers if path.endswith(".c")]
            if found:
                return self._chosen(found, arch)
            level = includers
        return ()

    def naming(self, macro: str) -> tuple[str, ...]:
        """The .c files of the kernel in which a word stands, those near the top first."""
        found = [path for path in self._find([macro]) if path.endswith(".c") and _is_kernel(path)]
        return tuple(sorted(found, key=lambda path: (path.count("/"), path)))

    # One search for all names, for a finder that keeps what it finds.
    def _search(self, headers: Iterable[str]) -> None:
        names = {posixpath.basename(path) for path in headers} - self._mentions.keys()
        if len(names) > 1:
            self._find(names)
        self._mentions |= {name: tuple(self._find([name])) for name in sorted(names)}

    def _includers(self, header: str, arch: str) -> Iterator[str]:
        base = posixpath.basename(header)
        for path in self._mentions[base]:
            if path.endswith((".c", ".h")) and arch in self._tree.archs_of(path) and _is_kernel(path):
                data = self._tree.reader.read(path) or b""
                specs = {
                    spec
                    for spec in _specs(layout(path, data).items)
                    if posixpath.basename(spec[1:-1]) == base
                }
                if any(self._tree.headers(arch).find(spec, path, path).path == header for spec in specs):
                    yield path

    def _chosen(self, found: list[str], arch: str) -> tuple[str, ...]:
        conditions: dict[str, Expr] = {}
        for path in found:
            when = self._tree.when_built(path)
            if when is not None:
                conditions[path] = when
        census = self._tree.census(arch)
        possible = {p: w for p, w in conditions.items() if all(census.possible(s) != "n" for s in symbols(w))}
        possible |= {p: w for p, w in conditions.items() if "!" in str(w) and p not in possible}
        ranked = sorted(possible, key=lambda p: (len(symbols(possible[p])), p.count("/"), p))
        always = [path for path in ranked if possible[path] == Y][:1]
        distinct = {possible[path]: path for path in reversed(ranked)}
        return tuple(always or list(reversed(distinct.values()))[:_MOST_UNITS])


def _specs(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Include) and item.spec:
            yield item.spec
        elif isinstance(item, Choice):
            for branch in item.branches:
                yield from _specs(branch.items)


def _is_kernel(path: str) -> bool:
    return (
        not path.startswith(("tools/", "scripts/", "samples/", "Documentation/", "usr/"))
        and "/boot/" not in path
    )
