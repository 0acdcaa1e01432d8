"""checkpatch's terse lines, b4's, and NIPA's."""

from __future__ import annotations

import json
from dataclasses import replace

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport, Waived
from patchtool.report.b4 import b4_lines, b4_review
from patchtool.report.nipa import FAIL, PASS, WARNING, nipa, nipa_description, nipa_status
from patchtool.report.terse import terse

LINES = """\
s.mbox: WARNING: odd: The series has no cover.
arch/arm64/Kconfig:164: ERROR: incomplete-rename: HAVE_A was renamed to A, this select still says the old \
name. (hint: say A)
include/linux/mm.h: UNDECIDED: stray-declaration: f() is declared here and defined nowhere, unless the \
macro at mm/a.c:3 defines it.
s.mbox: UNDECIDED: not checked: not in the input: patch 3 of 3
"""


def clean(check: CheckReport) -> CheckReport:
    return replace(check, findings=(), mended=(), undecided=())


def test_a_line_a_finding_and_the_totals(check: CheckReport) -> None:
    assert terse(check) == LINES + "total: 1 error, 1 warning, 0 notes, 2 patches checked\n"


def test_totals_of_nothing_and_of_what_is_waived(check: CheckReport) -> None:
    assert terse(clean(check)) == "total: 0 errors, 0 warnings, 0 notes, 2 patches checked\n"
    report = replace(clean(check), waived=(Waived(check.findings[0], "we know", "c.toml:1"),))
    assert terse(report) == "total: 0 errors, 0 warnings, 0 notes, 1 waived, 2 patches checked\n"


def test_b4_hears_nothing_where_nothing_is_wrong(check: CheckReport) -> None:
    assert b4_lines(check) == LINES
    assert b4_lines(clean(check)) == ""


def test_a_mail_from_standard_input_has_the_name_that_b4_takes_off(check: CheckReport) -> None:
    note = Finding("n", Severity.NOTE, Location("stdin", 7), "Say\nmore.\x1b[0m", "k", patch=1)
    report = replace(clean(check), findings=(note,))
    assert b4_lines(report) == "-:7: CHECK: n: Say\\nmore.\\x1b[0m\n"


def test_b4_review_gets_one_result_with_its_details(check: CheckReport) -> None:
    whole, leftover, doubt = check.findings
    leftover = replace(leftover, source="\tselect HAVE_A")
    (result,) = json.loads(b4_review(replace(check, findings=(whole, leftover, doubt))))
    details = json.loads(result.pop("details"))
    assert result == {
        "tool": "patchtool",
        "status": "fail",
        "summary": "1 error, 1 warning, 0 notes, 2 questions open",
    }
    assert [one["status"] for one in details] == ["warn", "fail", "warn", "warn"]
    assert details[1] == {
        "status": "fail",
        "description": LINES.splitlines()[1].replace("ERROR: ", ""),
        "srcline": "select HAVE_A",
    }
    assert details[3] == {"status": "warn", "description": "not checked: not in the input: patch 3 of 3"}


def test_b4_review_of_nothing_is_a_pass(check: CheckReport) -> None:
    assert json.loads(b4_review(clean(check))) == [
        {"tool": "patchtool", "status": "pass", "summary": "passed all checks"}
    ]


def test_nipa_has_its_line_first_and_its_own_exit_status(check: CheckReport) -> None:
    first = "1 error, 1 warning, 0 notes; not checked: not in the input: patch 3 of 3"
    assert nipa_description(check) == first
    assert nipa(check) == f"{first}\n{LINES}"
    assert nipa_status(check) == FAIL
    assert nipa_status(clean(check)) == PASS
    assert nipa_status(replace(clean(check), findings=check.findings[:1])) == WARNING
    assert nipa_status(replace(clean(check), undecided=("x",))) == WARNING
    open_ = replace(clean(check), findings=check.findings[2:])
    assert nipa_status(open_) == WARNING
    assert nipa_description(open_) == (
        "0 errors, 0 warnings, 0 notes; not checked: what stands below as UNDECIDED"
    )
