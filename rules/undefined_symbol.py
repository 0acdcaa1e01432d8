"""Kconfig symbol that no Kconfig file defines.

What it does     names the places that use a symbol which the tree has no `config` entry for after a patch.
Why it is bad    CONFIG_ of an undefined symbol is never set: the guarded code is dead, `depends on` it is
                 never true.
Decides by       every Kconfig file of the tree, whatever the architecture; defined by a Makefile's or a
                 header's own `-DCONFIG_X`, `#define CONFIG_X` counts as defined.
Limits           a symbol that only another architecture defines counts as defined. A new symbol that a later
                 patch of the series defines is no defect: its code is dead until then, on purpose. `select`
                 of an undefined symbol is missing-config-entry, a leftover of a rename incomplete-rename, a
                 symbol whose entry the series takes away removed-but-used.
Example          fixtures/rules/undefined-symbol/
History          v4 9/9 of "Fixup page directory freeing": a comment names MMU_GATHER_HAVE_TABLE_FREE (note).
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rename import in_flux
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import Use, UseKind
from patchtool.core.uses import asks_for, is_macro, place, weight

NAME = "undefined-symbol"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a use of a symbol of the series that has no config entry."""
    for symbol in sorted(facts.symbols - in_flux(facts.renames, state.defined)):
        known = state.defined(symbol) or facts.states[0].defined(symbol)
        if not known and state.n >= facts.introduced.get(symbol, 0):
            uses = state.uses(symbol)
            if not any(is_macro(use) for use in uses):
                yield from (_undefined(state, use) for use in uses if asks_for(use))


def _undefined(state: State, use: Use) -> Finding:
    return Finding(
        rule=NAME,
        severity=weight(use),
        at=Location(use.path, use.line, state.name),
        message=f"{use.symbol} is named in {place(use)}, no Kconfig file defines it.",
        hint="add its config entry, or name the symbol that is meant",
        key=f"{use.symbol}:{use.path}:{use.text.strip()}",
        evidence=(use.text.strip(),),
    )


RULE = Rule(
    id="PT102",
    name=NAME,
    severity=Severity.ERROR,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    rests_on=frozenset({UseKind.KCONFIG}),
)
