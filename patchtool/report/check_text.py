"""A check report as text."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.report import CheckReport, Mended
from patchtool.report.console import Lines
from patchtool.report.frame import frame
from patchtool.report.plain import count
from patchtool.report.tally import off_by_default


def check_text(report: CheckReport, *, framed: bool = False) -> Lines:
    """Findings patch by patch, what the series mends, and last what was checked and what was not.

    With `framed`, as for a person at a terminal, the offending lines stand in frames.
    """
    out = Lines()
    series = report.series
    out.add((series.subject or series.source, "head"))
    for note in series.notes:
        out.words("note", note)
    if report.base:
        version = f", {report.base.version}" if report.base.version else ""
        commit = report.base.commit[:12] or "a folder"
        out.words("base", f"{report.base.rev} ({commit}{version}): {report.base.why}")
    decided = [finding for finding in report.findings if finding.verdict is not Verdict.UNDECIDED]
    for number, findings in groupby(decided, key=lambda finding: finding.patch):
        out.add("")
        out.add((_heading(report, number), "head"))
        for finding in findings:
            add_finding(out, finding, framed=framed)
    mended = tuple(item for item in report.mended if item.finding.severity is not Severity.NOTE)
    if mended:
        out.add("")
        out.add(("Mended by the series", "head"))
        _add_mended(out, mended)
    out.add("")
    _add_last_words(out, report)
    return out


def _heading(report: CheckReport, number: int | None) -> str:
    patch = next((patch for patch in report.series.patches if patch.n == number), None)
    return f"{patch.name} {patch.subject}" if patch else "The series"


def add_finding(out: Lines, finding: Finding, *, framed: bool = False) -> None:
    """One finding: place, severity and rule; the fact; what stands there; what to do."""
    undecided = f" {finding.verdict.value}" if finding.verdict is Verdict.UNDECIDED else ""
    severity = (f"{finding.severity.value}{undecided}", finding.severity.value)
    out.add(f"{_place(finding)}: ", severity, _rule(finding))
    out.add(f"    {finding.message}")
    if finding.fixed_by:
        hazard = "" if finding.severity is Severity.NOTE else ": a bisect between the two lands in it"
        out.add(f"    Gone after patch {finding.fixed_by}{hazard}.")
    source = finding.source.strip() if framed else ""
    if source:
        for line, style in frame(finding):
            out.add((line, style))
    for line in finding.evidence:
        if not source or not source.endswith(line.strip()):
            out.add((f"    | {line}", "dim"))
    if finding.hint:
        out.add("    ", ("hint: ", "hint"), finding.hint)


def _add_mended(out: Lines, mended: tuple[Mended, ...]) -> None:
    # One line a fact: seven selects of one undeclared symbol are one thing to know.
    facts: dict[tuple[int, str, str], list[Mended]] = {}
    for item in mended:
        facts.setdefault((item.patch, item.finding.rule, item.finding.message), []).append(item)
    for (patch, rule, message), items in sorted(facts.items()):
        places = [f"{item.finding.at.path}:{item.finding.at.line}" for item in items]
        more = f" and {count(len(places) - 1, 'place')} more" if len(places) > 1 else ""
        out.add(f"{places[0]}{more}: ", ("mended", "good"), f" by patch {patch}", (f" [{rule}]", "dim"))
        out.add(f"    {message}")


def _add_last_words(out: Lines, report: CheckReport) -> None:
    left_open = [finding for finding in report.findings if finding.verdict is Verdict.UNDECIDED]
    decided = [finding for finding in report.findings if finding.verdict is not Verdict.UNDECIDED]
    tally = [f"{sum(f.severity is level for f in decided)} {level.value}" for level in Severity]
    total = count(len(decided), "finding")
    out.words("checked", f"{report.checked[0]}: {total} ({', '.join(tally)})")
    for sentence in report.checked[1:]:
        out.words("checked", sentence)
    for finding in left_open:
        hint = f" (hint: {finding.hint})" if finding.hint else ""
        patch = f"patch {finding.patch}, " if finding.patch else ""
        out.words("undecided", f"{patch}{_place(finding)}: {finding.message}{hint}", _rule(finding))
    for sentence in report.notes:
        out.words("note", sentence)
    for (reason, by), number in Counter((one.reason, one.by) for one in report.waived).items():
        out.words("waived", f"{count(number, 'finding')}: {reason} ({by})")
    for sentence in report.undecided:
        out.words("not checked", sentence)
    for sentence in report.left_out:
        out.words("not checked", f"{sentence}, as asked")
    for sentence in off_by_default(report):
        out.words("not checked", sentence)
    if not (report.undecided or left_open or report.left_out or report.off):
        out.words("not checked", "nothing was left open")


def _place(finding: Finding) -> str:
    return f"{finding.at.path}:{finding.at.line}" if finding.at.line else finding.at.path


def _rule(finding: Finding) -> tuple[str, str]:
    return f" [{finding.rule}]", "dim"
