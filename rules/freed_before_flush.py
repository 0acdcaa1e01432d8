"""Page table that is freed before the TLB flush.

What it does     names each `__p?d_free_tlb` and `__pte_free_tlb` that a series makes free its table itself.
Why it is bad    the order is unhook, flush, free: until the flush a walker in hardware, fast GUP or a
                 software fill may still read the table, which by then is somebody else's page.
Decides by       the text of the architecture's tlb.h and pgalloc.h headers: a call whose name says that it
                 frees, in the macro or function itself or in one of those headers that it goes through.
Limits           a function that a .c file defines is not followed; whether a walker can be there is not
                 asked, see `patchtool model`. What the tree has already is no finding of the series.
Example          fixtures/rules/freed-before-flush/
History          v4 1/9 of "Fixup page directory freeing" mends it for powerpc without SMP (four places).
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.freed import DirectFree
from patchtool.core.rules import Facts, Rule, State

NAME = "freed-before-flush"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a `*_free_tlb` and the call in which it frees."""
    for one in state.direct_frees:
        yield _finding(state, one)


def _finding(state: State, one: DirectFree) -> Finding:
    through = "" if one.frees_at == one.at else f", at {one.frees_at}"
    when = f" where {' and '.join(one.conditions)}" if one.conditions else ""
    return Finding(
        rule=NAME,
        severity=Severity.WARNING,
        at=Location(one.at.path, one.at.line, state.name),
        message=f"{one.name}() frees the table at once with {one.frees}(){through}{when}.",
        key=f"{one.name}:{one.at.path}:{one.frees}:{one.frees_at.path}:{when}",
        hint="hand it to tlb_remove_table() or tlb_remove_page(), which free it after the flush",
    )


RULE = Rule(id="PT122", name=NAME, severity=Severity.WARNING, since="0.2", doc=__doc__ or "", on_state=check)
