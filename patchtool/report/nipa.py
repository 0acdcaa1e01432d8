"""A check report for NIPA, the CI of netdev: terse lines, and one line for its description.

NIPA runs a test as a command in the tree: exit status 0 is a pass, 250 a warning, anything else a failure.
What it prints is kept, and what it writes to the file descriptor DESC_FD is shown in patchwork.
"""

from __future__ import annotations

from patchtool.core.finding import Severity
from patchtool.core.report import CheckReport
from patchtool.report.patchwork import short
from patchtool.report.tally import decided, open_questions, tally
from patchtool.report.terse import left_open, terse_lines

PASS, FAIL, WARNING = 0, 1, 250
_LIMIT = 200


def nipa(report: CheckReport) -> str:
    """What the test prints: the description, then a line a finding and a line for each thing left open."""
    lines = (nipa_description(report), *terse_lines(report.findings), *left_open(report))
    return "".join(f"{line}\n" for line in lines)


def nipa_description(report: CheckReport) -> str:
    """One line for patchwork, without a newline."""
    open_ = _open(report)
    return short(f"{tally(report.findings)}{f'; not checked: {open_[0]}' if open_ else ''}", _LIMIT)


def nipa_status(report: CheckReport) -> int:
    """The exit status: FAIL with an error, WARNING with a warning or anything left open, else PASS."""
    worst = report.worst()
    if worst is Severity.ERROR:
        return FAIL
    return WARNING if worst is Severity.WARNING or _open(report) else PASS


def _open(report: CheckReport) -> tuple[str, ...]:
    questions = [*open_questions(report, None)]
    if len(decided(report.findings)) < len(report.findings):
        questions.append("what stands below as UNDECIDED")
    return tuple(questions)
