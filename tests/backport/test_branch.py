"""Commits on a branch of the user's repository, and nothing else there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from deliver_kit import DATE, MAINTAINER, outcome, repository, took

from kit import fingerprint, git, one
from patchtool.backport.branch import BranchError, branch_names, commit, publish
from patchtool.backport.message import worded
from patchtool.core.plan import Target
from patchtool.tree.git import Scratch

NOW = 1_600_000_000


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Target, tuple]:
    """A repository back at its first commit, and two patches that go on top."""
    repo, target = repository(tmp_path / "repo")
    taken = [took(repo, n, 2, {f"file{n}": f"{n}\n"}) for n in (1, 2)]
    git(repo, "reset", "-q", "--hard", target.commit)
    (repo / "Kconfig").write_text("changed by the user\n")
    return repo, target, worded(outcome(*taken), MAINTAINER)


def test_the_branch_holds_what_git_am_would_make(made, tmp_path: Path) -> None:
    repo, target, done = made
    with Scratch(repo) as scratch:
        tip = commit(scratch, target, done, MAINTAINER, NOW)
        publish(repo, scratch, "topic/5.4", tip)
    shown = git(repo, "log", "--reverse", "--format=%an <%ae>|%aD|%cn <%ce>|%ct|%T%n%B", "main..topic/5.4")
    text = shown.decode()
    head = f"Bö Example <bo@example.net>|{DATE}|Maja Tainer <maja@example.org>|{NOW}|"
    assert [line for line in text.splitlines() if "|" in line] == [head + one.taken.tree for one in done]
    assert git(repo, "log", "-1", "--format=%B", "topic/5.4").decode() == f"mm: Change 2\n\n{done[1].body}\n"
    assert one(repo, "rev-parse", "topic/5.4~2") == target.commit
    assert git(repo, "fsck", "--strict", "--no-dangling") == b""


def test_nothing_else_is_touched(made) -> None:
    repo, target, done = made
    git(repo, "config", "core.logAllRefUpdates", "true")
    hooks = repo / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-update", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {repo}/ran\n")
        (hooks / name).chmod(0o755)
    for key in (
        "core.alternateRefsCommand",
        "core.fsmonitor",
        "core.sshCommand",
        "uploadpack.packObjectsHook",
    ):
        git(repo, "config", key, f"touch {repo}/ran; true")
    git(repo, "config", "fetch.bundleURI", "https://localhost:1/x")
    git(repo, "config", "remote.pushDefault", "origin")
    before = fingerprint(repo)
    with Scratch(repo) as scratch:
        publish(repo, scratch, "topic", commit(scratch, target, done, MAINTAINER, NOW))
    after = fingerprint(repo)
    new = {path for path in after.keys() - before.keys() if not path.startswith(".git/objects/")}
    assert new == {".git/refs/heads/topic", ".git/logs/refs/heads/topic"}
    # git may renew the date of an object that it has already.
    assert {path: _kept(path, after[path]) for path in before} == {
        path: _kept(path, seen) for path, seen in before.items()
    }


def _kept(path: str, seen: tuple[int, int, str]) -> tuple:
    return seen[1:] if path.startswith(".git/objects/") else seen


def test_several_targets_have_a_branch_each(made) -> None:
    repo, target, _ = made
    with Scratch(repo) as scratch:
        assert branch_names(scratch, "bp", [target]) == {"5.4.y": "bp"}
        two = [target, replace(target, name="v4.19~3")]
        assert branch_names(scratch, "bp", two) == {"5.4.y": "bp-5.4.y", "v4.19~3": "bp-v4.19-3"}


@pytest.mark.parametrize("name", ["a..b", "-x", "a b", "HEAD", "x.lock", "/x", "@{-1}", "a~1", "a\nb"])
def test_a_name_that_git_allows_no_branch_is_refused(made, name: str) -> None:
    repo, target, _ = made
    with Scratch(repo) as scratch, pytest.raises(BranchError, match="git allows no branch of that name"):
        branch_names(scratch, name, [target])


def test_a_branch_that_is_there_stays(made) -> None:
    repo, target, done = made
    with Scratch(repo) as scratch:
        with pytest.raises(BranchError, match="the branch is there already"):
            branch_names(scratch, "main", [target])
        tip = commit(scratch, target, done, MAINTAINER, NOW)
        with pytest.raises(BranchError, match="can't be made"):
            publish(repo, scratch, "main", tip)  # it appeared after the names were looked at
        with pytest.raises(BranchError, match="can't be made"):
            publish(repo, scratch, "main/sub", tip)  # git keeps no file and folder of one name
    assert one(repo, "rev-parse", "main") == target.commit


def test_without_a_ref_the_commits_are_nobodys(made) -> None:
    # What an interruption between the two steps leaves: objects that git gc takes away.
    repo, target, done = made
    refs = git(repo, "for-each-ref")
    with Scratch(repo) as scratch:
        tip = commit(scratch, target, done, MAINTAINER, NOW)
        assert git(repo, "cat-file", "-t", tip, check=False) == b""
        publish(repo, scratch, "topic", tip)
    git(repo, "update-ref", "-d", "refs/heads/topic")
    assert git(repo, "for-each-ref") == refs


def test_dates_and_names_are_made_as_git_makes_them(made) -> None:
    repo, target, done = made

    def header(date: str, name: str = "A") -> list[str]:
        patch = replace(done[0].taken.patch, date=date, author=replace(MAINTAINER, name=name))
        changed = replace(done[0], taken=replace(done[0].taken, patch=patch))
        with Scratch(repo) as scratch:
            tip = commit(scratch, target, [changed], MAINTAINER, NOW)
            return scratch.out("cat-file", "commit", tip).decode().splitlines()

    assert header("Thu, 1 Jan 1970 02:00:00 -0330")[2] == "author A <maja@example.org> 19800 -0330"
    assert header("", 'x <"y">,')[2].startswith(f'author x "y <maja@example.org> {NOW} ')
    assert header("", "")[2].startswith("author maja@example.org <maja@example.org> ")
    with pytest.raises(BranchError, match="its author date can't be read: 'soon'"):
        header("soon")
