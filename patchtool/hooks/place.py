"""Where git looks for hooks."""

from __future__ import annotations

import os
from pathlib import Path

from patchtool.core.errors import PatchtoolError
from patchtool.tree.git import GitError, ask, own_setting


class HookError(PatchtoolError):
    """A hook that cannot be put in its place, or taken away from it."""


def hooks_folder(folder: Path) -> Path:
    """The folder in which git looks for the hooks of the repository that `folder` is in; it need not exist.

    core.hooksPath counts as git reads it, from the repository's configuration or the user's; without it, it
    is `hooks` in the repository's own folder, one for all its work trees.

    Raises:
        GitError: no repository.
        HookError: core.hooksPath names no folder.
    """
    shared = _asked(folder, "--git-common-dir")
    setting = own_setting(folder, "core.hooksPath")
    if not setting:
        return shared / "hooks"
    if setting.startswith("%("):
        raise HookError("core.hooksPath begins with %(prefix)/", at=setting, hint="name the folder itself")
    named = Path(setting).expanduser()
    place = named if named.is_absolute() else _where_hooks_run(folder) / named
    if place.exists() and not place.is_dir():
        raise HookError(
            "core.hooksPath is no folder, so git runs no hooks here",
            at=str(place),
            hint="change core.hooksPath",
        )
    return place


def git_folder(folder: Path) -> Path:
    """The repository's own folder, that of the linked work tree where `folder` is in one.

    Raises:
        GitError: no repository.
    """
    return _asked(folder, "--git-dir")


# Relative paths start at the top of the work tree, in a bare repository at its own folder.
def _where_hooks_run(folder: Path) -> Path:
    try:
        return _asked(folder, "--show-toplevel")
    except GitError:
        return _asked(folder, "--git-dir")


def _asked(folder: Path, what: str) -> Path:
    answer = ask(folder, "rev-parse", "--path-format=absolute", what)
    return Path(os.path.normpath(answer))
