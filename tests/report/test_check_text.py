"""A check report as text."""

from __future__ import annotations

from dataclasses import replace

from patchtool.core.report import CheckReport
from patchtool.report.check_text import add_finding, check_text
from patchtool.report.console import Lines

WHOLE = """\
Rename A
note: revision 1 of 2 patches is left aside
base: v5.5 (d5226fa6dbae, 5.5.0): its files are the series' pre-images

The series
s.mbox: warning [odd]
    The series has no cover.

1/2 mm: Rename HAVE_A to A
arch/arm64/Kconfig:164: error [incomplete-rename]
    HAVE_A was renamed to A, this select still says the old name.
    Gone after patch 2: a bisect between the two lands in it.
    | select HAVE_A
    | renamed by patch 1/2, 3 lines
    hint: say A

Mended by the series
arch/alpha/Kconfig:7 and 1 place more: mended by patch 2 [missing-config-entry]
    `select B` does nothing: no Kconfig file defines B.

checked: 2 of 2 patches, 3 states, 2 rules: 2 findings (1 error, 1 warning, 0 note)
undecided: patch 2, include/linux/mm.h: f() is declared here and defined nowhere, \
unless the macro at mm/a.c:3 defines it. [stray-declaration]
not checked: not in the input: patch 3 of 3
"""
CLEAN = """\
s.mbox

checked: 2 of 2 patches, 3 states, 2 rules: 0 findings (0 error, 0 warning, 0 note)
not checked: nothing was left open
"""


def test_the_whole_report(check: CheckReport) -> None:
    assert check_text(check).plain() == WHOLE


def test_a_clean_report_says_what_was_checked(check: CheckReport) -> None:
    quiet = replace(check.series, subject="", notes=())
    clean = replace(check, series=quiet, base=None, findings=(), mended=(), undecided=())
    assert check_text(clean).plain() == CLEAN


def test_a_folder_has_no_commit(check: CheckReport) -> None:
    assert check.base
    folder = replace(check, base=replace(check.base, rev="linux/", commit="", version=""))
    assert "base: linux/ (a folder): its files" in check_text(folder).plain()


def test_a_hostile_finding_stays_within_its_lines(check: CheckReport) -> None:
    out = Lines()
    add_finding(
        out, replace(check.findings[1], evidence=("\x1b[2J\nchecked: nothing is wrong",), fixed_by=None)
    )
    assert out.plain() == (
        "arch/arm64/Kconfig:164: error [incomplete-rename]\n"
        "    HAVE_A was renamed to A, this select still says the old name.\n"
        "    | \\x1b[2J\\nchecked: nothing is wrong\n"
        "    hint: say A\n"
    )
