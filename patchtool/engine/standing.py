"""How a symbol stands on one architecture in one state, short enough to be compared and said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from patchtool.core.expr import Expr, N, Sym, Y, negated, substituted, text
from patchtool.core.finding import Location
from patchtool.core.kconfig import Architecture, Bounds
from patchtool.core.ledger import Standing
from patchtool.core.rename import Rename
from patchtool.core.symbol import Select, SymbolFacts

_TRISTATES = frozenset({"bool", "tristate"})


def standing(kconfig: Architecture, symbol: str) -> Standing:
    """The symbol's standing; `ABSENT` where no entry declares it and nothing can select it."""
    facts = kconfig.facts(symbol)
    wanted = next(_in_force(kconfig, facts), None) is not None
    if not facts.defined:
        return Standing(kind="", prompt="", bounds=Bounds(), defaults=(), wanted=wanted)
    prompt = next((entry.prompt for entry in facts.entries if entry.prompt), "")
    # Without a prompt a default is all there is to a bool: it stands in the bounds.
    said = prompt or facts.kind not in _TRISTATES
    return Standing(
        kind=facts.kind,
        prompt=prompt,
        bounds=kconfig.bounds(symbol),
        defaults=tuple(_defaults(kconfig, facts)) if said else (),
        wanted=wanted,
        probed=facts.probed,
    )


def place(kconfig: Architecture, symbol: str) -> Location | None:
    """What makes the symbol stand so: a select that can be in force, else its entry; None without either."""
    facts = kconfig.facts(symbol)
    edges = [edge.at for edge in _in_force(kconfig, facts)]
    entries = [entry.at for entry in facts.entries]
    return next(iter([*edges, *entries]), None)


def renamed(was: Standing, renames: Iterable[Rename]) -> Standing:
    """The standing as it reads after renames: their old names in its conditions are the new ones."""
    names: dict[str, Expr] = {
        row.old: negated(Sym(row.new)) if row.inverted else Sym(row.new) for row in renames
    }
    least, most = substituted(was.bounds.least, names), substituted(was.bounds.most, names)
    return replace(was, bounds=Bounds(least, most))


def _in_force(kconfig: Architecture, facts: SymbolFacts) -> Iterator[Select]:
    for edge in (*facts.selected, *facts.implied):
        if kconfig.readable(edge.in_force) != N:
            yield edge


def _defaults(kconfig: Architecture, facts: SymbolFacts) -> Iterator[str]:
    for default in facts.defaults:
        when = kconfig.readable(default.when)
        if when != N:
            yield default.value if when == Y else f"{default.value} if {text(when)}"
