"""Where git looks for hooks, asked of git itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hook_kit import own, run

from kit import git
from patchtool.hooks.place import HookError, git_folder, hooks_folder
from patchtool.tree.git import GitError


def theirs(folder: Path) -> Path:
    """What git says; without --path-format it is relative to where it was asked."""
    status, said = run(folder, "git", "rev-parse", "--git-path", "hooks")
    assert status == 0
    return (folder / said.removesuffix("\n")).resolve()


@pytest.fixture
def repo(tmp_path):
    return own(tmp_path / "repo")


def test_the_repository_s_own(repo):
    assert hooks_folder(repo) == theirs(repo) == repo / ".git/hooks"
    assert hooks_folder(repo / "mm") == repo / ".git/hooks"


def test_all_work_trees_share_them(repo, tmp_path):
    git(repo, "worktree", "add", "-q", str(tmp_path / "other"), "-b", "other")
    assert hooks_folder(tmp_path / "other") == theirs(tmp_path / "other") == repo / ".git/hooks"
    assert git_folder(tmp_path / "other") == repo / ".git/worktrees/other"


def test_a_bare_repository(repo, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", "repo", "bare.git")
    bare = tmp_path / "bare.git"
    assert hooks_folder(bare) == theirs(bare) == bare / "hooks"
    git(bare, "config", "core.hooksPath", "mine")
    assert hooks_folder(bare) == theirs(bare) == bare / "mine"


def test_hooks_path(repo, tmp_path):
    git(repo, "config", "core.hooksPath", str(tmp_path / "shared"))
    assert hooks_folder(repo) == theirs(repo) == tmp_path / "shared"
    git(repo, "config", "core.hooksPath", "tools/hooks")
    assert hooks_folder(repo) == theirs(repo) == repo / "tools/hooks"
    assert hooks_folder(repo / "mm") == repo / "tools/hooks"


def test_hooks_path_of_the_user(repo):
    run(repo, "git", "config", "--global", "core.hooksPath", "~/my hooks")
    assert hooks_folder(repo) == theirs(repo) == Path(os.environ["HOME"]) / "my hooks"


def test_hooks_that_are_switched_off(repo):
    git(repo, "config", "core.hooksPath", os.devnull)
    with pytest.raises(HookError, match="git runs no hooks here") as caught:
        hooks_folder(repo)
    assert (caught.value.at, caught.value.hint) == (os.devnull, "change core.hooksPath")
    git(repo, "config", "core.hooksPath", "%(prefix)/hooks")
    with pytest.raises(HookError, match="prefix"):
        hooks_folder(repo)


def test_no_repository(tmp_path):
    with pytest.raises(GitError, match="not a git repository"):
        hooks_folder(tmp_path)
