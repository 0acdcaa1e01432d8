"""A commit that is being made, held against the commit that git then makes."""

from __future__ import annotations

import pytest
from hook_kit import ME, SIGNED, change, own, run, script

from kit import git
from patchtool.core.series import Person, Trailer
from patchtool.hooks.committing import (
    am_author,
    am_diff,
    as_series,
    comment_mark,
    read_text,
    staged_diff,
)
from patchtool.hooks.history import QuickHistory
from patchtool.tree.git import Scratch

T = Person("T", "t@example.org")
MESSAGES = {
    "plain": b"mm: a\n\nWhy.\n\nSigned-off-by: T <t@example.org>\n",
    "subject alone": b"mm: a",
    "subject of two lines": b"mm: a\nlong one\n\nWhy.\n",
    "blank lines": b"\n\n  \nmm: a  \n\n\n\nWhy.\t\n\n\n  more\n\n\n",
    "carriage returns": b"mm: a\r\n\r\nWhy.\r\n",
    "comments": b"# first\nmm: a\n# in\n\nWhy.\n#\n#tail\n\n# more\n",
    "scissors": b"mm: a\n\nWhy.\n# " + b"-" * 24 + b" >8 " + b"-" * 24 + b"\n# cut\ndiff --git a/x b/x\n",
    "not UTF-8": b"mm: caf\xe9\n\nWhy \xe9.\n",
    "nothing": b"\n# only this\n",
}


@pytest.fixture
def repo(tmp_path):
    return own(tmp_path / "repo")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_message_is_what_git_makes_of_it(repo, name):
    change(repo)
    data = MESSAGES[name]
    (repo / "message").write_bytes(data)
    extra = ["--cleanup=scissors", "-e"] if name == "scissors" else ["--cleanup=strip"]
    # Raw bytes stay what they are only where the commit says that they are no UTF-8.
    encoding = ["-c", "i18n.commitEncoding=latin-1"]
    status, _ = run(repo, "git", *encoding, "commit", "-q", *extra, "-F", "message", GIT_EDITOR="true")
    theirs = git(repo, "-c", "i18n.logOutputEncoding=latin-1", "log", "-1", "--format=%B").rstrip(b"\n")
    text = read_text(data.decode("utf-8", "surrogateescape"), "#")
    mine = f"{text.subject}\n\n{text.body}" if text.body else text.subject
    if name == "nothing":
        assert (status, mine) == (1, "")
        return
    subject = git(repo, "-c", "i18n.logOutputEncoding=latin-1", "log", "-1", "--format=%s").rstrip(b"\n")
    body = theirs.partition(b"\n\n")[2]
    assert status == 0
    assert text.subject.encode("utf-8", "surrogateescape") == subject
    assert text.body.encode("utf-8", "surrogateescape") == body


def test_places_are_lines_of_the_file():
    text = read_text("# c\nmm: a\n\n\n# c\nWhy.\n\n\nFixes: 1\n", "#")
    assert (text.subject_line, text.places, text.body) == (2, (6, 7, 9), "Why.\n\nFixes: 1")
    found = as_series(text, "MSG", T, T, b"")
    assert found.patches[0].trailers == (Trailer("Fixes", "1", 9),)
    assert [tag.line for tag in found.patches[0].fixes] == [9]


def test_messages_that_autosquash_takes_away():
    assert [read_text(f"{word}! mm: a", "#").is_interim for word in ("fixup", "squash", "amend", "fix")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_what_begins_a_comment(repo):
    assert comment_mark(repo, "mm: a\n") == "#"
    git(repo, "config", "core.commentChar", ";")
    assert comment_mark(repo, "mm: a\n") == ";"
    git(repo, "config", "core.commentChar", "auto")
    assert comment_mark(repo, "mm: a\n\n#if 0\n; Please enter\n; a message\n") == ";"
    assert comment_mark(repo, "mm: a\n\nWhy\n") == ""
    git(repo, "config", "core.commentString", "//")
    assert comment_mark(repo, "mm: a\n") == "//"
    git(repo, "config", "commit.cleanup", "whitespace")
    assert comment_mark(repo, "mm: a\n") == ""


def test_the_diff_is_that_of_the_commit(repo):
    change(repo)
    (repo / "new file").write_bytes(b"\0binary")
    git(repo, "add", "new file")
    git(repo, "config", "diff.noprefix", "true")
    git(repo, "config", "diff.external", "false")
    with Scratch(repo) as scratch:
        found = staged_diff(scratch, repo / ".git", repo / ".git/index")
    options = ("--no-ext-diff", "--full-index", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")
    assert found == git(repo, "diff", "--cached", *options)
    patch = as_series(read_text(SIGNED, "#"), "MSG", T, T, found).patches[0]
    assert [change.path for change in patch.files] == ["mm/gather.c", "new file"]
    assert (patch.author, str(patch.sender), patch.name) == (T, ME, "1/1")


def test_the_diff_of_a_split_index_and_of_a_first_commit(repo, tmp_path):
    git(repo, "update-index", "--split-index")
    change(repo)
    with Scratch(repo) as scratch:
        assert b"+int two;" in staged_diff(scratch, repo / ".git", repo / ".git/index")
    fresh = tmp_path / "fresh"
    git(tmp_path, "init", "-q", "--template=", "fresh")
    (fresh / "a").write_text("a\n")
    git(fresh, "add", "a")
    with Scratch(fresh) as scratch:
        assert b"new file mode 100644" in staged_diff(scratch, fresh / ".git", fresh / ".git/index")


def test_what_git_am_is_at(repo, tmp_path):
    assert (am_diff(repo / ".git"), am_author(repo / ".git")) == (b"", None)
    change(repo)
    run(repo, "git", "commit", "-q", "-s", "-m", "mm: a", "--author", "O'Neill <o@example.org>")
    git(repo, "format-patch", "-q", "-1", "-o", str(tmp_path / "out"))
    git(repo, "reset", "-q", "--hard", "HEAD^")
    script(repo / ".git/hooks/applypatch-msg", "exit 1\n")
    (mail,) = (tmp_path / "out").iterdir()
    assert run(repo, "git", "am", str(mail))[0] == 1
    assert am_author(repo / ".git") == Person("O'Neill", "o@example.org")
    patch = as_series(read_text(SIGNED, ""), "MSG", T, T, am_diff(repo / ".git")).patches[0]
    assert [change.path for change in patch.files] == ["mm/gather.c"]


def test_history_without_a_walk(repo):
    with Scratch(repo) as scratch:
        history = QuickHistory(scratch)
        fact = history.commit(scratch.head[:12])
        assert fact
        assert (fact.commit, fact.subject, fact.in_base) == (scratch.head, "x", "UNDECIDED")
        assert (history.commit("123456789012"), history.commit("topic")) == (None, None)
        assert (history.has_path("mm"), history.has_path("mm/gather.c"), history.has_path("mn")) == (
            True, True, False,
        )  # fmt: skip
