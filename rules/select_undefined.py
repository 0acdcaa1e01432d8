"""`select` of a symbol that this architecture does not have.

What it does     names a `select` or `imply` that can be in force on an architecture whose Kconfig has no
                 entry for its target, while another architecture's has.
Why it is bad    Kconfig takes it without a word: the symbol is n there, though someone asked for it.
Decides by       each architecture's Kconfig after every patch, and a configuration that was tried in which
                 the select is in force.
Limits           a target that no architecture has is missing-config-entry; only symbols on the series'
                 changed lines; what a limit kept open is UNDECIDED.
Example          fixtures/rules/select-undefined/
History          entries in arch/x86/Kconfig that a driver of other architectures selects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.kconfig import Answer, Outcome
from patchtool.core.rename import in_flux
from patchtool.core.rules import Facts, Rule, State, other_end
from patchtool.core.symbol import Select, SymbolFacts, unlike
from patchtool.core.tree import UseKind

NAME = "select-undefined"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a select, with the architectures where it does nothing."""
    shown: dict[Select, list[tuple[str, Answer]]] = defaultdict(list)
    other = other_end(state, facts)
    symbols = sorted(facts.touched - in_flux(facts.renames, state.defined))
    for arch in state.architectures:
        here = state.kconfig(arch)
        there = other.kconfig(arch) if arch in other.architectures else None
        for symbol in filter(state.defined, symbols if here is not there else ()):
            for select in _idle(here.facts(symbol), there.facts(symbol) if there else None):
                answer = here.possible(select.in_force)
                if answer.outcome is not Outcome.NO:
                    shown[select].append((arch, answer))
    for select, cases in shown.items():
        yield _finding(state, select, cases)


# Selects of a symbol without an entry, but those that were just as idle in the other state.
def _idle(here: SymbolFacts, there: SymbolFacts | None) -> tuple[Select, ...]:
    if here.defined:
        return ()
    before = () if there is None or there.defined else (*there.selected, *there.implied)
    return unlike((*here.selected, *here.implied), before)


def _finding(state: State, select: Select, cases: list[tuple[str, Answer]]) -> Finding:
    decided = [case for case in cases if case[1].outcome is Outcome.YES]
    arch, answer = (decided or cases)[0]
    names = ", ".join(name for name, _ in decided or cases)
    may = "selects" if decided else "may select"
    return Finding(
        rule=NAME,
        severity=Severity.WARNING if decided else Severity.NOTE,
        at=Location(select.at.path, select.at.line, state.name),
        message=f"{select.by} {may} {select.target}, which has no config entry there ({names}).",
        hint="select it only where it exists, or move its entry to where they read it",
        key=f"{select.by}:{select.target}:{bool(decided)}",
        evidence=(f"{arch}: {answer.configuration if decided else answer.reason}",),
        verdict=Verdict.VIOLATED if decided else Verdict.UNDECIDED,
    )


RULE = Rule(
    id="PT110",
    name=NAME,
    severity=Severity.WARNING,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    rests_on=frozenset({UseKind.KCONFIG}),
)
