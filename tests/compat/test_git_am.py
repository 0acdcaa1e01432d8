"""Awkward mails, each given to the real `git am` and to patchtool: the same commit, or no commit."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from patchtool.mail.mailbox import MailError, load
from patchtool.mail.mailinfo import strip_space
from patchtool.mail.message import read_message
from patchtool.mail.patch import read_patch

from .mails import MAILS

BASE = {
    "a.c": b"one\ntwo\nthree\nfour\nfive\n",
    "no-newline": b"first\nlast",
    "crlf.txt": b"one\r\ntwo\r\nthree\r\n",
    "latin": b"caf\xe9\nplain\n",
    "blob": bytes(range(256)),
    "name with blank": b"x\n",
}


@dataclass(frozen=True)
class Commit:
    tree: bytes
    author: bytes
    date: bytes
    message: bytes


ENV = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/bin:/bin",
    "GIT_COMMITTER_NAME": "C",
    "GIT_COMMITTER_EMAIL": "c@example.org",
    "LC_ALL": "C.UTF-8",
}


def git(folder: Path, *command: str, data: bytes = b"", **extra: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", *command], cwd=folder, env=ENV | extra, input=data, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("am") / "repo"
    folder.mkdir()
    for name, content in BASE.items():
        (folder / name).write_bytes(content)
    author = {"GIT_AUTHOR_NAME": "C", "GIT_AUTHOR_EMAIL": "c@example.org"}
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "base"],
        ["tag", "base"],
    ):
        assert git(folder, *command, **author).returncode == 0
    return folder


def real_am(repo: Path, file: Path) -> Commit | None:
    git(repo, "am", "--abort")
    git(repo, "reset", "--hard", "--quiet", "base")
    git(repo, "clean", "-dfxq")
    if git(repo, "am", "--patch-format=mbox", str(file)).returncode:
        return None
    shown = git(repo, "log", "-1", "--date=raw", "--format=%T%x00%an <%ae>%x00%ad%x00%B").stdout
    tree, author, date, message = shown.rstrip(b"\n").split(b"\0")
    return Commit(tree, author, date, message.rstrip(b"\n"))


def ours(repo: Path, file: Path) -> Commit | None:
    try:
        patch = read_patch(read_message(load(str(file))[0]), 1, 1)
    except MailError:
        return None
    if patch is None:
        return None
    index = {"GIT_INDEX_FILE": str(repo.parent / "index")}
    git(repo, "read-tree", "base", **index)
    if git(repo, "apply", "--cached", data=patch.diff, **index).returncode:
        return None
    tree = git(repo, "write-tree", **index).stdout.strip()
    text = strip_space(f"{patch.subject}\n\n{patch.message}").encode("utf-8", "surrogateescape")
    author = f"{patch.author.name} <{patch.author.email}>".encode("utf-8", "surrogateescape")
    named = {"GIT_AUTHOR_NAME": "N", "GIT_AUTHOR_EMAIL": "n@example.org", "GIT_AUTHOR_DATE": patch.date}
    date = b" ".join(git(repo, "var", "GIT_AUTHOR_IDENT", **named).stdout.split()[-2:])
    return Commit(tree, author, date, text)


@pytest.mark.parametrize("name", MAILS)
def test_as_git_am(repo, tmp_path, name):
    file = tmp_path / "mail"
    file.write_bytes(MAILS[name])
    theirs, mine = real_am(repo, file), ours(repo, file)
    if theirs is not None and mine is not None and name == "no date":
        return  # both take the present second
    assert mine == theirs


def test_most_of_them_are_taken(repo, tmp_path):
    # Were nothing applied, everything would agree.
    taken = []
    for name, data in MAILS.items():
        (tmp_path / "mail").write_bytes(data)
        if ours(repo, tmp_path / "mail") is not None:
            taken.append(name)
    assert len(taken) > 60
