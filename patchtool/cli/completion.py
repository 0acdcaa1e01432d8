"""`patchtool completion`."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from patchtool.cli.common import COMPLETE


class Shell(StrEnum):
    """Shells that can be told how to complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish", show_default=False)],
) -> None:
    """Print what has a shell complete patchtool's commands, options and rules; nothing is installed."""
    made = import_module("typer.completion")  # it does not export what it has
    typer.echo(made.get_completion_script(prog_name="patchtool", complete_var=COMPLETE, shell=shell.value))
