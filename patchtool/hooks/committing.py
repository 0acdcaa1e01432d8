"""What git hands to a hook about one commit that is being made: its message, its author, its diff."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from patchtool.core.series import Patch, Person, Series
from patchtool.mail.diff import parse_diff
from patchtool.mail.trailers import fixes_tags, parse_trailers, stable_tags
from patchtool.tree.git import Scratch, own_setting

# Reading a diff takes about a second a megabyte; a commit should not wait for that.
DIFF_LIMIT = 256 * 1024
_SCISSORS = "------------------------ >8 ------------------------"
_AUTOSQUASH = re.compile(r"(?:fixup|squash|amend)! ")
# What git chooses from for core.commentChar=auto, and the modes in which it leaves comments in.
_COMMENT_CHARS = "#;@!$%^&|:"
_KEEPS_COMMENTS = {"verbatim", "whitespace", "scissors"}
_NO_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True, slots=True)
class Text:
    """A commit message as git will record it.

    `body` is what is below the subject line, `places` the 1-based line in the file of each of its lines,
    `subject_line` that of the subject.
    """

    subject: str
    body: str
    subject_line: int
    places: tuple[int, ...]

    @property
    def is_interim(self) -> bool:
        """Whether `git rebase --autosquash` will take the message away."""
        return _AUTOSQUASH.match(self.subject) is not None


def read_text(message: str, comment: str) -> Text:
    """A message file as git cleans it up; `comment` begins a line of comment, "" where there is none."""
    lines = list(_kept_lines(message.split("\n"), comment))
    end = next((n for n, (_, line) in enumerate(lines) if not line), len(lines))
    title, rest = lines[:end], lines[end:]
    while rest and not rest[0][1]:
        rest = rest[1:]
    return Text(
        subject=" ".join(line for _, line in title),
        body="\n".join(line for _, line in rest),
        subject_line=title[0][0] if title else 0,
        places=tuple(number for number, _ in rest),
    )


# Trailing blanks, comments and repeated empty lines go, and everything from the scissors on.
def _kept_lines(lines: list[str], comment: str) -> Iterator[tuple[int, str]]:
    blank: int | None = None
    begun = False
    for number, line in enumerate(lines, 1):
        if line.endswith(_SCISSORS) and len(line) <= len(_SCISSORS) + 10:
            return
        if comment and line.startswith(comment):
            continue
        text = line.rstrip(" \t\r")
        if not text:
            blank = blank or number
            continue
        if blank and begun:
            yield blank, ""
        blank, begun = None, True
        yield number, text


def comment_mark(folder: Path, message: str) -> str:
    """What begins a comment in the messages that the user's git hands out; "" where it keeps them all.

    That a message given with `-m` keeps its comments cannot be told from the file.
    """
    if own_setting(folder, "commit.cleanup") in _KEEPS_COMMENTS:
        return ""
    mark = own_setting(folder, "core.commentString") or own_setting(folder, "core.commentChar") or "#"
    if mark != "auto":
        return mark
    last = message.split(_SCISSORS)[0].rstrip().rpartition("\n")[2][:1]
    return last if last and last in _COMMENT_CHARS else ""


def staged_diff(scratch: Scratch, folder: Path, index: Path) -> bytes:
    """What the index changes in HEAD, as a diff; `folder` is the repository's own, `index` the file itself.

    Nothing of the user's configuration or of the tree's attributes has a say in it.

    Raises:
        GitError: the index can't be read.
    """
    for shared in folder.glob("sharedindex.*"):  # what a split index rests on
        (scratch.folder / shared.name).symlink_to(shared)
    command = (
        "diff-index",
        "--cached",
        "--full-index",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "-p",
    )
    return scratch.out(*command, scratch.head or _NO_TREE, "--", index=index)


def am_diff(folder: Path) -> bytes:
    """The diff of the mail that `git am` is at, b"" where it is at none."""
    try:
        return (folder / "rebase-apply" / "patch").read_bytes()
    except FileNotFoundError:
        return b""


def am_author(folder: Path) -> Person | None:
    """The author of the mail that `git am` is at, None where it is at none."""
    try:
        text = (folder / "rebase-apply" / "author-script").read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    pairs = (line.partition("=") for line in shlex.split(text))
    said = {key: value for key, _, value in pairs}
    return Person(said.get("GIT_AUTHOR_NAME", ""), said.get("GIT_AUTHOR_EMAIL", ""))


def as_series(text: Text, source: str, author: Person, committer: Person, diff: bytes) -> Series:
    """The commit to be as a series of one patch, its places those in the message's file `source`.

    Raises:
        MailError: a diff that cannot be read.
    """
    patch = Patch(
        n=1,
        total=1,
        subject=text.subject,
        prefix="",
        author=author,
        sender=committer,
        date="",
        message=text.body,
        trailers=parse_trailers(text.subject, text.body, text.places),
        files=parse_diff(diff, source) if diff else (),
        diff=diff,
        source=source,
        line=text.subject_line,
        subject_line=text.subject_line,
        message_lines=text.places,
    )
    patch = replace(patch, fixes=fixes_tags(patch), stable=stable_tags(patch))
    return Series(source, patch.subject, 1, (patch,), total=1)
