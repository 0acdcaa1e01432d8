from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from patchtool.core.inbox import Arrival
from patchtool.tree.git import GitError
from patchtool.tree.inbox import open_inbox

ENV = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/bin:/bin",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@b",
}


def git(folder: Path, *command: str) -> str:
    run = subprocess.run(["git", *command], cwd=folder, env=ENV, capture_output=True, check=True, text=True)
    return run.stdout.strip()


def epoch(folder: Path, *mails: str, removed: str = "") -> list[str]:
    """A repository with a commit for each mail (and one that removes); the commits."""
    work = folder.parent / f"{folder.name}-work"
    work.mkdir(parents=True)
    git(work, "init", "--quiet")
    for mail in mails:
        (work / "m").write_text(mail)
        git(work, "add", "m")
        git(work, "commit", "--quiet", "-m", "mail")
    if removed:
        (work / "m").unlink()
        (work / "d").write_text(removed)
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "-m", "rm")
    git(work, "clone", "--quiet", "--bare", str(work), str(folder))
    return git(work, "log", "--reverse", "--format=%H").split()


def said(one) -> list[tuple[str, bytes, bool]]:
    return [(arrival.commit, arrival.data, arrival.removed) for arrival in one.arrivals()]


def test_the_mails_of_an_epoch_in_their_order(tmp_path):
    commits = epoch(tmp_path / "0.git", "one", "two\n", removed="one")
    with open_inbox(tmp_path / "0.git") as (only,):
        assert (only.head, only.name) == (commits[-1], str(tmp_path / "0.git"))
        assert said(only) == [
            (commits[0], b"one", False),
            (commits[1], b"two\n", False),
            (commits[2], b"one", True),
        ]
        last = list(only.arrivals(commits[1]))
        assert last == [Arrival(commits[2], last[0].blob, b"one", removed=True)]
        assert only.blob(last[0].blob) == b"one"
        assert only.follows(commits[0])
        assert not only.follows("0" * 40)


@pytest.mark.parametrize("place", ["git/{}.git", "{}.git", "{}"])
def test_epochs_by_number(tmp_path, place):
    box = tmp_path / "box"
    for number in (10, 2):
        epoch(box / place.format(number), f"mail {number}")
    for left in [*box.glob("*-work"), *box.glob("git/*-work")]:
        left.rename(tmp_path / left.name)
    with open_inbox(box) as epochs:
        assert [data for one in epochs for _, data, _ in said(one)] == [b"mail 2", b"mail 10"]


def test_an_epoch_without_mails(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "0.git")
    with open_inbox(tmp_path) as (only,):
        assert (only.head, said(only)) == ("", [])


def test_no_archive(tmp_path):
    with pytest.raises(GitError, match=r"no such folder .*clone of a public-inbox archive"):
        open_inbox(tmp_path / "nope").__enter__()
    with pytest.raises(GitError, match="not a git repository"):
        open_inbox(tmp_path).__enter__()
