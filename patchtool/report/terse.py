"""A check report in checkpatch's terse form, a line a finding, for editors and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.report import CheckReport
from patchtool.report.plain import count, one_line
from patchtool.report.tally import place, tally

# checkpatch's own words: what reads its lines knows them.
KINDS = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "CHECK"}


def terse(report: CheckReport) -> str:
    """`path:line: ERROR: rule: message`, notes being CHECK and open questions UNDECIDED; last the totals."""
    lines = [*terse_lines(report.findings), *left_open(report)]
    patches = count(len(report.series.patches), "patch")
    waived = f", {len(report.waived)} waived" if report.waived else ""
    lines.append(f"total: {tally(report.findings)}{waived}, {patches} checked")
    return "".join(f"{line}\n" for line in lines)


def terse_lines(findings: tuple[Finding, ...], *, stdin: str = "") -> Iterator[str]:
    """One line a finding, without newlines; `stdin` is said for the path of mails from standard input."""
    for finding in findings:
        kind = "UNDECIDED" if finding.verdict is Verdict.UNDECIDED else KINDS[finding.severity]
        where = place(finding)
        if stdin and finding.at.path == "stdin" and not finding.at.ref:
            where = stdin + where.removeprefix("stdin")
        hint = f" (hint: {finding.hint})" if finding.hint else ""
        yield one_line(f"{where}: {kind}: {finding.rule}: {finding.message}{hint}")


def left_open(report: CheckReport) -> Iterator[str]:
    """One line for each thing that was not checked, without newlines."""
    for sentence in report.undecided:
        yield one_line(f"{report.series.source}: UNDECIDED: not checked: {sentence}")
