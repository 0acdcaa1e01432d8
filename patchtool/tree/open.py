"""Is the folder the user stands in a kernel's repository?"""

from __future__ import annotations

from pathlib import Path

from patchtool.tree.git import GitError, Scratch
from patchtool.tree.snapshot import NotAKernel, Snapshot


def kernel_here(folder: Path) -> Path | None:
    """The folder, if it is in a git repository whose HEAD is a kernel; None where a series has no tree.

    For the default only: a repository that the user names is opened without asking.
    """
    try:
        with Scratch(folder) as scratch:
            if scratch.head:
                Snapshot(scratch, scratch.head, "HEAD").require_kernel()
                return folder
    except (GitError, NotAKernel):
        return None
    return None
