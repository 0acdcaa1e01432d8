"""Temporary folders of our own: one a run, and no trace of runs that were killed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_PREFIX = "patchtool-"
_OWN = re.compile(rf"{_PREFIX}([1-9][0-9]{{0,8}})-")


def new_folder() -> Path:
    """A new temporary folder, named by our process; those of processes that are gone are taken away."""
    _sweep()
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def _sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = _OWN.match(folder.name)
        if pid and not _alive(int(pid[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
