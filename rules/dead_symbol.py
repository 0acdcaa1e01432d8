"""Symbol that no configuration can set.

What it does     names a symbol that is n in every configuration of every architecture that has its entry.
Why it is bad    what it guards is never built, and no build says so.
Decides by       a proof over each architecture's Kconfig after every patch: nothing selects it where that can
                 be in force, and no prompt or default can set it.
Limits           symbols on the series' changed lines; one that a later patch of the series selects is no
                 defect. One that waits for an architecture to select it on purpose looks just the same.
                 What hangs on the compiler is left alone.
Example          fixtures/rules/dead-symbol/
History          `config HAVE_X` without a prompt in arch/Kconfig, and the select that was to follow lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.expr import Y
from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.symbol import SymbolFacts

NAME = "dead-symbol"
_KINDS = {"bool", "tristate"}


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a symbol of the series that is proved to be n everywhere."""
    for symbol in sorted(facts.touched - facts.pending) if not state.broken else ():
        kconfigs = [state.kconfig(arch) for arch in state.architectures]
        found = [kconfig for kconfig in kconfigs if kconfig.facts(symbol).defined]
        if found and all(kconfig.facts(symbol).kind in _KINDS for kconfig in found):
            conditions = [(kconfig, kconfig.bounds(symbol).most) for kconfig in found]
            if not any(most == Y for _, most in conditions) and all(k.never(most) for k, most in conditions):
                yield _finding(state, symbol, [kconfig.name for kconfig in found], found[0].facts(symbol))


def _finding(state: State, symbol: str, archs: list[str], facts: SymbolFacts) -> Finding:
    at = facts.entries[0].at
    every = len(archs) == len(state.architectures)
    where = "any architecture" if every else ", ".join(archs)
    return Finding(
        rule=NAME,
        severity=Severity.WARNING,
        at=Location(at.path, at.line, state.name),
        message=f"{symbol} can never be set on {where}: {_why(facts)}.",
        hint="select it, give it a default or a prompt, or drop it",
        key=symbol,
    )


def _why(facts: SymbolFacts) -> str:
    if facts.selected:
        return "no select of it can be in force"
    if any(entry.prompt for entry in facts.entries) or facts.defaults:
        return "what it depends on never holds"
    return "nothing selects it, and it has neither prompt nor default"


RULE = Rule(
    id="PT107",
    name=NAME,
    severity=Severity.WARNING,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    hazard=None,
)
