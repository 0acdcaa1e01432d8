"""`select` that overrules what its target depends on.

What it does     names a `select` that sets a symbol in a configuration where the symbol's own dependencies do
                 not hold, with that configuration.
Why it is bad    select does not ask: code is built without what it needs, and every build of that
                 configuration warns of "unmet direct dependencies".
Decides by       the architecture's Kconfig after every patch: no finding where it is proved that the
                 dependencies follow; else a configuration that was tried shows that they do not.
Limits           only selects that the series adds or changes, or whose target's dependencies it changes;
                 what a limit kept open is UNDECIDED.
Example          fixtures/rules/unmet-dependency/
History          v5.5-rc5 has known ones; a series is told of its own only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from patchtool.core.expr import Expr, Y, both, either, exceeds, negated, raised, text
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.kconfig import Answer, Architecture, Outcome
from patchtool.core.rules import Facts, Rule, State, other_end
from patchtool.core.symbol import Select, SymbolFacts, unlike

NAME = "unmet-dependency"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a select, with the architectures where it overrules its target."""
    shown: dict[tuple[Select, Expr], list[tuple[str, Answer]]] = defaultdict(list)
    other = other_end(state, facts)
    for arch in state.architectures:
        here = state.kconfig(arch)
        there = other.kconfig(arch) if arch in other.architectures else None
        for select in dict.fromkeys(_edges(here, there, facts.touched) if here is not there else ()):
            depends = _depends(here.facts(select.target))
            answer = here.possible(_overrules(here, select, depends))
            if answer.outcome is not Outcome.NO:
                shown[select, depends].append((arch, answer))
    for (select, depends), cases in shown.items():
        yield _finding(state, select, depends, cases)


# Selects of and by touched symbols that the other state has not, or whose target depends on something else.
def _edges(here: Architecture, there: Architecture | None, touched: frozenset[str]) -> Iterator[Select]:
    for name in sorted(touched):
        own, other = here.facts(name), there.facts(name) if there else SymbolFacts(name, here.name)
        same = _depends(own) == _depends(other)
        yield from unlike(own.selected, other.selected if same else ())
        yield from unlike(own.selects, other.selects)


# All entries of a symbol share what it depends on: any of them may hold. Y where no entry is.
def _depends(target: SymbolFacts) -> Expr:
    return either(*(entry.depends for entry in target.entries)) if target.entries else Y


# As sym_warn_unmet_dep() of scripts/kconfig/symbol.c: for a bool, m counts as y on both sides.
def _overrules(kconfig: Architecture, select: Select, depends: Expr) -> Expr:
    if kconfig.facts(select.target).kind == "bool":
        return both(raised(select.in_force), negated(raised(depends)))
    return exceeds(select.in_force, depends)


def _finding(state: State, select: Select, depends: Expr, cases: list[tuple[str, Answer]]) -> Finding:
    decided = [case for case in cases if case[1].outcome is Outcome.YES]
    arch, answer = (decided or cases)[0]
    names = ", ".join(name for name, _ in decided or cases)
    shown = f"{arch}: {answer.configuration}" if decided else f"{arch}: {answer.reason}"
    may = "sets" if decided else "may set"
    return Finding(
        rule=NAME,
        severity=Severity.ERROR if decided else Severity.NOTE,
        at=Location(select.at.path, select.at.line, state.name),
        message=f"{select.by} {may} {select.target} without what it depends on, `{text(depends)}` ({names}).",
        hint=f"select or depend on that too, or select {select.target} only where it holds",
        key=f"{select.by}:{select.target}:{text(select.when)}:{bool(decided)}",
        evidence=(shown,),
        verdict=Verdict.VIOLATED if decided else Verdict.UNDECIDED,
    )


RULE = Rule(id="PT106", name=NAME, severity=Severity.ERROR, since="0.1", doc=__doc__ or "", on_state=check)
