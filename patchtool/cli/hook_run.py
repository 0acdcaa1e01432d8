"""`patchtool hook run`, as git calls it: a commit waits for it, so it is loaded without the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from patchtool.cli import common
from patchtool.hooks.scripts import Hook


def is_call(arguments: Sequence[str]) -> bool:
    """Whether these are `hook run NAME -- ...`, which is how the scripts say it; else they are for typer."""
    return [*arguments[:2], *arguments[3:4]] == ["hook", "run", "--"] and arguments[2] in list(Hook)


def run_hook(name: Hook, given: Sequence[str]) -> int:
    """The exit status for git; `given` is what it hands to the hook.

    Raises:
        PatchtoolError: what a push or a mail needs could not be read; a commit is let go on.
    """
    if name is not Hook.PRE_PUSH and not given:
        raise common.UsageError(f"git hands a file to {name}", hint=f"patchtool hook run {name} FILE")
    # Each is loaded when it is asked for: what a push needs would cost a commit half a second.
    if name.is_about_a_commit:
        from patchtool.cli.hook_commit import check_commit

        return check_commit(name, Path(given[0]))
    if name is Hook.PRE_PUSH:
        from patchtool.cli.hook_push import check_push

        return check_push()
    from patchtool.cli.hook_mail import check_mail

    return check_mail(Path(given[0]))
