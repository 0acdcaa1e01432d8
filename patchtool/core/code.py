"""What the C code of one state says: identifiers without a declaration, and `#error` lines that are
reached.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from patchtool.core.finding import Location, Verdict

_ANY = "any configuration"


@dataclass(frozen=True, slots=True, order=True)
class Configuration:
    """One configuration of an architecture (a folder under arch/).

    `assignment` is what a user sets, all else at its default. `telling` are the values there of the symbols
    that decide: those of the conditions in the code, and those that select them.
    """

    arch: str
    assignment: tuple[tuple[str, str], ...] = ()
    telling: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> str:
        """The symbols that matter with their values, by name."""
        shown = dict(self.assignment) | dict(self.telling)
        return ", ".join(f"{name}={shown[name]}" for name in sorted(shown)) or _ANY

    def __str__(self) -> str:
        return f"{self.arch} ({self.values})"


def listed(configurations: Iterable[Configuration], among: Collection[str], *, bare: bool = False) -> str:
    """Configurations as a sentence names them: those of architectures that need the same together.

    `among` are all architectures that there are to name; what holds for most of them is said of the rest:
    `every architecture`, `every architecture but arc`, `arm (MMU=n); every other architecture`. `bare` leaves
    the values out.
    """
    groups: dict[str, dict[str, None]] = {}
    for one in configurations:
        groups.setdefault("" if bare else one.values, {})[one.arch] = None
    most = max(groups, key=lambda values: len(groups[values]))
    left = [arch for arch in among if arch not in groups[most]]
    parts = [(", ".join(archs), values) for values, archs in groups.items()]
    if len(groups[most]) > max(1, len(left)) and among:
        named = {arch for archs in groups.values() for arch in archs}
        missing = [arch for arch in left if arch not in named]
        rest = "every other architecture" if left else "every architecture"
        name = f"every architecture but {', '.join(left)}" if missing else rest
        parts = [part for part in parts if part[1] != most] + [(name, most if most != _ANY else "")]
    return "; ".join(f"{name} ({values})" if values else name for name, values in parts)


@dataclass(frozen=True, slots=True)
class HiddenUse:
    """An identifier that a configuration compiles and does not declare.

    `at` is the use; `owner` the tag of the structure whose member it is, "" for any other identifier or where
    it is unknown; `member` tells the two apart. A header that is included and not there is a `name` in its
    quotes or brackets. `unit` is the .c file that is compiled (the file itself, or one that includes it).
    `defined` are places of the tree that define the name, elsewhere or under other conditions; empty where
    none does. UNDECIDED says why in `reason`. `among` are the architectures that compile the file, () where
    they were not asked for. `through` are the macros that stand there for the name, the one that is written
    there first; () for a name that is written there itself.
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
    among: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReachedError:
    """An `#error` line that a configuration runs into when it compiles `unit`; `text` is the rest of the
    line. `reason` and `among` as in `HiddenUse`.
    """

    at: Location
    text: str
    unit: str
    where: Configuration
    verdict: Verdict
    reason: str = ""
    among: tuple[str, ...] = ()


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
