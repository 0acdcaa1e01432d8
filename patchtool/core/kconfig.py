"""What may be asked about the configurations of one architecture in one state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from patchtool.core.expr import Expr, N
from patchtool.core.finding import Location
from patchtool.core.symbol import SymbolFacts


@dataclass(frozen=True, slots=True)
class Bounds:
    """A symbol is never below `least` and never above `most`; the two are equal where no user has a say."""

    least: Expr = N
    most: Expr = N


class Outcome(StrEnum):
    """YES comes with a configuration that was tried, NO is proved, UNDECIDED says why."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether some configuration does what was asked.

    `assignment` is (symbol, value) for YES: what a user sets, all else at its default. `reason` is for
    UNDECIDED: the limit that was hit, or what could not be tried.
    """

    outcome: Outcome
    assignment: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    @property
    def configuration(self) -> str:
        """The assignment as reports say it: `SMP=y, NUMA=n`; "the defaults" where nothing need be set."""
        return ", ".join(f"{name}={value}" for name, value in self.assignment) or "the defaults"


@dataclass(frozen=True, slots=True)
class Broken:
    """An architecture whose Kconfig files do not parse: where, and what is wrong.

    `absent`: a file's content is not in the object store; what is wrong with it is then unknown.
    """

    arch: str
    at: Location
    message: str
    absent: bool = False


class Architecture(Protocol):
    """One architecture's Kconfig in one state."""

    @property
    def name(self) -> str:
        """The folder under arch/."""
        ...

    def facts(self, symbol: str) -> SymbolFacts:
        """What the files say about a symbol; without entries where they have none."""
        ...

    def bounds(self, symbol: str) -> Bounds:
        """The symbol's bounds, with what is fixed on this architecture put in, for people to read.

        From n to y where the build machine has a say (`SymbolFacts.probed`).
        """
        ...

    def readable(self, expr: Expr) -> Expr:
        """The expression with what is fixed on this architecture put in."""
        ...

    def never(self, expr: Expr) -> bool:
        """Whether it is proved, cheaply, that no configuration makes the expression m or y."""
        ...

    def possible(self, expr: Expr) -> Answer:
        """Whether some configuration makes the expression m or y.

        Cost: some 10 ms where the answer is NO, up to a few seconds where a configuration is tried.
        """
        ...
