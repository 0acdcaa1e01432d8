"""What a plan says of the history that is not there, and of the tree that a series was made on."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, diff, git, kernel, one, series
from patchtool.backport.targets import find_target
from patchtool.backport.unsought import made_on, unsought
from patchtool.core.report import Base
from patchtool.tree.base import made_for
from patchtool.tree.git import Scratch

MAINLINE = "upstream commits, prerequisites, later fixes and reverts"
ORG = "https://git.kernel.org/pub/scm/linux/kernel/git"


def said(repo: Path, *names: str) -> tuple[str, ...]:
    with Scratch(repo) as scratch:
        return unsought(scratch, [find_target(scratch, name) for name in names])


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """`main` with two commits, `linux-5.4.y` with the first of them."""
    folder = kernel(tmp_path / "repo")
    git(folder, "branch", "linux-5.4.y")
    commit(folder, {"a.c": "1\n"})
    return folder


def test_with_all_history_there_is_nothing_to_say(repo: Path) -> None:
    git(repo, "branch", "linux-5.5.y")
    assert said(repo, "5.5.y") == ()


def test_a_branch_that_is_one_commit_has_no_history(repo: Path) -> None:
    assert said(repo, "5.4.y") == (
        (
            "5.4.y: backports that were rewritten: linux-5.4.y is one commit without history "
            f"(hint: git fetch {ORG}/stable/linux.git +linux-5.4.y:refs/remotes/stable/linux-5.4.y)"
        ),
    )


def test_no_mainline_and_one_without_history(tmp_path: Path, repo: Path) -> None:
    git(repo, "branch", "-m", "main", "topic")
    hint = f"git fetch {ORG}/torvalds/linux.git"
    assert said(repo) == (
        f"{MAINLINE}: there is no branch of mainline (hint: {hint} +master:refs/remotes/mainline/master)",
    )
    bare = kernel(tmp_path / "import")
    assert said(bare) == (
        f"{MAINLINE}: main is one commit without history (hint: {hint} +master:refs/remotes/mainline/master)",
    )


def test_a_shallow_clone(tmp_path: Path, repo: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", repo.as_uri(), "shallow")
    assert said(tmp_path / "shallow") == (
        (
            f"{MAINLINE}, backports that were rewritten: as far as the shallow clone is cut off "
            "(hint: git fetch --unshallow)"
        ),
    )


def test_what_a_series_was_made_on(repo: Path) -> None:
    tip = one(repo, "rev-parse", "HEAD")
    change = diff(repo, {"a.c": "2\n"})
    for base_commit, why in ((None, "it has the series' pre-images"), (tip, "the series' base-commit")):
        own = series(change, base_commit=base_commit)
        with Scratch(repo) as scratch:
            found = made_on(scratch, own, made_for(scratch, own))
        assert found == Base("main", tip, "5.5.0-rc5", why)


def test_what_a_series_was_made_on_may_be_absent(repo: Path) -> None:
    with Scratch(repo) as scratch:
        assert made_on(scratch, series(b""), None) is None
