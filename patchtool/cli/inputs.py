"""What the user names as a series, wherever it is: a file, a range of commits, a mail of an archive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from patchtool.cli import common
from patchtool.core.series import Series
from patchtool.mail.inbox import read_thread
from patchtool.mail.mailbox import split
from patchtool.mail.prep import with_prep
from patchtool.mail.series import read_series, series_of
from patchtool.tree.inbox import open_inbox
from patchtool.tree.user import OwnPatches, branch_patches, range_patches


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
    return read_series(name, revision=revision)


def _own(patches: OwnPatches, source: str, revision: int | None) -> Series:
    series = with_prep(series_of(split(patches.mails, source), source, revision=revision), patches.covers)
    return replace(series, base_commit=patches.base or series.base_commit)
