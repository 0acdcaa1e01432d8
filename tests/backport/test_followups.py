from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from history_kit import grown, mailed, say, text

from patchtool.backport.followups import Link, later_commits, later_patches
from patchtool.core.companion import CompanionKind
from patchtool.core.series import Series
from patchtool.core.tags import FixesTag
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch

FIXES, REVERTS = CompanionKind.FIXES, CompanionKind.REVERTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown(tmp_path / "kernel")


@pytest.fixture
def fix(folder: Path) -> str:
    return say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed")})


def links(folder: Path, read: Series, held: dict[int, str]) -> tuple[Link, ...]:
    with Scratch(folder) as scratch:
        return later_commits(scratch, read, held)


def empty(folder: Path, subject: str, body: str) -> str:
    return say(folder, f"{subject}\n\n{body}\n", {})


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("mm: Mend", 'Fixes: {:.12} ("mm: Fix it")', FIXES),
        ("mm: Mend", "Fixes: {:.7}", FIXES),
        ("mm: Mend", "fixes commit {}", FIXES),
        ("mm: Undo", "This reverts commit {}.", REVERTS),
        ("mm: Undo", "This reverts commit\n{}, which broke all.", REVERTS),
        ('Revert "mm: Fix it"', "It broke all.", REVERTS),
        ('Revert "mm: Fix it"', "This reverts commit {}.\n\nFixes: {}", REVERTS),
    ],
)
def test_every_form_of_naming_another_commit(
    folder: Path, fix: str, subject: str, body: str, kind: CompanionKind
) -> None:
    oid = empty(folder, subject, body.format(fix, fix))
    assert links(folder, mailed(folder, fix), {1: fix}) == (Link(oid, subject, kind, fix, 1),)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("mm: Other", "See {}."),
        ("mm: Other", "Fixes: 0123456789ab"),
        ('Revert "mm: Fix it"', "This reverts commit 0123456789abcdef0123456789abcdef01234567."),
        ('Revert "mm: Fix it all"', "It broke all."),
    ],
)
def test_others_are_not_followups(folder: Path, fix: str, subject: str, body: str) -> None:
    empty(folder, subject, body.format(fix))
    assert links(folder, mailed(folder, fix), {1: fix}) == ()


def test_a_fix_of_a_fix_leads_back_to_the_patch(folder: Path, fix: str) -> None:
    second = empty(folder, "mm: Mend", f"Fixes: {fix[:12]}")
    third = empty(folder, "mm: Mend the mending", f"Fixes: {second[:12]}")
    revert = empty(folder, 'Revert "mm: Mend the mending"', f"This reverts commit {third}.")
    assert links(folder, mailed(folder, fix), {1: fix}) == (
        Link(second, "mm: Mend", FIXES, fix, 1),
        Link(third, "mm: Mend the mending", FIXES, second, 1),
        Link(revert, 'Revert "mm: Mend the mending"', REVERTS, third, 1),
    )


def test_nothing_is_looked_for_without_a_commit_or_a_mainline(folder: Path, fix: str) -> None:
    empty(folder, "mm: Mend", f"Fixes: {fix[:12]}")
    read = mailed(folder, fix)
    assert links(folder, read, {1: ""}) == links(folder, read, {}) == ()
    with Scratch(None) as scratch:
        assert later_commits(scratch, read, {1: fix}) == ()


def test_a_later_patch_of_the_series_names_an_earlier_one(series: Path) -> None:
    read = read_series(str(series / "v1.mbox"))
    tag = FixesTag("", read.patches[1].subject.upper(), 0, "")
    mending = replace(read.patches[4], fixes=(tag,))
    again = replace(read.patches[5], fixes=(FixesTag("", mending.subject, 0, ""),))
    changed = replace(read, patches=(*read.patches[:4], mending, again, *read.patches[6:]))
    assert list(later_patches(changed, {1: "", 2: ""})) == [
        Link("", mending.subject, FIXES, "", 2, 5),
        Link("", again.subject, FIXES, "", 2, 6),
    ]
    assert list(later_patches(changed, {1: ""})) == []
    assert list(later_patches(read, dict.fromkeys(range(1, 10), ""))) == []
