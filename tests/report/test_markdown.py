"""Markdown for a cover letter or a merge request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patchtool.core.report import CheckReport, Waived
from patchtool.report.markdown import code, markdown, text

WHOLE = """\
### patchtool: 1 error, 1 warning, 0 notes

Base: `v5.5` (d5226fa6dbae): its files are the series' pre-images

#### The series

- **warning** `s.mbox` `odd`
  The series has no cover.

#### 1/2 mm: Rename HAVE_A to A

- **error** `arch/arm64/Kconfig:164` `incomplete-rename`
  HAVE_A was renamed to A, this select still says the old name. Gone after
  patch 2.

      select HAVE_A
      renamed by patch 1/2, 3 lines

  Hint: say A

- Checked: 2 of 2 patches, 3 states, 2 rules
- Undecided: `include/linux/mm.h` `stray-declaration`: f() is declared here
  and defined nowhere, unless the macro at mm/a.c:3 defines it.
- Not checked: not in the input: patch 3 of 3
"""


def test_the_whole_report(check: CheckReport) -> None:
    assert markdown(check) == WHOLE


def test_what_is_waived_and_nothing_open(check: CheckReport) -> None:
    waived = Waived(check.findings[0], "no cover for two", "c.toml:3")
    report = replace(check, base=None, findings=(), undecided=(), waived=(waived,))
    assert (
        markdown(report)
        == """\
### patchtool: 0 errors, 0 warnings, 0 notes

- Checked: 2 of 2 patches, 3 states, 2 rules
- Waived: `s.mbox` `odd`: no cover for two (c.toml:3)
- Not checked: nothing was left open
"""
    )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("HAVE_A is `select B`, __f() and *p", "HAVE_A is `select B`, \\_\\_f() and \\*p"),
        ("<img src=x onerror=1> @maintainer", "\\<img src=x onerror=1\\> \\@maintainer"),
        ("[a](javascript:b) | ` ~x~", "\\[a\\](javascript:b) \\| \\` \\~x\\~"),
        ("a\n# b\x1b", "a\\\\n# b\\\\x1b"),
    ],
)
def test_text_is_shown_as_it_is(raw: str, shown: str) -> None:
    assert text(raw) == shown


def test_code_with_backticks() -> None:
    assert code("mm/a.c:3") == "`mm/a.c:3`"
    assert code("a`b``c") == "``` a`b``c ```"
