"""What the commands share: where things are, how they are printed, how a run ends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Severity
from patchtool.engine.states import Progress, silent
from patchtool.report.plain import one_line

if TYPE_CHECKING:
    from patchtool.report.console import Lines

# Set by a shell that asks what could come next.
COMPLETE = "_PATCHTOOL_COMPLETE"
CLEAN, FINDINGS, BAD_INPUT, UNDECIDED, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 4, 130


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


class PageFormat(StrEnum):
    """How a report is printed that is worth a page too."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class CheckFormat(StrEnum):
    """How a check's report is printed."""

    TEXT = "text"
    TERSE = "terse"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    B4 = "b4"
    B4_REVIEW = "b4-review"
    PATCHWORK = "patchwork"
    NIPA = "nipa"
    HTML = "html"


class Colour(StrEnum):
    """When a text report is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class FailOn(StrEnum):
    """From which severity on a run fails."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"

    def fails(self, worst: Severity | None) -> bool:
        """Whether a report whose gravest finding is `worst` fails the run."""
        return worst in self.severities()

    def severities(self) -> frozenset[Severity]:
        """The severities that fail a run; none for NEVER."""
        if self is FailOn.NEVER:
            return frozenset()
        return frozenset(one for one in Severity if one.rank <= Severity(self.value).rank)


class UsageError(PatchtoolError):
    """The command line asks for something that can't be."""


def cache_folder() -> Path | None:
    """Where answers are kept between runs; None where no home is known or PATCHTOOL_CACHE is empty."""
    chosen = os.environ.get("PATCHTOOL_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    home = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("HOME", "") and f"{os.environ['HOME']}/.cache")
    return Path(home) / "patchtool" if home else None


def choose_colour(colour: Colour) -> None:
    """Have `--color` overrule NO_COLOR and FORCE_COLOR, also for what others print."""
    if colour is Colour.AUTO:
        return
    wanted, other = ("FORCE_COLOR", "NO_COLOR") if colour is Colour.ALWAYS else ("NO_COLOR", "FORCE_COLOR")
    os.environ.pop(other, None)
    os.environ[wanted] = "1"


def colour_wanted() -> bool:
    """NO_COLOR and FORCE_COLOR as their conventions say, else whether standard output is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def show(lines: Lines, *, error: bool = False) -> None:
    """Print a text report, to standard error where standard output is taken."""
    stream = sys.stderr if error else sys.stdout
    width = shutil.get_terminal_size().columns if stream.isatty() else 0
    lines.write(stream, colour=colour_wanted() and not error, width=width)


@contextmanager
def progress() -> Iterator[Progress]:
    """A line of progress on a terminal's standard error, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield silent
        return
    # A hook's answer waits for every import.
    from rich.console import Console

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    with console.status("") as status:
        yield lambda text: status.update(one_line(text))
