"""`#error` that a possible configuration runs into.

What it does     names each #error line of a file whose conditions a patch changes that some configuration now
                 reaches and did not reach before.
Why it is bad    the build stops there; in a series it says which patch has to come first.
Decides by       the conditions around the line for all configurations of an architecture at once, whether
                 Kconfig allows them, and one whole configuration read by itself.
Limits           half a minute or more on a kernel, the first time, and minutes for headers that all files
                 read. Files that the patch does not touch are not examined; a line behind a condition that
                 cannot be read is left out, and so are configurations in which the base's asm-offsets.c does
                 not compile.
Example          fixtures/rules/guard-mismatch/
History          fires for v4 2/9 of "Fixup page directory freeing" without 1/9 on v5.5-rc5: powerpc without
                 SMP defines tlb_needs_table_invalidate and not HAVE_RCU_TABLE_FREE.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.code import ReachedError, listed
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.rules import Facts, Rule, State

NAME = "guard-mismatch"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding an #error line and verdict, with every architecture that it holds for."""
    groups: dict[tuple[str, str, Verdict], list[ReachedError]] = {}
    for error in state.code.errors:
        groups.setdefault((error.at.path, error.text, error.verdict), []).append(error)
    for errors in groups.values():
        yield _finding(state, errors)


def _finding(state: State, errors: list[ReachedError]) -> Finding:
    first = errors[0]
    sure = first.verdict is Verdict.VIOLATED
    where = listed((error.where for error in errors), first.among, bare=not sure)
    verb = "is" if sure else "may be"
    reason = "" if sure else f" ({first.reason})"
    return Finding(
        rule=NAME,
        severity=Severity.ERROR if sure else Severity.NOTE,
        at=Location(first.at.path, first.at.line, state.name),
        message=f"`#error {first.text}` {verb} reached on {where}{reason}.",
        key=f"{first.at.path}:{first.text}:{first.verdict}",
        hint="put the patch that makes the condition impossible before this one, or widen the guard",
        verdict=first.verdict,
        evidence=tuple(f"{error.where}: {error.at} when {error.unit} is compiled" for error in errors),
    )


RULE = Rule(
    id="PT124",
    name=NAME,
    severity=Severity.ERROR,
    since="0.2",
    doc=__doc__ or "",
    on_state=check,
)
