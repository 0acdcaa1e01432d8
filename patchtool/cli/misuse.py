"""A command line that can't be read, said in one line like every other error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import typer

from patchtool.cli.common import UsageError
from patchtool.cli.help_text import SUMMARIES

_CHOICE = re.compile(r"(?:Value error, )?('.*') is not one of (.+?)\.?\Z", re.DOTALL)
_NUMBER = "Input should be a valid integer"
_COMMAND = re.compile(r"No such command '(.*?)'\.(?: |\Z)", re.DOTALL)
_SURPLUS = re.compile(r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)\Z", re.DOTALL)


def shows_help(error: typer.TyperException) -> bool:
    """Whether nothing is wrong but that no command is named, which is answered with the help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def misuse(error: typer.TyperException, arguments: Sequence[str]) -> UsageError:
    """What is wrong with the command line, with the nearest known word as hint where one is near.

    `arguments` are the words behind `patchtool`. What typer says in a way that is not known is passed on.
    """
    # typer's kinds of errors are told apart by what they carry: it does not export them.
    found: Any = error
    context = getattr(found, "ctx", None)
    path = _command(arguments)
    manual = " ".join(filter(None, ("patchtool", path, "--help")))
    if hasattr(found, "possibilities"):
        name = found.option_name
        return UsageError(
            f"no such option: {name}", at=path or None, hint=_near(name, _options(context), manual)
        )
    if hasattr(found, "option_name"):
        return _half_an_option(found, path, manual)
    if isinstance(error, typer.BadParameter):
        return _bad_value(found, path, manual)
    command = _COMMAND.match(error.message)
    if command:
        known = getattr(context.command, "commands", {}) if context else {}
        return UsageError(
            f"no such command: {command[1]}", at=path or None, hint=_near(command[1], known, manual)
        )
    surplus = _SURPLUS.match(error.message)
    said = f"more than is asked for: {surplus[1]}" if surplus else error.format_message()
    return UsageError(said, at=path or None, hint=manual)


# The words as far as they name a command.
def _command(arguments: Sequence[str]) -> str:
    named = [word for word in arguments[:1] if word in SUMMARIES]
    groups = {"hook": ("install", "uninstall", "run")}
    named += [word for word in arguments[1:2] if named and word in groups.get(named[0], ())]
    return " ".join(named)


def _half_an_option(found: Any, path: str, manual: str) -> UsageError:
    name = found.option_name
    wants = "needs a value" if "requires" in found.message else "takes no value"
    return UsageError(f"{name} {wants}", at=path or None, hint=manual)


def _bad_value(found: Any, path: str, manual: str) -> UsageError:
    parameter = found.param
    name = _name(parameter)
    if hasattr(found, "param_type"):  # it is missing
        said = parameter.help if parameter is not None else ""
        return UsageError(f"{name} is missing", at=path or None, hint=f"{said}; {manual}" if said else manual)
    choice = _CHOICE.match(found.message)
    if choice:
        known = re.findall(r"'([^']*)'", choice[2])
        hint = _near(choice[1].strip("'"), known, f"one of {', '.join(known)}")
        return UsageError(f"{name} can't be {choice[1]}", at=path or None, hint=hint)
    if found.message.startswith(_NUMBER):
        return UsageError(f"{name} is no whole number", at=path or None, hint=manual)
    return UsageError(f"{name}: {found.message}", at=path or None, hint=manual)


# `--format`, or SERIES for an argument.
def _name(parameter: Any) -> str:
    if parameter is None:
        return "an argument"
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return str(max(parameter.opts, key=len))


def _options(context: Any) -> list[str]:
    if context is None:
        return []
    parameters = context.command.get_params(context)
    return [name for one in parameters for name in (*one.opts, *one.secondary_opts) if name.startswith("-")]


def _near(word: str, known: Iterable[str], otherwise: str) -> str:
    bare = {one.lstrip("-"): one for one in known}
    near = get_close_matches(word.lstrip("-"), bare, 1, cutoff=0.7)
    return f"did you mean {bare[near[0]]}?" if near else otherwise
