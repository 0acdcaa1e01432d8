"""One patch after the other into a target: as it is, merged, adapted, after what it needs, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.backport.ancestry import mainline
from patchtool.backport.entrance import Entered, Entrance, Lore, Refused
from patchtool.backport.targets import find_target
from patchtool.core.finding import Verdict
from patchtool.core.plan import How
from patchtool.core.prerequisite import Found
from patchtool.core.series import Series
from patchtool.engine.renames.inferred import declared
from patchtool.mail.series import read_series
from patchtool.tree.base import made_for
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot


@pytest.fixture
def v1(series: Path) -> Series:
    return read_series(str(series / "v1.mbox"))


@pytest.fixture
def scratch(mini: Path):
    with Scratch(mini) as found:
        yield found


def entered(scratch: Scratch, series: Series, asked: str, *numbers: int) -> dict[int, Entered | Refused]:
    """What became of some patches of a series, tried one after the other."""
    target, tree = find_target(scratch, asked)
    lore = Lore(made_for(scratch, series), mainline(scratch), declared())
    entrance = Entrance(target, tree, lore)
    return {n: entrance.enter(series.patches[:n]) for n in numbers}


def text(scratch: Scratch, tree: str, path: str) -> str:
    return (Snapshot(scratch, tree, "x").read(path) or b"").decode()


def test_what_fits_goes_in_as_it_is(scratch: Scratch, v1: Series) -> None:
    done = entered(scratch, v1, "5.4.y", 1, 2)
    assert [one.how for one in done.values()] == [How.CLEAN, How.CLEAN]
    assert [len(one.taken) for one in done.values()] == [1, 1]
    assert all(one.taken[0].adapted is None for one in done.values())


def test_a_patch_whose_kconfig_stands_elsewhere_is_adapted_and_says_how(scratch: Scratch, v1: Series) -> None:
    (done,) = entered(scratch, v1, "4.19.y", 1).values()
    assert done.how is How.ADAPTED
    (taken,) = done.taken
    assert taken.adapted.tree == taken.tree
    assert any(step.path == "arch/powerpc/Kconfig" for step in taken.adapted.steps)
    assert "select HAVE_RCU_TABLE_FREE" in text(scratch, taken.tree, "arch/powerpc/Kconfig")


def test_what_applies_and_uses_members_that_are_not_there_comes_after_what_brings_them(
    scratch: Scratch, v1: Series
) -> None:
    (done,) = entered(scratch, v1, "4.19.y", 3).values()
    assert isinstance(done, Entered)
    subjects = [one.patch.subject for one in done.taken]
    assert subjects == [
        "asm-generic/tlb: Track freeing of page-table directories in struct mmu_gather",
        "asm-generic/tlb: Track which levels of the page tables have been cleared",
        v1.patches[2].subject,
    ]
    assert [bool(one.commit) for one in done.taken] == [True, True, False]
    assert [one.needed_by for one in done.taken] == [3, 3, 0]
    assert isinstance(done.needs, Found)
    assert done.needs.verdict is Verdict.HOLDS
    assert done.needs.tree == done.taken[-1].tree
    assert "freed_tables" in text(scratch, done.taken[0].tree, "include/asm-generic/tlb.h")


def test_a_refused_patch_names_the_hunk_and_leaves_the_state(scratch: Scratch, v1: Series) -> None:
    done = entered(scratch, v1, "4.19.y", 1, 2, 3)
    assert isinstance(done[2], Refused)
    assert any("not adapted: include/asm-generic/tlb.h (hunk 2)" in reason for reason in done[2].because)
    last = done[3].taken[-1].tree
    assert "select HAVE_RCU_TABLE_FREE\n" in text(scratch, last, "arch/powerpc/Kconfig")
    assert "config HAVE_RCU_TABLE_INVALIDATE" in text(scratch, last, "arch/Kconfig")


def test_without_upstream_and_history_what_lacks_is_named(scratch: Scratch, v1: Series) -> None:
    target, tree = find_target(scratch, "4.19.y")
    refused = Entrance(target, tree, Lore()).enter(v1.patches[:3])
    assert isinstance(refused, Refused)
    assert refused.because[0] == "applies as text, and uses what is not there"
    assert any(reason.endswith("struct mmu_gather has no member freed_tables") for reason in refused.because)
    assert any("hint: git fetch" in reason for reason in refused.because)
