from __future__ import annotations

from pathlib import Path

import pytest
from history_kit import grown, mailed, on, say, text

from kit import git, one
from patchtool.backport.newer import newer_lacking
from patchtool.backport.targets import find_target
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Branches 5.4, 5.5 and 5.10 that fork before a fix, and 6.1 after it."""
    folder = grown(tmp_path / "kernel")
    for name in ("heads/linux-5.5.y", "remotes/stable/linux-5.10.y"):
        git(folder, "update-ref", f"refs/{name}", "HEAD")
    say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed", l30="too")})
    git(folder, "branch", "linux-6.1.y")
    return folder


def lacking(folder: Path, asked: str, taken: set[int]) -> tuple[str, ...]:
    with Scratch(folder) as scratch:
        target, _ = find_target(scratch, asked)
        return newer_lacking(scratch, mailed(folder, one(folder, "rev-parse", "main")), target, taken)


def test_newer_trees_without_the_fix_are_named_in_order(folder: Path) -> None:
    fork = one(folder, "rev-parse", "linux-5.4.y")[:12]
    end = "lacks 1/1: who upgrades would lose the fix"
    newer = (f"linux-5.5.y ({fork}) {end}", f"stable/linux-5.10.y ({fork}) {end}")
    assert lacking(folder, "5.4.y", {1}) == newer
    assert lacking(folder, "5.5.y", {1}) == newer[1:]
    assert lacking(folder, "6.1.y", {1}) == ()
    assert lacking(folder, "5.4.y", set()) == ()
    # A revision goes by what its Makefile says: 5.5.
    assert lacking(folder, "linux-5.4.y~0", {1}) == newer


def test_a_newer_tree_that_has_part_of_it_is_told_as_open(folder: Path) -> None:
    on(folder, "linux-5.5.y")
    oid = say(folder, "mm: Part", {"mm/x.c": text(l7="fixed", l30="other")})
    git(folder, "update-ref", "-d", "refs/remotes/stable/linux-5.10.y")
    why = "partly present: 1 of 2 hunks (mm/x.c:30 is not, and nothing there is what they change)"
    assert lacking(folder, "5.4.y", {1}) == (f"linux-5.5.y ({oid[:12]}) may lack 1/1, undecided: {why}",)


def test_a_backport_in_the_newer_tree_is_enough(folder: Path) -> None:
    git(folder, "update-ref", "-d", "refs/remotes/stable/linux-5.10.y")
    fix = one(folder, "rev-parse", "main")
    on(folder, "linux-5.5.y")
    say(folder, f"mm: Fix it\n\ncommit {fix} upstream.\n", {"mm/y.c": "rewritten\n"})
    assert lacking(folder, "5.4.y", {1}) == ()


def test_on_the_mini_kernel(mini: Path, series: Path) -> None:
    with Scratch(mini) as scratch:
        target, _ = find_target(scratch, "5.4.y")
        sentences = newer_lacking(scratch, read_series(str(series / "v1.mbox")), target, {2, 1})
    tip = one(mini, "rev-parse", "linux-5.5.y")[:12]
    assert sentences == (f"linux-5.5.y ({tip}) lacks 1/9, 2/9: who upgrades would lose the fix",)
