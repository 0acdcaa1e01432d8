"""What macros that stood before stand for where some lines use them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from patchtool.core.tree import TreeReader
from patchtool.csource.building.formulas import TooLarge
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.unit import Walk
from patchtool.csource.condition import Macro
from patchtool.csource.visibility.hidden import Asked
from patchtool.csource.visibility.uses import Use, UseKind, named_around, uses

# What only statements have.
_DECLARES = re.compile(r"[{};]")
_DEEPEST = 5
_MOST_LINES = 3
_MOST_OF_ONE = 60
_MOST_USES = 800


def expanded(tree: SourceTree, asked: Asked, arch: str, unit: str) -> Asked:
    """The names in the bodies of the macros that some uses mean when a unit is compiled, as uses of the same
    lines; `Use.through` says by which macros.

    Bodies that the asked file defines are left out, macros with parameters or statements (what these name may
    be declared beside them), members, arguments, and what the code around the use spells, as its variables.
    Of the lines with a macro the first few count, and at most some hundred names: macros of macros have no
    end. Nothing where the conditions of the unit are too many.
    """
    try:
        walk = tree.walk(arch, unit)
    except TooLarge:
        walk = None
    if walk is None or asked.path not in walk.files:
        return Asked(asked.path, ())
    found: dict[Use, None] = {}
    bodies = _Macros(tree.reader, walk, asked.path)
    for use in _written(asked):
        around = named_around(asked.path, bodies.data, use.line)
        found |= dict.fromkeys(islice(bodies.of(use, around), _MOST_OF_ONE))
    return Asked(asked.path, tuple(islice(found, _MOST_USES)))


def _written(asked: Asked) -> Iterator[Use]:
    times: Counter[str] = Counter()
    for use in asked.uses:
        times[use.name] += 1
        if not use.macro and use.kind is not UseKind.MEMBER and times[use.name] <= _MOST_LINES:
            yield use


class _Macros:
    # The macros of one walk; each body is read once.
    def __init__(self, reader: TreeReader, walk: Walk, path: str) -> None:
        self.data = reader.read(path) or b""
        self._reader = reader
        self._walk = walk
        self._path = path
        self._known: dict[tuple[str, str, int], tuple[Use, ...]] = {}

    def of(self, use: Use, around: frozenset[str]) -> Iterator[Use]:
        if len(use.through) == _DEEPEST:
            return
        for macro in self._macros(use):
            key = (macro.name, macro.path, macro.line)
            if key in use.through:
                continue
            for one in self._body(macro):
                if one.name not in around:
                    inner = replace(
                        use,
                        name=one.name,
                        kind=one.kind,
                        inside=(*one.inside, *use.inside),
                        through=(*use.through, key),
                    )
                    yield inner
                    yield from self.of(inner, around)

    def _macros(self, use: Use) -> Iterable[Macro]:
        bound = (macro for _, macro in self._walk.values.bindings(use.name, self._walk.whole))
        known = [macro for macro in bound if macro is not None and macro.line and macro.path != self._path]
        return [macro for macro in known if macro.params is None and not _DECLARES.search(macro.body)]

    def _body(self, macro: Macro) -> tuple[Use, ...]:
        key = (macro.name, macro.path, macro.line)
        if key not in self._known:
            data = self._reader.read(macro.path) or b""
            body = uses(macro.path, data, _lines(data, macro.line))
            self._known[key] = tuple(
                dict.fromkeys(
                    one
                    for one in body
                    if (one.macro, one.first) == (macro.name, macro.line)
                    and one.kind is not UseKind.MEMBER
                    and not one.inside
                )
            )
        return self._known[key]


# The lines of a directive, from its first one on.
def _lines(data: bytes, first: int) -> frozenset[int]:
    rows = data.split(b"\n")
    last = first
    while last < len(rows) and rows[last - 1].rstrip(b"\r").endswith(b"\\"):
        last += 1
    return frozenset(range(first, last + 1))
