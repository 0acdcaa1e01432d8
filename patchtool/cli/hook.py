"""`patchtool hook`: install, remove and run the checks as git's own hooks."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.help_text import epilog
from patchtool.cli.hook_run import run_hook as call
from patchtool.cli.options import Repo
from patchtool.cli.shape import Command
from patchtool.hooks.place import hooks_folder
from patchtool.hooks.scripts import Hook, install, uninstall
from patchtool.report.plain import one_line
from patchtool.tree.git import own_setting

hook = typer.Typer(
    help="Run the checks as git's own hooks.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=epilog("hook"),
)
Names = Annotated[
    list[Hook] | None, typer.Argument(metavar="HOOK", help="which hooks [all four]", show_default=False)
]


@hook.command("install", cls=Command, short_help="Put hooks where git looks for them.")
def install_hooks(
    names: Names = None,
    repo: Repo = None,
    chain: Annotated[
        bool, typer.Option("--chain", help="keep a hook that is there, and run it before patchtool")
    ] = False,
) -> None:
    """Put hooks where git looks for them; one that is there already is never written over."""
    stood = repo or Path.cwd()
    folder = hooks_folder(stood)
    for done in install(folder, names or list(Hook), _program(), chain=chain):
        kept = f", runs {one_line(done.kept.name)} first" if done.kept else ""
        typer.echo(f"{'installed' if done.changed else 'is there'}: {one_line(str(done.path))}{kept}")
    if own_setting(stood, "core.hooksPath"):
        typer.echo("core.hooksPath is set: every repository that uses this folder runs them", err=True)


@hook.command("uninstall", cls=Command, short_help="Take them away, put back what was there.")
def uninstall_hooks(names: Names = None, repo: Repo = None) -> None:
    """Take patchtool's hooks away and put back what was there before them."""
    folder = hooks_folder(repo or Path.cwd())
    found = uninstall(folder, names or list(Hook))
    for done in found:
        kept = f", {one_line(done.kept.name)} is back in its place" if done.kept else ""
        typer.echo(f"removed: {one_line(str(done.path))}{kept}")
    if not found:
        typer.echo(f"no hook of patchtool in {one_line(str(folder))}", err=True)


@hook.command("run", cls=Command, short_help="Check what git hands to a hook.")
def run(
    name: Annotated[Hook, typer.Argument(metavar="HOOK", help="which hook")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGUMENT", help="what git hands to it")
    ] = None,
) -> None:
    """Check what git hands to a hook; git and pre-commit call this."""
    raise typer.Exit(call(name, arguments or []))


# The command as it was called, for the scripts: a hook's PATH is not the shell's.
def _program() -> Path:
    called = Path(sys.argv[0])
    found = called if called.is_file() and os.access(called, os.X_OK) else shutil.which("patchtool")
    if found is None:
        raise common.UsageError("the patchtool command is not on PATH", hint="call it by its full name")
    return Path(found).absolute()
