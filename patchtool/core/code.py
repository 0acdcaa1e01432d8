"""What the C code of one state says: identifiers without a declaration, and `#error` lines that are
reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from patchtool.core.finding import Location, Verdict


@dataclass(frozen=True, slots=True, order=True)
class Configuration:
    """One configuration of an architecture (a folder under arch/).

    `assignment` is what a user sets, all else at its default. `telling` are the values there of the symbols
    that decide: those of the conditions in the code, and those that select them.
    """

    arch: str
    assignment: tuple[tuple[str, str], ...] = ()
    telling: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        shown = dict(self.assignment) | dict(self.telling)
        values = ", ".join(f"{name}={shown[name]}" for name in sorted(shown))
        return f"{self.arch} ({values or 'any configuration'})"


@dataclass(frozen=True, slots=True)
class HiddenUse:
    """An identifier that a configuration compiles and does not declare.

    `at` is the use; `owner` the tag of the structure whose member it is, "" for any other identifier or where
    it is unknown; `member` tells the two apart. A header that is included and not there is a `name` in its
    quotes or brackets. `unit` is the .c file that is compiled (the file itself, or one that includes it).
    `defined` are places of the tree that define the name, elsewhere or under other conditions; empty where
    none does. UNDECIDED says why in `reason`.
    """

    at: Location
    name: str
    owner: str
    member: bool
    unit: str
    where: Configuration
    verdict: Verdict
    defined: tuple[Location, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReachedError:
    """An `#error` line that a configuration runs into when it compiles `unit`; `text` is the rest of the
    line.
    """

    at: Location
    text: str
    unit: str
    where: Configuration
    verdict: Verdict
    reason: str = ""


class Code(Protocol):
    """What a state's C code gets wrong, as far as the series brought it."""

    @property
    def hidden(self) -> tuple[HiddenUse, ...]:
        """Uses that a patch up to this state brought, by place and architecture."""
        ...

    @property
    def errors(self) -> tuple[ReachedError, ...]:
        """`#error` lines that are reached in this state and were not in the base."""
        ...
