"""Function that is declared and defined nowhere.

What it does     names the declarations of a function that has no definition left, or never had one.
Why it is bad    a caller compiles and does not link; without a caller it misleads whoever reads the header.
Decides by       every C, header and assembler file of the tree that names the function: bodies, macros of
                 that name, labels; after every patch, for functions whose declarations or definitions change.
Limits           a function that a macro may define by pasting is UNDECIDED; generated files are not seen; a
                 declaration whose definition a later patch of the series brings is a note.
Example          fixtures/rules/stray-declaration/
History          v4 4/9 of "Fixup page directory freeing" mends arch_tlb_gather_mmu and arch_tlb_finish_mmu.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import FunctionKind, FunctionPlace, UseKind

NAME = "stray-declaration"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a declaration of a function that no place of the state defines."""
    for name in sorted(facts.functions - facts.pending):
        places = state.functions(name)
        if places and all(place.kind is FunctionKind.DECLARED for place in places):
            macro = state.made_by_macro(name)
            yield from (_stray(state, place, macro) for place in places)


def _stray(state: State, place: FunctionPlace, macro: str) -> Finding:
    doubt = f", unless the macro at {macro} defines it" if macro else ""
    return Finding(
        rule=NAME,
        severity=Severity.NOTE if macro else Severity.WARNING,
        at=Location(place.path, place.line, state.name),
        message=f"{place.name}() is declared here and defined nowhere{doubt}.",
        hint="drop the declaration, or add the definition",
        key=f"{place.name}:{place.path}",
        verdict=Verdict.UNDECIDED if macro else Verdict.VIOLATED,
    )


RULE = Rule(
    id="PT104",
    name=NAME,
    severity=Severity.WARNING,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    hazard=Severity.NOTE,
    rests_on=frozenset({UseKind.CODE}),
)
