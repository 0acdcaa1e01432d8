"""`patchtool`: the commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from patchtool import installed_version
from patchtool.cli import common
from patchtool.cli.help_text import SUMMARIES, epilog
from patchtool.cli.hook_run import is_call, run_hook
from patchtool.core.errors import PatchtoolError
from patchtool.hooks.scripts import Hook
from patchtool.report.plain import one_line


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
            app.command(name, short_help=SUMMARIES[name], epilog=epilog(name))(command)


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


def run() -> None:
    """The entry point: every way to end a run passes here."""
    sys.exit(_run())


def _run() -> int:
    # An interrupt reaches git's processes too: what fails for it is no error of theirs.
    interrupts: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        if is_call(sys.argv[1:]):
            return run_hook(Hook(sys.argv[3]), sys.argv[5:])
        if common.COMPLETE in os.environ:
            _answer_shell()
        load(sys.argv[1:])
        _require_git(sys.argv[1:])
        app(standalone_mode=True)
    except SystemExit as end:
        if end.code == common.INTERRUPTED:  # typer has caught the interrupt and says nothing
            print("patchtool: interrupted", file=sys.stderr)
        return end.code if isinstance(end.code, int) else common.CLEAN
    except PatchtoolError as error:
        if interrupts:
            print("patchtool: interrupted", file=sys.stderr)
            return common.INTERRUPTED
        place = f"{one_line(error.at)}: " if error.at else ""
        hint = f" (hint: {one_line(error.hint)})" if error.hint else ""
        print(f"patchtool: {place}{one_line(error.message)}{hint}", file=sys.stderr)
        return common.BAD_INPUT
    except KeyboardInterrupt:
        print("patchtool: interrupted", file=sys.stderr)
        return common.INTERRUPTED
    except BrokenPipeError:  # the reader went away, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return common.CLEAN
    except Exception as error:  # noqa: BLE001  # the one place that may: a bug must not look like a finding
        print(f"patchtool: a bug of ours: {one_line(repr(error))}; see {_log()}", file=sys.stderr)
        return common.OUR_BUG
    return common.CLEAN


# What explains patchtool, or says what is missing, does without.
def _require_git(arguments: Sequence[str]) -> None:
    needy = set(SUMMARIES) - {"rules", "explain", "doctor", "completion"}
    if arguments and arguments[0] in needy and shutil.which("git") is None:
        raise common.UsageError("git is not on the PATH", hint="apt install git; see patchtool doctor")


# typer knows the shells only once it is told to; loaded for nothing else.
def _answer_shell() -> None:
    import_module("typer.completion").completion_init()


def _log() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="patchtool-bug-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as log:
        log.write(f"patchtool {installed_version()}, Python {sys.version}\narguments: {sys.argv[1:]!r}\n\n")
        log.write(traceback.format_exc())
    return log.name
