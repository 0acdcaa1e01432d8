"""A check report for b4: lines for its per-patch check commands, JSON for those of `b4 review`.

b4 (0.14 and newer) runs a check command with one mail on its standard input. For `prep-perpatch-check-cmd`
and `am-perpatch-check-cmd` each line printed is a warning, one with `ERROR:` in it a failure, and silence
is a pass. For `review-perpatch-check-cmd` and `review-series-check-cmd` it reads a list of results.
"""

from __future__ import annotations

import json
from typing import Any

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.report import CheckReport
from patchtool.report.plain import count, one_line
from patchtool.report.tally import decided, place, tally
from patchtool.report.terse import left_open, terse_lines

_STATES = {Severity.ERROR: "fail", Severity.WARNING: "warn", Severity.NOTE: "pass"}
_GRAVITY = ("pass", "warn", "fail")


def b4_lines(report: CheckReport) -> str:
    """A line a finding and a line for each thing left open; empty where there is nothing to say."""
    lines = (*terse_lines(report.findings, stdin="-"), *left_open(report))
    return "".join(f"{line}\n" for line in lines)


def b4_review(report: CheckReport) -> str:
    """One result as JSON: `status` is pass, warn or fail, `details` a JSON list as b4's own checks have."""
    details = [_detail(finding) for finding in report.findings]
    details += [{"status": "warn", "description": f"not checked: {text}"} for text in report.undecided]
    status = max((one["status"] for one in details), key=_GRAVITY.index, default="pass")
    result: dict[str, Any] = {"tool": "patchtool", "status": status, "summary": _summary(report)}
    if details:
        result["details"] = json.dumps(details)
    return json.dumps([result], indent=2) + "\n"


def _detail(finding: Finding) -> dict[str, str]:
    undecided = finding.verdict is Verdict.UNDECIDED
    said = f"{place(finding)}: {finding.rule}: {finding.message}"
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    found = {
        "status": "warn" if undecided else _STATES[finding.severity],
        "description": one_line(f"{'undecided: ' if undecided else ''}{said}{hint}"),
    }
    if finding.source.strip():
        found["srcline"] = one_line(finding.source.strip())
    return found


def _summary(report: CheckReport) -> str:
    open_ = len(report.undecided) + len(report.findings) - len(decided(report.findings))
    more = f", {count(open_, 'question')} open" if open_ else ""
    return f"{tally(report.findings)}{more}" if report.findings or open_ else "passed all checks"
