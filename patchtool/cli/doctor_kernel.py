"""What `patchtool doctor` finds of a kernel: its trees, its history, and what the clone lacks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from patchtool.core.doctor import Checkup, Health
from patchtool.core.tree import REFETCH
from patchtool.report.plain import count

_STABLE = re.compile(r"linux-\d+\.\d+\.y\Z")
_MAINLINE = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git"
_STABLE_URL = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git"
_SHOWN = 3
# What git leaves in its folder while something waits to be gone on with; `git status` looks there too.
_UNFINISHED = {
    "rebase-merge": "rebase",
    "rebase-apply/applying": "am",
    "rebase-apply/rebasing": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
_WAYS_ON = {
    "bisect": "git bisect reset ends it",
    "merge": "git merge --continue or --abort",
}


def kernel_checkups(folder: Path) -> Iterator[Checkup]:
    """The kernel in a folder, its branches, and what is left open about it; half a second.

    Raises:
        GitError: the repository can't be read.
    """
    if shutil.which("git") is None:
        return
    from patchtool.tree.base import choose_base
    from patchtool.tree.git import Scratch
    from patchtool.tree.open import kernel_here

    if kernel_here(folder) is None:
        cure = f"cd into a clone or name it with --repo; git clone {_MAINLINE}"
        said = f"none in {folder}: only the rules that need no tree run"
        yield Checkup("kernel", Health.OPTIONAL, said, cure)
        return
    with Scratch(folder) as scratch:
        tree, base = choose_base(scratch, None, "HEAD")
        yield Checkup("kernel", Health.FINE, f"{folder}: {base.version}, HEAD is {base.commit[:12]}")
        yield from _files(tree.absent())
        ancestry = scratch.out("rev-list", "--max-count=2", "--end-of-options", base.commit, "--")
        yield _history(shallow=scratch.shallow, single=ancestry.count(b"\n") < 2)
        names = {ref.name.rpartition("/")[2] for ref in scratch.refs()}
    stable = sorted(name for name in names if _STABLE.match(name))
    if stable:
        yield Checkup("stable", Health.FINE, ", ".join(stable))
    else:
        cure = f"git remote add stable {_STABLE_URL} && git fetch stable"
        yield Checkup("stable", Health.OPTIONAL, "no branch linux-X.Y.y to plan a backport to", cure)
    yield from _unfinished(folder)


# Those of HEAD: a clone with a filter, or one whose objects were lost, lacks files of other trees too.
def _files(absent: tuple[str, ...]) -> Iterator[Checkup]:
    if not absent:
        yield Checkup("files", Health.FINE, "all of HEAD are in the object store")
        return
    more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
    shown = f"{', '.join(absent[:_SHOWN])}{more}"
    said = f"{count(len(absent), 'file')} of HEAD absent from the object store and not searched: {shown}"
    # Without a Kconfig file every question about its symbols stays open; most other files are one of many.
    grave = any(path.rpartition("/")[2].startswith("Kconfig") for path in absent)
    yield Checkup("files", Health.LACKING if grave else Health.OPTIONAL, said, REFETCH)


def _history(*, shallow: bool, single: bool) -> Checkup:
    if shallow:
        said = "shallow: releases and Fixes tags can't be told, prerequisites and later fixes not found"
        return Checkup("history", Health.OPTIONAL, said, "git fetch --unshallow")
    if single:
        said = "HEAD is one commit: Fixes tags can't be told, prerequisites and later fixes not found"
        return Checkup(
            "history", Health.OPTIONAL, said, f"git fetch {_MAINLINE} +master:refs/remotes/mainline/master"
        )
    return Checkup("history", Health.FINE, "goes back beyond HEAD, and is not cut off")


def _unfinished(folder: Path) -> Iterator[Checkup]:
    from patchtool.hooks.place import git_folder

    own = git_folder(folder)
    found = dict.fromkeys(name for mark, name in _UNFINISHED.items() if (own / mark).exists())
    for name in found:
        said = f"in the middle of a {name}: HEAD is a state on the way"
        cure = _WAYS_ON.get(name, f"git {name} --continue or --abort")
        yield Checkup("unfinished", Health.OPTIONAL, said, cure)
