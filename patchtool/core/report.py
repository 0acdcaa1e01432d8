"""What `patchtool check` found, what it looked at, and what it did not."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.series import Series


@dataclass(frozen=True, slots=True)
class Base:
    """The tree a series was applied to: `rev` as asked for or guessed, `commit` 40 hex ("" for a folder).

    `version` comes from the tree's Makefile and is for people only: nothing is decided by it. `why` says
    how the base was chosen.
    """

    rev: str
    commit: str
    version: str
    why: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A defect of the base that the series takes away: `finding` as it stood there, `patch` that mends it."""

    finding: Finding
    patch: int


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that the user has answered for: it fails nothing. `by` is where the reason is written."""

    finding: Finding
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`checked` and `undecided` are sentences for the report's last lines; neither is ever left out.

    `states` counts the states beyond the base that were reached; `base` is None where no tree was at hand.
    `left_out` are sentences on what was not checked because the user said so, `notes` on what the user
    set up and this run did not need. `off` are the names of the rules that are off by default and were not
    asked for.
    """

    series: Series
    base: Base | None
    findings: tuple[Finding, ...]
    mended: tuple[Mended, ...]
    rules: tuple[str, ...]
    states: int
    checked: tuple[str, ...]
    undecided: tuple[str, ...]
    waived: tuple[Waived, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    off: tuple[str, ...] = ()

    def worst(self) -> Severity | None:
        """The gravest severity among the findings that are decided; None without any."""
        decided = [f.severity for f in self.findings if f.verdict is Verdict.VIOLATED]
        return min(decided, key=lambda severity: severity.rank, default=None)
