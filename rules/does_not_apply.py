"""Patch that the tree does not take.

What it does     names each hunk of a patch that does not fit, where it belongs, and what stands there.
Why it is bad    `git am` stops at it; every later patch is unchecked.
Decides by       `git apply` on a private index: offsets are allowed, fuzz is not, as in `git am`.
Limits           patches behind it are not checked.
Example          fixtures/rules/does-not-apply/
History          v4 6/9 of "Fixup page directory freeing" on 5.4.18: one hunk of arch/s390/Kconfig.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import Facts, Failure, Rule, State

NAME = "does-not-apply"
_MOST = 5
_HINT = "rebase the patch, or name the tree it was made for with --base"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """A finding a hunk, or file, that does not fit; of a file's many hunks the first ones and a count."""
    present = next((failure for failure in state.failures if failure.present), None)
    if present:
        yield _present(state, present)
        return
    for _, group in groupby(state.failures, key=lambda failure: failure.path):
        failures = list(group)
        yield from (_misfit(state, failure) for failure in failures[:_MOST])
        if failures[_MOST:]:
            yield _rest(state, failures[_MOST:])


def _present(state: State, failure: Failure) -> Finding:
    return Finding(
        rule=NAME,
        severity=Severity.ERROR,
        at=Location(failure.path, failure.line, state.name),
        message=f"The patch does not apply: {failure.reason}.",
        hint="drop the patch, or name the tree it was made for with --base",
        key="present",
    )


def _misfit(state: State, failure: Failure) -> Finding:
    return Finding(
        rule=NAME,
        severity=Severity.ERROR,
        at=Location(failure.path, failure.line, state.name),
        message=f"{_which(failure)} does not apply: {failure.reason}.",
        hint=_HINT,
        key=f"{failure.path}:{failure.hunk}",
        evidence=(
            *(f"wants: {text}" for text in failure.wants),
            *(f"found: {text}" for text in failure.found),
        ),
    )


def _rest(state: State, failures: list[Failure]) -> Finding:
    first = failures[0]
    return Finding(
        rule=NAME,
        severity=Severity.ERROR,
        at=Location(first.path, first.line, state.name),
        message=f"{len(failures)} more of its {first.hunks} hunks do not apply, from hunk {first.hunk} on.",
        hint=_HINT,
        key=f"{first.path}:more",
    )


def _which(failure: Failure) -> str:
    return f"hunk {failure.hunk} of {failure.hunks}" if failure.hunk else "the change of this file"


RULE = Rule(id="PT100", name=NAME, severity=Severity.ERROR, since="0.1", doc=__doc__ or "", on_state=check)
