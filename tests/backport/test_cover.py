"""The letter before a backport."""

from __future__ import annotations

from dataclasses import replace

from backport.test_certificate import made
from patchtool.backport.certificate import certificate_text
from patchtool.backport.cover import cover_body, cover_notes, cover_subject, lone_notes
from patchtool.core.companion import Companion, CompanionKind, CompanionState

BODY = """\
Backport of "All of it" <1@x> to 5.4.y (linux-5.4.y at 111111111111,
  5.4.18).

Taken:
  1/2 mm: Before (as it is, needed by 2/2)
  2/2 mm: First (adapted)

Not taken:
  2/2 mm: Second (skip: no Cc: stable tag)

Verified, verdict UNDECIDED:
  rules: 17

Found:
  mm/a.c:3: note: It is odd.

Not verified:
  arm: not followed
  by hand
"""


def test_the_whole_letter() -> None:
    assert cover_body(made()) == BODY


def test_what_else_belongs_to_it_stands_last() -> None:
    later = Companion("ef" * 20, "mm: Fix it", CompanionKind.FIXES, "", 1, CompanionState.APPLIES, "")
    found = cover_body(replace(made(), beside=(later.sentence, "linux-5.10.y lacks 1/2")))
    assert found == (
        f"{BODY}\nBelongs to it, and is not in:\n"
        '  efefefefefef ("mm: Fix it") fixes patch 1: applies\n  linux-5.10.y lacks 1/2\n'
    )
    own = replace(later, oid="", n=5)
    assert own.sentence == 'patch 5 ("mm: Fix it") fixes patch 1: applies'


def test_what_is_not_there_has_no_heading() -> None:
    cells = made().outcome.cells[:1]
    bare = replace(made(), outcome=replace(made().outcome, cells=cells), check=None, gaps=())
    heads = [line for line in cover_body(bare).splitlines() if line.endswith(":")]
    assert heads == ["Taken:", "Not verified:"]


def test_many_points_are_counted() -> None:
    found = replace(made(), gaps=tuple(f"point {n}" for n in range(40)))
    assert cover_body(found).endswith("  point 28\n  and 11 more\n")


def test_without_a_subject_the_first_patch_has_one() -> None:
    assert cover_subject(made()) == "All of it"
    assert cover_subject(replace(made(), series=replace(made().series, subject=""))) == "mm: Before"


def test_the_certificate_is_below_it() -> None:
    text = "\n".join(certificate_text(made()))
    assert cover_notes(made()) == text
    assert lone_notes(made()) == f"{text}\nNot verified:\n  arm: not followed\n  by hand"
