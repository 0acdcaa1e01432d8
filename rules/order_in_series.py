"""Patch that needs what only a later one of the series brings.

What it does     names each identifier, member and header that a patch uses and only a later one brings,
                 and each that a patch takes away while others use it until a later one.
Why it is bad    between the two the kernel does not build: a bisect that lands there ends.
Decides by       the diffs, the states in between, the declarations of every header and of the file itself;
                 only lines that a Makefile of the state builds and that hang on symbols with an entry.
Limits           bodies of new macros and what the series' own new headers hold are left out; a Kconfig symbol
                 that comes later is no defect: its code is dead until then.
Example          fixtures/rules/order-in-series/
History          none of v4 of "Fixup page directory freeing"; `--order` derives what each patch needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.order import Bond, Constraint
from patchtool.core.rules import Facts, Rule, State

NAME = "order-in-series"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a name and pair of patches, in every state between the two."""
    for one in facts.misplaced:
        if one.then <= state.n < one.first:
            yield _finding(state, one)


def _finding(state: State, one: Constraint) -> Finding:
    shown = f"the member `{one.name.lstrip('.')}`" if one.bond is Bond.MEMBER else f"`{one.name}`"
    if one.removal:
        message = f"{shown} is taken away here, {one.source} uses it until patch {one.first}."
        hint = f"put patch {one.first} before this one"
    else:
        message = f"{shown} is used here and comes only with patch {one.first}, at {one.source}."
        hint = f"put patch {one.first} before this one, or take its declaration along"
    return Finding(
        rule=NAME,
        severity=Severity.ERROR,
        at=Location(one.at.path, one.at.line, state.name),
        message=message,
        key=f"{one.name}:{one.at.path}:{one.first}:{one.removal}",
        hint=hint,
    )


RULE = Rule(id="PT120", name=NAME, severity=Severity.ERROR, since="0.2", doc=__doc__ or "", on_state=check)
