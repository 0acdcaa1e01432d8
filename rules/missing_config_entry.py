"""`select` of a symbol that has no config entry.

What it does     names every `select` and `imply` of a symbol which no Kconfig file of the tree defines.
Why it is bad    Kconfig takes it without a word and does nothing: the symbol never reaches a .config.
Decides by       every Kconfig file of the tree, after every patch.
Limits           an entry that only another architecture sources counts as an entry.
Example          fixtures/rules/missing-config-entry/
History          v4 5/9 of "Fixup page directory freeing" mends it for MMU_GATHER_NO_RANGE (seven selects).
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rename import in_flux
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import UseKind

NAME = "missing-config-entry"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a `select` or `imply` of a symbol of the series that has no config entry."""
    for symbol in sorted(facts.symbols - in_flux(facts.renames, state.defined)):
        if state.defined(symbol):
            continue
        for use in state.uses(symbol):
            if use.verb in {"select", "imply"}:
                yield Finding(
                    rule=NAME,
                    severity=Severity.ERROR,
                    at=Location(use.path, use.line, state.name),
                    message=f"`{use.verb} {symbol}` does nothing: no Kconfig file defines {symbol}.",
                    hint=f"add `config {symbol}` with its type, or drop the {use.verb}",
                    key=f"{symbol}:{use.path}:{use.text.strip()}",
                    evidence=(use.text.strip(),),
                )


RULE = Rule(
    id="PT103",
    name=NAME,
    severity=Severity.ERROR,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    rests_on=frozenset({UseKind.KCONFIG}),
)
