"""Small kernels with a mainline and a stable branch whose commits say something."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kit import git, kernel, one
from patchtool.core.series import Series
from patchtool.mail.mailbox import split
from patchtool.mail.series import series_of

LINES = [f"line {n}" for n in range(1, 41)]


def text(**changes: str) -> str:
    """Forty lines; `l7="x"` makes the seventh another one, `l7=""` takes it away."""
    lines = [changes.get(f"l{n}", line) for n, line in enumerate(LINES, 1)]
    return "".join(f"{line}\n" for line in lines if line)


def grown(folder: Path) -> Path:
    """A kernel with mm/x.c of forty lines on `main`, and `linux-5.4.y` that forks there."""
    kernel(folder, {"mm/x.c": text()})
    git(folder, "branch", "linux-5.4.y")
    return folder


def say(folder: Path, message: str, files: Mapping[str, str | None], author: str = "T <t@t>") -> str:
    """Commit files (None: remove) with a message on the branch that is checked out; the id."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            place.unlink()
        else:
            place.write_text(content)
    git(folder, "add", "-A", "-f", ".")
    git(folder, "commit", "-q", "--allow-empty", f"--author={author}", "-F", "-", data=message.encode())
    return one(folder, "rev-parse", "HEAD")


def on(folder: Path, branch: str) -> None:
    """Check a branch out."""
    git(folder, "checkout", "-q", "-f", branch)


def mailed(folder: Path, *commits: str) -> Series:
    """Commits as a series of mails."""
    numbered = [
        git(folder, "format-patch", "--stdout", "-1", "-N", f"--subject-prefix=PATCH {n}/{len(commits)}", oid)
        for n, oid in enumerate(commits, 1)
    ]
    return series_of(split(b"".join(numbered), "x.mbox"), "x.mbox")
