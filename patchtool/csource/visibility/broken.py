"""Configurations in which an architecture does not build before a series begins: nothing there is the
series'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from patchtool.core.expr import Expr, N, both, either, negated
from patchtool.core.kconfig import Answer, Outcome
from patchtool.core.symbol import SymbolFacts
from patchtool.csource.building.formulas import TooLarge
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.preprocess import Symbols
from patchtool.csource.visibility.hidden import Asked, hidden
from patchtool.csource.visibility.judge import Configurations
from patchtool.csource.visibility.uses import Use, UseKind

# What every build compiles before all else (see the top Kbuild file), for the numbers in it.
_FIRST = ("arch/{arch}/kernel/asm-offsets.c", "kernel/bounds.c")
_NUMBER = re.compile(rb"\bDEFINE\s*\(\s*\w+\s*,\s*([A-Za-z_]\w*)\s*\)|\bsizeof\s*\(\s*([A-Za-z_]\w*)\s*\)")


class Working:
    """A `judge.Configurations` without those in which the base is broken.

    `broken` is asked when a question has an answer at all, once.
    """

    def __init__(self, whole: Configurations, broken: Callable[[], Expr]) -> None:
        self._whole = whole
        self._ask = broken

    @cached_property
    def _broken(self) -> Expr:
        return self._ask()

    def possible(self, expr: Expr) -> Answer:
        """See `Configurations.possible`."""
        answer = self._whole.possible(expr)
        if answer.outcome is not Outcome.YES or self._broken == N:
            return answer
        return self._whole.possible(both(expr, negated(self._broken)))

    def facts(self, symbol: str) -> SymbolFacts:
        """See `Configurations.facts`."""
        return self._whole.facts(symbol)

    def values(self, assignment: Mapping[str, str]) -> Symbols:
        """See `Configurations.values`."""
        return self._whole.values(assignment)


def broken(tree: SourceTree, arch: str, kconfig: Configurations) -> Expr:
    """The configurations in which the files that a build begins with use a name which is not declared there,
    or run into an #error.

    A name that is in sight nowhere says more of the reader than of the tree, and does not count. N where
    nothing of the kind shows. Cost: a walk of each of these files.
    """
    found = [when for unit in _FIRST for when in _failing(tree, unit.format(arch=arch), arch)]
    return either(*(when for when in found if kconfig.possible(negated(when)).outcome is Outcome.YES))


def _failing(tree: SourceTree, unit: str, arch: str) -> Iterator[Expr]:
    data = tree.reader.read(unit)
    if data is None:
        return
    names = {match[1] or match[2]: match.start() for match in _NUMBER.finditer(data)}
    lines = {name.decode(): data.count(b"\n", 0, at) + 1 for name, at in names.items()}
    asked = Asked(unit, tuple(Use(line, name, UseKind.NAME) for name, line in lines.items()))
    yield from (one.when for one in hidden(tree, asked, arch, unit) if one.exact and one.when is not None)
    try:
        walk = tree.walk(arch, unit)
    except TooLarge:
        return
    for _, region in walk.found.errors.values() if walk is not None else ():
        if walk is not None and walk.formulas.readable(region):
            yield walk.formulas.expr(region)
