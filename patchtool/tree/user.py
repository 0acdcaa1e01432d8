"""What the user's own git knows: who they are, and what their commits are as mails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from patchtool.core.series import Person
from patchtool.tree.git import GitError, Scratch, ask, own_setting

# b4 marks the commit in which it keeps a branch's cover letter with this.
_COVER_MARK = "--- b4-submit-tracking ---"


@dataclass(frozen=True, slots=True)
class OwnPatches:
    """Commits of the user as `git format-patch` mails, oldest first.

    `covers` are the messages of the commits among them that hold a cover letter of `b4 prep`; such a commit
    is empty, so it is no mail. `base` is the 40-hex id of the commit that the first of them was made on, ""
    where it was made on none.
    """

    mails: bytes
    covers: tuple[str, ...]
    base: str = ""


def identity(folder: Path) -> Person | None:
    """user.name and user.email, as `git commit` would use them; None where either is not set."""
    name, email = own_setting(folder, "user.name"), own_setting(folder, "user.email")
    return Person(name, email) if name and email else None


def is_revision(folder: Path, name: str) -> bool:
    """Whether git takes a name for a commit of the repository in a folder; False where there is none."""
    try:
        ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitError:
        return False
    return True


def branch_patches(folder: Path) -> OwnPatches:
    """The current branch's commits that its upstream lacks.

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
        found = _patches(scratch, upstream, scratch.head)
    if not found.mails:
        raise GitError("the current branch has nothing that its upstream lacks", at=str(folder))
    return found


def range_patches(folder: Path, span: str) -> OwnPatches:
    """The commits of a range `A..B`, as git reads it: in B and not in A, either left out being HEAD.

    Raises:
        GitError: no such revision, no range, or no commit with a change in it.
    """
    first, dots, last = span.partition("..")
    if not dots or last.startswith("."):
        raise GitError("not a range", at=span, hint="name it as A..B")
    with Scratch(folder) as scratch:
        ends = [scratch.resolve(rev or "HEAD") for rev in (first, last)]
        for rev, end in zip((first, last), ends, strict=True):
            if end is None:
                raise GitError(
                    f"no such revision: {rev or 'HEAD'}", at=str(folder), hint="git fetch, or see git log"
                )
        found = _patches(scratch, ends[0] or "", ends[1] or "")
    if not found.mails:
        raise GitError("no commit in the range changes anything", at=span)
    return found


def _patches(scratch: Scratch, first: str, last: str) -> OwnPatches:
    span = f"{first}..{last}"
    commits = _changing(scratch, span)
    total = len(commits)
    mails = b"".join(
        as_mail(scratch, commit, f"PATCH {n}/{total}" if total > 1 else "PATCH")
        for n, commit in enumerate(commits, 1)
    )
    marked = scratch.out("log", "--fixed-strings", f"--grep={_COVER_MARK}", "--format=%B%x00", span)
    texts = marked.decode("utf-8", "replace").split("\0")
    base = scratch.resolve(f"{commits[0]}^") if commits else None
    return OwnPatches(mails, tuple(text.strip() for text in texts if text.strip()), base or "")


def as_mail(scratch: Scratch, commit: str, prefix: str = "PATCH") -> bytes:
    """A commit, by its 40-hex id, as one mail; the same whatever the user's configuration says."""
    return scratch.out(
        "format-patch", "--stdout", "--full-index", "--binary", "--no-renames", "--no-signature", "-1",
        f"--subject-prefix={prefix}", "--no-numbered", commit,
    )  # fmt: skip


# Merges and empty commits make no mail, but format-patch would count the empty ones.
def _changing(scratch: Scratch, span: str) -> list[str]:
    log = scratch.out("log", "--reverse", "--no-merges", "--topo-order", "--raw", "--format=%H", span)
    commits: list[str] = []
    commit = ""
    for line in log.decode("utf-8", "replace").split("\n"):
        if line and not line.startswith(":"):
            commit = line
        elif line and (not commits or commits[-1] != commit):
            commits.append(commit)
    return commits
