"""Files that go on using what a patch takes out of a header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from patchtool.core.series import FileChange
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.users import Finder
from patchtool.csource.layout import macros
from patchtool.csource.places import declared
from patchtool.csource.statements import blanked

_MOST_FILES = 3
_MOST_NAMES = 200
_KERNEL = ("tools/", "scripts/", "samples/", "Documentation/", "usr/")


def withdrawn(
    before: SourceTree, after: SourceTree, changes: Sequence[FileChange], find: Finder
) -> Mapping[str, frozenset[int]]:
    """The lines (1-based) of a few .c files that name a function, object, type or macro which a patch's
    headers declared before it and declare no more.

    Files that declare the name themselves are left out, and members of structures. Cost: a search of the tree
    for all names together, where there are any.
    """
    old = _names(before, (change.old_path for change in changes))
    gone = old - _names(after, (change.new_path for change in changes)) if old else old
    if not gone or len(gone) > _MOST_NAMES:
        return {}
    found: dict[str, frozenset[int]] = {}
    for path in sorted(find(sorted(gone)), key=lambda path: (path.count("/"), path)):
        if len(found) < _MOST_FILES and path.endswith(".c") and not path.startswith(_KERNEL):
            lines = _mentioning(after, path, gone)
            if lines and after.when_built(path) is not None:
                found[path] = lines
    return found


def _names(tree: SourceTree, paths: Iterable[str | None]) -> frozenset[str]:
    return frozenset(name for path in paths if path and path.endswith(".h") for name in _of(tree, path))


def _of(tree: SourceTree, path: str) -> Iterator[str]:
    data = tree.reader.read(path) or b""
    yield from (name for name in declared(path, data) if name.isidentifier())
    yield from macros(path, data)


def _mentioning(tree: SourceTree, path: str, names: frozenset[str]) -> frozenset[int]:
    data = tree.reader.read(path) or b""
    left = names.difference(_of(tree, path))
    if not left:
        return frozenset()
    words = re.compile(rb"\b(?:" + b"|".join(name.encode() for name in sorted(left)) + rb")\b")
    text = blanked(path, data)
    return frozenset(n for n, line in enumerate(text.split(b"\n"), 1) if words.search(line))
