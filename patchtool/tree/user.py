"""What the user's own git knows: who they are, and what their branch has that its upstream lacks."""

from __future__ import annotations

from pathlib import Path

from patchtool.core.series import Person
from patchtool.tree.git import GitError, Scratch, ask, own_setting


def identity(folder: Path) -> Person | None:
    """user.name and user.email, as `git commit` would use them; None where either is not set."""
    name, email = own_setting(folder, "user.name"), own_setting(folder, "user.email")
    return Person(name, email) if name and email else None


def branch_patches(folder: Path) -> bytes:
    """The current branch's commits that its upstream lacks, as `git format-patch` mails.

    Raises:
        GitError: no branch, no upstream, or nothing to send.
    """
    try:
        upstream = ask(folder, "rev-parse", "--verify", "--end-of-options", "@{upstream}")
    except GitError as error:
        raise GitError(
            "the current branch has no upstream to compare with",
            at=str(folder),
            hint="git branch --set-upstream-to=origin/master, or name a series",
        ) from error
    with Scratch(folder) as scratch:
        # The length of full ids and the diff's form are fixed, whatever the user's configuration says.
        mails = scratch.out(
            "format-patch", "--stdout", "--full-index", "--binary", "--no-renames", "--no-signature",
            f"{upstream}..{scratch.head}",
        )  # fmt: skip
    if not mails:
        raise GitError("the current branch has nothing that its upstream lacks", at=str(folder))
    return mails
