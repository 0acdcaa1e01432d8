"""`patchtool`: the commands."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from patchtool import installed_version
from patchtool.cli import common
from patchtool.cli.help_text import SUMMARIES, epilog
from patchtool.cli.shape import Command


class _InOrder(TyperGroup):
    # Commands and groups of commands as they are listed, not one kind behind the other.
    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name in SUMMARIES if name in self.commands]


app = typer.Typer(
    name="patchtool",
    cls=_InOrder,
    help="Kconfig-aware patch-series analyser and backport planner for the Linux kernel.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 clean, 1 findings, 2 bad use or input, 3 something undecided (with --strict), "
    "4 a bug of ours, 130 interrupted.",
)
# A command's room is loaded when it is asked for: each start counts in a hook.
_COMMANDS = tuple(SUMMARIES)


def load(arguments: Sequence[str] = ()) -> None:
    """Register the command that the arguments name, or all of them where they name none."""
    asked = [name for name in arguments[:1] if name in _COMMANDS]
    for name in asked or _COMMANDS:
        command = getattr(import_module(f"patchtool.cli.{name}"), name)
        if isinstance(command, typer.Typer):  # a command with commands of its own
            app.add_typer(command, name=name, short_help=SUMMARIES[name])
        else:
            app.command(name, cls=Command, short_help=SUMMARIES[name], epilog=epilog(name))(command)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"patchtool {installed_version()}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the exit status.

    Raises:
        PatchtoolError: the command line can't be read, or the command can't do what it asks.
    """
    if common.COMPLETE in os.environ:
        _answer_shell()
    load(arguments)
    _require_git(arguments)
    try:
        status = app(arguments, prog_name="patchtool", standalone_mode=False)
    except typer.TyperException as error:
        return _misused(error, arguments)
    return status if isinstance(status, int) else common.CLEAN


# Loaded for an error alone: each start counts.
def _misused(error: typer.TyperException, arguments: Sequence[str]) -> int:
    from patchtool.cli.misuse import misuse, shows_help

    if shows_help(error):
        typer.echo(error.message, err=True)
        return common.BAD_INPUT
    raise misuse(error, arguments) from error


# What explains patchtool, or says what is missing, does without.
def _require_git(arguments: Sequence[str]) -> None:
    needy = set(SUMMARIES) - {"rules", "explain", "doctor", "completion"}
    if arguments and arguments[0] in needy and shutil.which("git") is None:
        raise common.UsageError("git is not on the PATH", hint="apt install git; see patchtool doctor")


# typer knows the shells only once it is told to; loaded for nothing else.
def _answer_shell() -> None:
    import_module("typer.completion").completion_init()
