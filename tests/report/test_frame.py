"""The offending line in a frame, and where the carets go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport
from patchtool.report.check_text import check_text
from patchtool.report.frame import frame, marked

FRAMED = """\
arch/arm64/Kconfig:164: error [incomplete-rename]
    HAVE_A was renamed to A, this select still says the old name.
    Gone after patch 2: a bisect between the two lands in it.
   164 | \tselect HAVE_A
       | \t       ^^^^^^
    | renamed by patch 1/2, 3 lines
    hint: say A
"""


def test_a_frame_takes_the_place_of_its_evidence(check: CheckReport) -> None:
    whole, leftover, doubt = check.findings
    report = replace(check, findings=(whole, replace(leftover, source="\tselect HAVE_A"), doubt))
    assert FRAMED in check_text(report, framed=True).plain()
    assert "    | select HAVE_A\n" in check_text(report).plain()
    assert check_text(report).plain() == check_text(check).plain()
    assert check_text(check, framed=True).plain() == check_text(check).plain()


@pytest.mark.parametrize(
    ("message", "source", "word"),
    [
        ("HAVE_A was renamed", "#ifdef CONFIG_HAVE_A", "CONFIG_HAVE_A"),
        ("HAVE_A was renamed", "#ifdef CONFIG_HAVE_A_B", None),
        ("`select B` does nothing: no file defines B", "select B if C", "select B"),
        ('The prefix says "asm-gemeric", not this', "Subject: asm-gemeric/tlb: x", "asm-gemeric"),
        ("The address of Signed-off-by has no `>`.", "Signed-off-by: T <t@e", "Signed-off-by"),
        ("this is only prose about the line", "the line is only prose", None),
        ("`a[i](.*` is odd", "x = a[i](.* ;", "a[i](.*"),
        ("2a296a22bc53 was released in v5.4", 'Fixes: 2a296a22bc53 ("x")', "2a296a22bc53"),
        ("", "", None),
    ],
)
def test_the_word_that_is_meant(message: str, source: str, word: str | None) -> None:
    span = marked(message, source)
    assert (source[slice(*span)] if span else None) == word


def test_carets_stand_below_wide_and_hostile_text() -> None:
    at = Location("a.c", 3)
    finding = Finding("r", Severity.NOTE, at, "FOO_BAR is odd", "k", source="漢\x1b[0m\tFOO_BAR")
    (line, _), (carets, style) = frame(finding)
    assert line == "     3 | 漢\\x1b[0m\tFOO_BAR"
    assert carets == f"       | {' ' * 9}\t^^^^^^^"
    assert style == "note"
    assert list(frame(replace(finding, source=" "))) == []
