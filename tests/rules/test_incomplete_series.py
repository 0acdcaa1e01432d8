from __future__ import annotations

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.series import Cover, Duplicate, Patch, Person, Series
from patchtool.mail.series import read_series
from patchtool.rules.incomplete_series import RULE, check
from patchtool.tree.history import NoHistory

NOBODY = Person("", "")


def patch(n: int, total: int) -> Patch:
    return Patch(n, total, "mm: a", "PATCH", NOBODY, NOBODY, "", "", (), (), b"", "s", line=n * 10)


def said(series: Series) -> list[str]:
    return [f"{f.at}: {f.message}" for f in check(series, NoHistory())]


def with_cover(text: str, total: int = 3) -> Series:
    patches = tuple(patch(n, 3) for n in (1, 2, 3))
    return Series("s", "x", 1, patches, cover=Cover("x", text, "s", 1, total=total), total=3)


def test_whole_finding():
    series = Series("s", "x", 1, (patch(2, 3),), missing=(1, 3), total=3)
    assert list(check(series, NoHistory())) == [
        Finding(
            rule="incomplete-series",
            severity=Severity.WARNING,
            at=Location("s"),
            message="1/3, 3/3 are not in the input.",
            key="1/3, 3/3 are not in the input.",
            hint="get the whole thread, or send the rest",
        )
    ]


def test_many_are_counted():
    series = Series("s", "x", 1, (patch(1, 9),), missing=tuple(range(2, 10)), total=9)
    assert said(series) == ["s: 2/9, 3/9, 4/9, 5/9, 6/9, 7/9 and 2 more are not in the input."]


def test_twice_and_beyond():
    series = Series(
        "s", "x", 1, (patch(1, 1), patch(2, 1)), total=1, duplicates=(Duplicate(1, "s:9", "s:4"),)
    )
    assert said(series) == [
        "s:4: 1/1 is there twice: s:9 counts, s:4 does not.",
        "s:20: The subject's number is 2/1.",
    ]


def test_the_covers_subject():
    assert said(with_cover("", 4)) == ["s:1: The cover letter's subject announces 4 patches, the patches 3."]
    assert said(with_cover("", 0)) == []


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Why.\n\nA B (2):\n  mm: a\n  mm: b\n\nC (D) (1):\n  mm: c\n\n mm/a.c | 2 +-\n", 3),
        ("A (2):\n  mm: a\n  mm: b\n", 2),
        ("A (5):\n  old\n\nChanges since.\n\nA (3):\n  new\n", 3),
        ("A (4):\n  old\n\nA (3):\n  new\n", 3),
        ("No list (in brackets): none.\n", 0),
        ("A (3):", 0),
    ],
)
def test_the_covers_shortlog(text, listed):
    wrong = f"s:1: The cover letter's shortlog lists {listed} patches of 3."
    assert said(with_cover(text)) == ([wrong] if listed not in (0, 3) else [])


@pytest.mark.parametrize("name", ["v4.mbox", "v3.mbox", "stable-4.19.mbox"])
def test_real_series(real_mails, name):
    assert said(read_series(str(real_mails / name))) == []


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT206", "incomplete-series", check)
