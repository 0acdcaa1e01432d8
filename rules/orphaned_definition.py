"""Definition that a patch leaves without a user.

What it does     names functions and macros whose last use, or the last declaration without a use, a patch
                 takes out, and which stay defined to the end of the series.
Why it is bad    a static function without a caller is a compiler warning; the rest is dead weight, or a sign
                 that a use was taken out by mistake.
Decides by       every C, header, assembler and linker file of the tree, comments and strings left out.
Limits           a name that a macro may put together counts as used, and one that stands in more than a
                 dozen files; what a header defines that the patch leaves alone, and a function that is unused
                 under some conditions only, is not seen. A definition that a later patch takes away is no
                 defect, but for a static function: a compiler warns until then.
Example          fixtures/rules/orphaned-definition/
History          Linux kernel patches that convert the last caller and forget the helper.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.orphan import Orphan
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import FunctionKind, UseKind

NAME = "orphaned-definition"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a definition, from the patch that takes its last use out to the one that mends it."""
    for one in facts.orphans:
        if (one.until is None or one.warns) and one.n <= state.n < (one.until or state.n + 1):
            yield _finding(state, one)


def _finding(state: State, one: Orphan) -> Finding:
    place = one.place
    call = "" if place.kind is FunctionKind.MACRO else "()"
    what = f"{place.name}{call} is static and has" if one.warns else f"{place.name}{call} has"
    return Finding(
        rule=NAME,
        severity=Severity.WARNING if one.warns else Severity.NOTE,
        at=Location(place.path, place.line, state.name),
        message=f"{what} no user{_gone(one)} went from {one.last}.",
        key=f"{place.name}:{place.path}",
        hint="drop the definition in the same patch",
    )


def _gone(one: Orphan) -> str:
    return ", and its last declaration" if one.undeclared else " left: the last one"


RULE = Rule(
    id="PT121",
    name=NAME,
    severity=Severity.WARNING,
    since="0.2",
    doc=__doc__ or "",
    on_state=check,
    hazard=Severity.NOTE,
    rests_on=frozenset({UseKind.CODE}),
)
