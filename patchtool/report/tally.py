"""What the machine formats share: severities counted, findings of a patch, places in one line."""

from __future__ import annotations

from collections.abc import Iterable

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.report import CheckReport
from patchtool.report.plain import count, one_line


def place(finding: Finding) -> str:
    """`path:line`, or the path alone for a whole file; on one line."""
    at = finding.at
    return one_line(f"{at.path}:{at.line}" if at.line else at.path)


def decided(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those whose question has an answer, in their order."""
    return tuple(finding for finding in findings if finding.verdict is not Verdict.UNDECIDED)


def tally(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning, 0 notes`, of what is decided."""
    settled = decided(findings)
    return ", ".join(count(sum(f.severity is level for f in settled), level.value) for level in Severity)


def of_patch(report: CheckReport, number: int | None) -> tuple[Finding, ...]:
    """The findings that a patch brings; None: those of the series as a whole."""
    return tuple(finding for finding in report.findings if finding.patch == number)


def open_questions(report: CheckReport, number: int | None) -> tuple[str, ...]:
    """What stands open about a patch, its own and the series': sentences. None: the series' alone."""
    own = (
        f"{place(finding)}: {finding.message}"
        for finding in report.findings
        if finding.verdict is Verdict.UNDECIDED and finding.patch in {None, number}
    )
    return tuple(dict.fromkeys([*own, *report.undecided]))


def off_by_default(report: CheckReport) -> tuple[str, ...]:
    """A sentence on the rules that are off by default and were not asked for; none where there are none."""
    if not report.off:
        return ()
    return (f"rules that are off by default: {', '.join(report.off)} (hint: --all-rules, or --select)",)


def unreached(report: CheckReport, number: int) -> bool:
    """Whether there was a tree, and the patch never went into it."""
    return report.base is not None and number > report.states
