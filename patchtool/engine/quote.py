"""The line that a finding points at, as it stands there: in the state's tree, or in the mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Finding
from patchtool.core.rules import State
from patchtool.core.series import Patch, Series


def quoted(findings: Sequence[Finding], series: Series, states: Sequence[State]) -> tuple[Finding, ...]:
    """The findings with `source` filled in, where the line is known: by its state, or by its patch's message.

    Cost: each file that is pointed at is read once a state.
    """
    trees = {state.name: state for state in states}

    @cache
    def lines(ref: str, path: str) -> tuple[str, ...]:
        return _lines(trees[ref].read, path) if ref in trees else ()

    return tuple(
        replace(finding, source=_source(finding, series, lines)) if finding.at.line else finding
        for finding in findings
    )


def _source(finding: Finding, series: Series, lines: Callable[[str, str], tuple[str, ...]]) -> str:
    at = finding.at
    if at.ref:
        found = lines(at.ref, at.path)
        return found[at.line - 1] if at.line <= len(found) else ""
    patches = (patch for patch in series.patches if patch.n == finding.patch and patch.source == at.path)
    return next((_of_message(patch, at.line) for patch in patches), "")


def _of_message(patch: Patch, line: int) -> str:
    if line == patch.subject_line:
        return f"Subject: [{patch.prefix}] {patch.subject}" if patch.prefix else f"Subject: {patch.subject}"
    texts = patch.message.split("\n")
    return next((text for at, text in zip(patch.message_lines, texts, strict=False) if at == line), "")


# What the object store lacks is named elsewhere; here there is nothing to show.
def _lines(read: Callable[[str], bytes | None], path: str) -> tuple[str, ...]:
    try:
        data = read(path) or b""
    except PatchtoolError:
        return ()
    return tuple(data.decode("utf-8", "surrogateescape").split("\n"))
