"""git in a repository of a benchmark's own, deaf to everyone's configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_WHO = {f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in (("NAME", "T"), ("EMAIL", "t@t"))}


class Refused(Exception):
    """git said no."""


def git(folder: Path, *command: str, data: bytes = b"") -> bytes:
    """Standard output; raises Refused with what git said."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.devnull, "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, **_WHO}
    environment |= {"GIT_AUTHOR_DATE": "1000000000 +0000", "GIT_COMMITTER_DATE": "1000000000 +0000"}
    done = subprocess.run(
        ["git", *command], cwd=folder, env=environment, input=data, capture_output=True, check=False
    )
    if done.returncode:
        raise Refused(done.stderr.decode())
    return done.stdout


def compiles(folder: Path) -> bool:
    """Whether gcc takes every C file below drivers/."""
    files = sorted(str(place) for place in folder.glob("drivers/*.c"))
    command = ["gcc", "-fsyntax-only", "-Werror=implicit-function-declaration", "-Iinclude", *files]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
