"""Config entry that nothing uses.

What it does     names a symbol of the series that has an entry, and no code, Makefile or Kconfig line that
                 asks for it: one that is added without a user, or whose last user goes.
Why it is bad    users are asked a question whose answer changes nothing, or a select sets it for no one.
Decides by       every file of the tree after every patch.
Limits           an entry that selects others, is one of a choice, or is a menu of its own does something by
                 itself; a symbol whose name a macro pastes together is not seen; one that a later patch of
                 the series uses is no defect.
Example          fixtures/rules/unused-symbol/
History          v5.5-rc5: the entry of a symbol that stayed when the code it guarded was dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import Use, UseKind

NAME = "unused-symbol"
# A select gives the symbol a value, it does not ask for it.
_GIVES = {"select", "imply"}


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a symbol that is declared and asked for nowhere."""
    for symbol in sorted(facts.subjects - facts.pending):
        if not state.defined(symbol):
            continue
        uses = state.uses(symbol)
        entries = [use for use in uses if use.kind is UseKind.DEFINITION]
        if entries and not any(_asks(use) for use in uses) and not _acts(state, symbol):
            yield _finding(state, symbol, entries[0])


def _asks(use: Use) -> bool:
    if use.kind is UseKind.KCONFIG:
        return use.verb not in _GIVES
    return use.kind in {UseKind.CODE, UseKind.MAKEFILE, UseKind.OTHER}


def _acts(state: State, symbol: str) -> bool:
    known = [state.kconfig(arch).facts(symbol) for arch in state.architectures]
    return any(facts.selects or facts.implies or facts.choice or facts.is_menu for facts in known)


def _finding(state: State, symbol: str, entry: Use) -> Finding:
    return Finding(
        rule=NAME,
        severity=Severity.WARNING,
        at=Location(entry.path, entry.line, state.name),
        message=f"{symbol} is declared here, and nothing in the tree asks for it.",
        hint="drop the entry, or add what it is for",
        key=symbol,
    )


RULE = Rule(
    id="PT109",
    name=NAME,
    severity=Severity.WARNING,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    hazard=None,
    rests_on=frozenset({UseKind.KCONFIG, UseKind.MAKEFILE, UseKind.CODE, UseKind.OTHER}),
)
