"""What the commands share: where things are, how they are printed, how a run ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Severity
from patchtool.engine.states import Progress, silent
from patchtool.report.console import Lines
from patchtool.report.plain import one_line

CLEAN, FINDINGS, BAD_INPUT, UNDECIDED, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 4, 130


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


class FailOn(StrEnum):
    """From which severity on a run fails."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"

    def fails(self, worst: Severity | None) -> bool:
        """Whether a report whose gravest finding is `worst` fails the run."""
        if worst is None or self is FailOn.NEVER:
            return False
        return worst.rank <= Severity(self.value).rank


class UsageError(PatchtoolError):
    """The command line asks for something that can't be."""


def cache_folder() -> Path | None:
    """Where answers are kept between runs; None where no home is known or PATCHTOOL_CACHE is empty."""
    chosen = os.environ.get("PATCHTOOL_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    home = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("HOME", "") and f"{os.environ['HOME']}/.cache")
    return Path(home) / "patchtool" if home else None


def colour_wanted() -> bool:
    """NO_COLOR and FORCE_COLOR as their conventions say, else whether standard output is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def show(lines: Lines, *, error: bool = False) -> None:
    """Print a text report, to standard error where standard output is taken."""
    lines.write(sys.stderr if error else sys.stdout, colour=colour_wanted() and not error)


@contextmanager
def progress() -> Iterator[Progress]:
    """A line of progress on a terminal's standard error, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield silent
        return
    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    with console.status("") as status:
        yield lambda text: status.update(one_line(text))
