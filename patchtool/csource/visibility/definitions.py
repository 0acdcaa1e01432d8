"""Where a tree defines a name, whoever can see it."""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Location
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.users import Finder
from patchtool.csource.layout import Choice, Item, Segment, layout
from patchtool.csource.places import declared
from patchtool.csource.visibility.uses import Use, UseKind

_MOST = 4


def definitions(tree: SourceTree, use: Use, find: Finder) -> tuple[Location, ...]:
    """Some places that declare or define what a use names, headers first; () where no C file does.

    Costs a search of the tree. A name that a macro puts together is not found.
    """
    found = []
    for path in sorted(find([use.name]), key=lambda path: (not path.endswith(".h"), "/asm/" in path, path)):
        if path.endswith((".c", ".h")) and not path.startswith(("tools/", "Documentation/", "scripts/")):
            found += [Location(path, line) for line in _lines(tree, path, use)][:1]
        if len(found) == _MOST:
            break
    return tuple(found)


def _lines(tree: SourceTree, path: str, use: Use) -> Iterator[int]:
    data = tree.reader.read(path)
    if data is None or use.name.encode() not in data:
        return
    name = use.name
    if use.kind is UseKind.MEMBER:
        name = f"{use.owner}.{use.name}"
    else:
        yield from _macros(layout(path, data).items, use.name)
    yield from declared(path, data).get(name, ())


def _macros(items: tuple[Item, ...], name: str) -> Iterator[int]:
    for item in items:
        if isinstance(item, Segment):
            yield from (macro.line for found, macro in item.changes if found == name and macro is not None)
        elif isinstance(item, Choice):
            for branch in item.branches:
                yield from _macros(branch.items, name)
