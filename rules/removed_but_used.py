"""Symbol whose config entry goes while others still use it.

What it does     names the places that use a symbol after a patch has taken its last config entry away.
Why it is bad    CONFIG_ of a symbol without an entry is never set: the guarded code is dead, `depends on` it
                 is never true.
Decides by       every file of the tree after every patch; defined by a Makefile's or a header's own
                 `-DCONFIG_X`, `#define CONFIG_X` counts as defined.
Limits           a rename's leftover is incomplete-rename, a `select` of it missing-config-entry; texts and
                 defconfigs are notes.
Example          fixtures/rules/removed-but-used/
History          an entry dropped with its driver, `#ifdef CONFIG_` of it left in a header of another.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rename import in_flux
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import Use, UseKind
from patchtool.core.uses import asks_for, is_macro, place, weight

NAME = "removed-but-used"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a use of a symbol whose entry the series takes away."""
    base = facts.states[0]
    for symbol in sorted(facts.symbols - in_flux(facts.renames, state.defined)):
        if state.defined(symbol) or not base.defined(symbol):
            continue
        uses = state.uses(symbol)
        if not any(is_macro(use) for use in uses):
            yield from (_left(state, use) for use in uses if asks_for(use))


def _left(state: State, use: Use) -> Finding:
    return Finding(
        rule=NAME,
        severity=weight(use),
        at=Location(use.path, use.line, state.name),
        message=f"{use.symbol} is still named in {place(use)}, its config entry is gone.",
        hint="drop the use, or what it guards, in the same patch",
        key=f"{use.symbol}:{use.path}:{use.text.strip()}",
        evidence=(use.text.strip(),),
    )


RULE = Rule(
    id="PT108",
    name=NAME,
    severity=Severity.ERROR,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    rests_on=frozenset({UseKind.KCONFIG}),
)
