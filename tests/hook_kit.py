"""Repositories of somebody who commits, and git as they run it, hooks included."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kit import KERNEL, command, commit, git

ME = "T <t@example.org>"
SIGNED = f"mm: Change it\n\nSigned-off-by: {ME}\n"


def own(folder: Path, *options: str) -> Path:
    """A kernel of few files on `main`, in which T <t@example.org> works on `topic`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "--template=", "-b", "main", *options)
    git(folder, "config", "user.name", "T")
    git(folder, "config", "user.email", "t@example.org")
    commit(folder, {**KERNEL, "mm/gather.c": "int one;\n"})
    git(folder, "checkout", "-q", "-b", "topic")
    return folder


def cloned(kernel: Path, folder: Path) -> Path:
    """A clone of a kernel, its stable branches at hand, in which T <t@example.org> works."""
    git(folder.parent, "clone", "-q", str(kernel), folder.name)
    git(folder, "config", "user.name", "T")
    git(folder, "config", "user.email", "t@example.org")
    return folder


def run(folder: Path, *words: str, data: bytes = b"", **extra: str) -> tuple[int, str]:
    """Exit status and everything that is said, by a command as the user runs it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        words,
        cwd=folder,
        env={**kept, "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", **extra},
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    said = done.stdout.decode()
    assert "Traceback" not in said, said
    return done.returncode, said


def change(folder: Path, text: str = "int two;\n") -> None:
    """Stage a change of mm/gather.c."""
    with (folder / "mm/gather.c").open("a") as file:
        file.write(text)
    git(folder, "add", "mm/gather.c")


def installed(folder: Path, *arguments: object) -> str:
    """What `patchtool hook install` says; it has to succeed."""
    done = command("hook", "install", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def script(place: Path, text: str) -> Path:
    """A hook of somebody else's."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}")
    place.chmod(0o755)
    return place
