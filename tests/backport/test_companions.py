from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from history_kit import grown, mailed, on, say, text

from patchtool.backport.companions import companions
from patchtool.core.companion import Companion, CompanionKind, CompanionState
from patchtool.core.series import Series
from patchtool.core.tags import FixesTag
from patchtool.tree.git import Scratch
from patchtool.tree.stack import Stack

FIXES, REVERTS = CompanionKind.FIXES, CompanionKind.REVERTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown(tmp_path / "kernel")


@pytest.fixture
def fix(folder: Path) -> str:
    return say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed")})


def found(folder: Path, read: Series, held: dict[int, str]) -> tuple[Companion, ...]:
    """For linux-5.4.y with all patches of the series that are held on it."""
    with Scratch(folder) as scratch:
        stack = Stack(scratch, "linux-5.4.y")
        for patch in read.patches:
            if patch.n in held and stack.fits(patch.diff):
                stack.apply(patch.diff)
        return companions(scratch, read, held, "linux-5.4.y", stack.tree)


def test_a_fix_and_a_fix_of_it_apply_in_order(folder: Path, fix: str) -> None:
    second = say(folder, f"mm: Mend\n\nFixes: {fix[:12]}\n", {"mm/x.c": text(l7="mended")})
    third = say(folder, f"mm: Mend again\n\nFixes: {second[:12]}\n", {"mm/x.c": text(l7="well")})
    why = "applies to the result as it is"
    assert found(folder, mailed(folder, fix), {1: fix}) == (
        Companion(second, "mm: Mend", FIXES, fix, 1, CompanionState.APPLIES, why),
        Companion(third, "mm: Mend again", FIXES, second, 1, CompanionState.APPLIES, why),
    )


def test_what_the_target_has_already_is_not_missing(folder: Path, fix: str) -> None:
    named = say(folder, f"mm: Mend\n\nFixes: {fix[:12]}\n", {"mm/x.c": text(l7="mended")})
    equal = say(folder, f"mm: Say so\n\nFixes: {fix[:12]}\n", {"mm/z.c": "z\n"})
    on(folder, "linux-5.4.y")
    oid = say(folder, f"mm: Mend\n\ncommit {named} upstream.\n", {"mm/y.c": "y\n", "mm/z.c": "z\n"})
    companion = found(folder, mailed(folder, fix), {1: fix})
    assert [(one.oid, one.state, one.state.missing, one.why) for one in companion] == [
        (
            named,
            CompanionState.PRESENT,
            False,
            f'{oid[:12]} ("mm: Mend") in its history is commit {named[:12]} upstream',
        ),
        (equal, CompanionState.PRESENT, False, "its content is in the tree"),
    ]


def test_a_fix_of_code_that_is_not_there_is_irrelevant(folder: Path, fix: str) -> None:
    names = [f"mm/{name}.c" for name in "abcd"]
    say(folder, "mm: More", {name: text() for name in names})
    say(folder, f"mm: Mend\n\nFixes: {fix[:12]}\n", {name: text(l3="x") for name in names})
    (one,) = found(folder, mailed(folder, fix), {1: fix})
    assert (one.state, one.state.missing) == (CompanionState.IRRELEVANT, False)
    assert one.why == "no file that it changes is there: mm/a.c, mm/b.c, mm/c.c and 1 more"


def test_a_fix_that_does_not_apply_says_where(folder: Path, fix: str) -> None:
    say(folder, "mm: Other", {"mm/x.c": text(l7="fixed", l20="new")})
    say(folder, f"mm: Mend\n\nFixes: {fix[:12]}\n", {"mm/x.c": text(l7="fixed", l20="newer")})
    (one,) = found(folder, mailed(folder, fix), {1: fix})
    assert (one.state, one.state.missing) == (CompanionState.DOES_NOT_APPLY, True)
    assert one.why == "mm/x.c:20: a line that the hunk removes is not there"


def test_a_revert_of_what_is_taken_is_told(folder: Path, fix: str) -> None:
    gone = say(folder, f'Revert "mm: Fix it"\n\nThis reverts commit {fix}.\n', {"mm/x.c": text()})
    why = "applies to the result as it is"
    assert found(folder, mailed(folder, fix), {1: fix}) == (
        Companion(gone, 'Revert "mm: Fix it"', REVERTS, fix, 1, CompanionState.APPLIES, why),
    )
    assert found(folder, mailed(folder, fix), {}) == ()


def test_a_patch_of_the_series_that_mends_another_is_one_unless_it_is_held(folder: Path, fix: str) -> None:
    second = say(folder, "mm: Mend", {"mm/x.c": text(l7="mended")})
    read = mailed(folder, fix, second)
    mending = replace(read.patches[1], fixes=(FixesTag("", "mm: Fix it", 0, ""),))
    read = replace(read, patches=(read.patches[0], mending))
    why = "applies to the result as it is"
    assert found(folder, read, {1: ""}) == (
        Companion("", "mm: Mend", FIXES, "", 1, CompanionState.APPLIES, why, 2),
    )
    why = "it is patch 2 of the series, which the target has then"
    assert found(folder, read, {1: "", 2: ""}) == (
        Companion("", "mm: Mend", FIXES, "", 1, CompanionState.PRESENT, why, 2),
    )


def test_what_can_not_be_read_is_undecided(folder: Path, fix: str) -> None:
    say(folder, "mm: More", {"mm/y.c": text()})
    on(folder, "linux-5.4.y")
    say(folder, "mm: More, older", {"mm/y.c": text(l3="x")})
    on(folder, "main")
    say(folder, f"mm: Mend\n\nFixes: {fix[:12]}\n", {"mm/y.c": text(l9="mended")})
    with Scratch(folder) as scratch:
        oid = scratch.out("rev-parse", "linux-5.4.y:mm/y.c").decode().strip()
    (folder / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (one,) = found(folder, mailed(folder, fix), {1: fix})
    assert one.state is CompanionState.UNDECIDED
    assert one.why == "mm/y.c: the file's content is absent from the object store"
