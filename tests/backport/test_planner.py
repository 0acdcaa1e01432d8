from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kit import git
from patchtool.backport.planner import Planner
from patchtool.backport.targets import find_target
from patchtool.core.plan import Decision, How, PatchPlan
from patchtool.core.series import Series
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch


@pytest.fixture
def v1(series: Path) -> Series:
    return read_series(str(series / "v1.mbox"))


@pytest.fixture
def fixed(mini: Path, tmp_path: Path, v1: Series) -> Path:
    """linux-5.4.y with 1, 2 and 5 of the series on top, as stable took them."""
    folder = Path(shutil.copytree(mini, tmp_path / "kernel"))
    git(folder, "checkout", "-q", "-f", "linux-5.4.y")
    for number in (1, 2, 5):
        git(folder, "apply", "--index", "-", data=v1.patches[number - 1].diff)
    git(folder, "commit", "-q", "-m", "three of nine")
    return folder


def planned(repo: Path, series: Series, asked: str) -> tuple[PatchPlan, ...]:
    with Scratch(repo) as scratch:
        target, tree = find_target(scratch, asked)
        return Planner(series, target, tree).plan().cells


def decisions(cells: tuple[PatchPlan, ...]) -> list[str]:
    return [cell.decision.value for cell in cells]


def test_the_tagged_patches_are_taken_and_each_skip_has_its_reason(mini: Path, v1: Series) -> None:
    cells = planned(mini, v1, "5.4.y")
    assert decisions(cells) == ["take", "take"] + ["skip"] * 7
    assert [cell.how for cell in cells[:2]] == [How.CLEAN, How.CLEAN]
    assert [cell.because[0].split(":")[0] for cell in cells[2:]] == [
        "no Cc",
        "no Cc",
        "no Cc",
        *["no Cc"] * 4,
    ]
    assert "though it fixes something" in cells[3].because[0]
    assert "though it fixes something" in cells[4].because[0]
    assert cells[5].because == ("no Cc: stable tag and no Fixes tag",)


def test_what_the_tree_holds_is_present_even_under_a_later_patch(fixed: Path, v1: Series) -> None:
    cells = planned(fixed, v1, "linux-5.4.y")
    assert [cell.n for cell in cells if cell.decision is Decision.PRESENT] == [1, 2, 5]


def test_what_has_no_certain_place_is_blocked_with_the_line_and_what_stands_there(
    mini: Path, v1: Series
) -> None:
    cells = planned(mini, v1, "4.19.y")
    assert decisions(cells)[:2] == ["take", "blocked"]
    assert cells[0].how is How.ADAPTED
    assert cells[0].adapted is not None
    assert any(reason.startswith("include/asm-generic/tlb.h:") for reason in cells[1].because)
    assert not any(reason.startswith("arch/powerpc/Kconfig") for reason in cells[1].because)


def test_what_the_user_wants_is_taken_whatever_its_tags_say(mini: Path, v1: Series) -> None:
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, "5.4.y")
        outcome = Planner(v1, target, tree, wanted=frozenset({4})).plan()
    assert [cell.n for cell in outcome.cells if cell.decision is Decision.TAKE] == [1, 2, 4]
    assert [done.patch.n for done in outcome.taken] == [1, 2, 4]


def test_a_tree_that_never_had_what_is_fixed_is_not_affected(mini: Path, v1: Series) -> None:
    cells = planned(mini, v1, "4.9.y")
    assert decisions(cells)[:2] == ["not-affected", "not-affected"]
    assert cells[1].because[0].startswith("what it fixes is not in linux-4.9.y: ")
    # 1/9 has a bare stable tag: what 2/9 fixes gives it a range.
    assert cells[0].because[0].startswith("what the series' stable patches fix is not in linux-4.9.y: ")
