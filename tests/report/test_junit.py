"""JUnit XML, as junitparser reads it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport
from patchtool.report.junit import junit

ALL = frozenset(Severity)
ERRORS = frozenset({Severity.ERROR})


def test_the_whole_of_a_small_report(check: CheckReport) -> None:
    small = replace(check, rules=("incomplete-rename",), findings=check.findings[1:2], states=1)
    assert (
        junit(small, ERRORS)
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="patchtool" tests="4" failures="1" errors="0" skipped="2">
  <testsuite name="The series" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="The series" name="incomplete-rename" />
  </testsuite>
  <testsuite name="1/2 mm: Rename HAVE_A to A" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="1/2 mm: Rename HAVE_A to A" name="incomplete-rename">
      <failure type="error" message="arch/arm64/Kconfig:164: HAVE_A was renamed to A, this select still says \
the old name.">arch/arm64/Kconfig:164: error: HAVE_A was renamed to A, this select still says the old name.
  | select HAVE_A
  | renamed by patch 1/2, 3 lines
  hint: say A</failure>
    </testcase>
  </testsuite>
  <testsuite name="2/2 mm: Use A" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="2/2 mm: Use A" name="incomplete-rename">
      <skipped message="the patch was not examined" />
    </testcase>
  </testsuite>
  <testsuite name="not checked" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="not checked" name="not in the input: patch 3 of 3">
      <skipped message="not in the input: patch 3 of 3" />
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_a_parser_reads_it(check: CheckReport) -> None:
    parser = pytest.importorskip("junitparser", reason="junitparser is not installed: JUnit was NOT read")
    report = replace(check, rules=(*check.rules, "odd"))
    read = parser.JUnitXml.fromstring(junit(report, ALL).encode())
    assert (read.tests, read.failures, read.errors, read.skipped) == (10, 2, 0, 2)
    failed = [(suite.name, case.name) for suite in read for case in suite if case.is_failure]
    assert failed == [("The series", "odd"), ("1/2 mm: Rename HAVE_A to A", "incomplete-rename")]


def test_only_what_fails_the_run_is_a_failure(check: CheckReport) -> None:
    report = replace(check, rules=("odd",), undecided=())
    case = fromstring(junit(report, ERRORS)).find("./testsuite/testcase")
    assert case is not None
    assert [child.tag for child in case] == ["system-out"]
    assert case.findtext("system-out") == "s.mbox: warning: The series has no cover."


def test_hostile_text_stays_text(check: CheckReport) -> None:
    text = ']]> <failure/> & "\x00\x1b\udcff\ufffe'
    hostile = Finding("odd", Severity.ERROR, Location(text), text, "k", evidence=(text,), hint=text)
    report = replace(check, rules=("odd",), findings=(hostile,), undecided=(text,))
    failure = fromstring(junit(report, ALL)).find("./testsuite/testcase/failure")
    assert failure is not None
    shown = ']]> <failure/> & "\\x00\\x1b\\xff\\ufffe'
    assert failure.get("message") == f"{shown}: {shown}"
