"""Small real repositories, series made of diffs, and the installed command."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from patchtool.core.series import Patch, Person, Series
from patchtool.mail.diff import parse_diff

SCRIPT = Path(sys.executable).parent / "patchtool"
KERNEL = {
    "Makefile": "VERSION = 5\nPATCHLEVEL = 5\nSUBLEVEL = 0\nEXTRAVERSION = -rc5\n",
    "Kconfig": "source arch/Kconfig\n",
    "arch/Kconfig": "config FOO\n\tbool\n",
}
_WHO = {f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in (("NAME", "T"), ("EMAIL", "t@t"))}


def git(folder: Path, *command: str, data: bytes = b"", check: bool = True, **extra: str) -> bytes:
    """Standard output of the real git, deaf to everyone's configuration; `extra` are variables."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.devnull, "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_OPTIONAL_LOCKS": "0", **_WHO, **extra}
    done = subprocess.run(
        ["git", *command], cwd=folder, env=environment, input=data, capture_output=True, check=False
    )
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout


def one(folder: Path, *command: str) -> str:
    """The one line that git answers."""
    return git(folder, *command).decode().strip()


def commit(folder: Path, files: Mapping[str, str | bytes | None], *, date: int = 1_000_000_000) -> str:
    """Write (None: remove) files, commit everything, return the commit's id."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            place.unlink()
        else:
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "-A", "-f", ".")
    when = f"{date} +0000"
    git(folder, "commit", "-q", "-m", "x", GIT_COMMITTER_DATE=when, GIT_AUTHOR_DATE=when)
    return one(folder, "rev-parse", "HEAD")


def kernel(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A repository whose one commit on `main` is a kernel of three files and these."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "--template=", "-b", "main")
    commit(folder, {**KERNEL, **(files or {})})
    return folder


def diff(folder: Path, files: Mapping[str, str | bytes | None], *options: str) -> bytes:
    """The diff that these changes make on HEAD; the repository's branch stays where it is."""
    before = one(folder, "rev-parse", "HEAD")
    after = commit(folder, files)
    text = git(folder, "diff", "--full-index", "--binary", *options, before, after)
    git(folder, "reset", "-q", "--hard", before)
    return text


def patch(text: bytes, n: int = 1, total: int = 1) -> Patch:
    """A patch of nothing but a diff."""
    who = Person("T", "t@example.org")
    return Patch(n, total, f"change {n}", "PATCH", who, who, "", "", (), parse_diff(text, "x"), text, "x")


def series(*diffs: bytes, base_commit: str | None = None) -> Series:
    """A series of nothing but diffs."""
    patches = tuple(patch(text, n, len(diffs)) for n, text in enumerate(diffs, 1))
    return Series("x", "changes", 1, patches, total=len(diffs), base_commit=base_commit)


def mail(text: bytes, subject: str = "[PATCH] mm: Change it") -> bytes:
    """A mail with a diff."""
    head = f"From: T <t@example.org>\nDate: Thu, 16 Jan 2020 12:15:22 +0530\nSubject: {subject}\n\n"
    return f"{head}Why.\n\nSigned-off-by: T <t@example.org>\n---\n".encode() + text + b"-- \n2.39.5\n"


def changed_lines(path: str, *pairs: tuple[Sequence[str], Sequence[str]]) -> bytes:
    """A diff with one hunk for each (removed, added)."""
    text, at = [f"diff --git a/{path} b/{path}", f"--- a/{path}", f"+++ b/{path}"], 1
    for removed, added in pairs:
        text.append(f"@@ -{at},{len(removed)} +{at},{len(added)} @@")
        text += [*(f"-{line}" for line in removed), *(f"+{line}" for line in added)]
        at += 10
    return "\n".join([*text, ""]).encode()


def fingerprint(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file below a folder: when written, how its rights are, what it holds.

    Without the time of git's objects: git renews it when one of them would be written again elsewhere.
    """
    files = sorted(place for place in folder.rglob("*") if place.is_file())
    return {
        str(place.relative_to(folder)): (
            0 if "objects" in place.parts else place.stat().st_mtime_ns,
            place.stat().st_mode,
            hashlib.sha256(place.read_bytes()).hexdigest(),
        )
        for place in files
    }


def command(*arguments: object, cwd: Path, data: bytes = b"", **extra: str) -> subprocess.CompletedProcess:
    """Run the installed `patchtool` as a user does; `extra` are environment variables."""
    done = subprocess.run(
        [SCRIPT, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **extra},
        input=data,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"a bug of ours" not in done.stderr, done.stderr
    return done
