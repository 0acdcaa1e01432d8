"""What the user names as a series, wherever it is: a file, a range of commits, a mail of an archive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from patchtool.cli import common
from patchtool.core.series import Series
from patchtool.mail.inbox import read_thread
from patchtool.mail.mailbox import load, split
from patchtool.mail.prep import with_prep
from patchtool.mail.series import read_series, series_of
from patchtool.report.plain import count
from patchtool.tree.inbox import open_inbox
from patchtool.tree.user import OwnPatches, branch_patches, is_revision, range_patches

# Alone, between angle brackets, or as the last part of a web address of an archive.
_MESSAGE_ID = re.compile(r"(?:^|[</])([^\s<>/]+@[^\s<>/]+)(?:>|/|$)")


def read_inputs(
    names: Sequence[str], *, repo: Path | None = None, inbox: Path | None = None, revision: int | None = None
) -> Series:
    """The series that a command's arguments name: none or one as in `read_input`, several are its files.

    Raises:
        PatchtoolError: it cannot be found or read.
    """
    if len(names) < 2:
        return read_input(next(iter(names), None), repo=repo, inbox=inbox, revision=revision)
    for name in names:
        if inbox is not None or not Path(name).is_file():
            raise common.UsageError(
                "not a file" if inbox is None else "--inbox is for one message-id",
                at=name,
                hint="several names are the files of one series, as git format-patch writes them",
            )
    mails = tuple(mail for name in names for mail in load(name))
    return series_of(mails, f"{names[0]} and {count(len(names) - 1, 'file')} more", revision=revision)


def read_input(
    name: str | None, *, repo: Path | None = None, inbox: Path | None = None, revision: int | None = None
) -> Series:
    """The series that a command's argument names.

    With an archive it is a message-id. Else a path that exists wins over a range `A..B` of `repo` (the
    repository stood in, without one); None is what the current branch has and its upstream lacks.

    Raises:
        PatchtoolError: it cannot be found or read.
    """
    if inbox is not None:
        if name is None:
            raise common.UsageError("--inbox needs a message-id", hint="name the mail: <id>, or its address")
        with open_inbox(inbox) as epochs:
            mails = read_thread(name, inbox, epochs, common.cache_folder())
        return series_of(mails, name, revision=revision)
    folder = repo or Path.cwd()
    if name is None:
        return _own(branch_patches(folder), "the current branch", revision)
    if name != "-" and ".." in name and not Path(name).exists() and not name.startswith((".", "/")):
        return _own(range_patches(folder, name), name, revision)
    if name != "-" and not Path(name).exists():
        raise _not_found(name, folder)
    return read_series(name, revision=revision)


# What the name would be, were it asked for in another way.
def _not_found(name: str, folder: Path) -> common.UsageError:
    if is_revision(folder, name):
        hint = f"{name}^..{name} is that commit alone, A..{name} is all that A lacks"
        return common.UsageError("a revision is no series", at=name, hint=hint)
    found = _MESSAGE_ID.search(name)
    if found:
        hint = f"b4 am {found[1]} fetches its thread as a mailbox; --inbox DIR reads an archive of yours"
        return common.UsageError("a message-id, and no archive to look in", at=name, hint=hint)
    hint = "a mailbox, a mail, a folder of them, -, or a range A..B"
    return common.UsageError("no such file or revision", at=name, hint=hint)


def _own(patches: OwnPatches, source: str, revision: int | None) -> Series:
    series = with_prep(series_of(split(patches.mails, source), source, revision=revision), patches.covers)
    return replace(series, base_commit=patches.base or series.base_commit)
