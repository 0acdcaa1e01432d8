"""Which patches of a series must come before which, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from patchtool.core.finding import Location
from patchtool.core.report import Base
from patchtool.core.series import Series


class Bond(StrEnum):
    """What ties two patches together."""

    TEXT = "text"
    FILE = "file"
    SYMBOL = "symbol"
    IDENTIFIER = "identifier"
    MEMBER = "member"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """For sorting: as they are listed here."""
        return list(Bond).index(self)


@dataclass(frozen=True, slots=True)
class Constraint:
    """Patch `first` must come before patch `then` (both by their 1-based numbers).

    `name` is the identifier, member (`T.x`, `.x` of an unknown structure), Kconfig symbol (without CONFIG_)
    or path that it hangs on, for ERROR the text of the #error. `at` is the place in `then` that needs it,
    `source` the one in `first` that brings it; each line as it stands after its patch (before it, for a line
    that the patch takes out). `reason` is a clause that `then` begins: "uses foo, which patch 2 brings".
    `removal`: `then` takes the name away, and `first` a use of it.
    """

    first: int
    then: int
    bond: Bond
    name: str
    at: Location
    source: Location
    reason: str
    removal: bool = False

    @property
    def held(self) -> bool:
        """Whether the series keeps to it: `first` has the smaller number."""
        return self.first < self.then


@dataclass(frozen=True, slots=True)
class Order:
    """The partial order of a series: what each patch needs of the others.

    `numbers` are the patches that were looked at, in their order. `constraints` are by `then`, then by
    `first`. `undecided` are sentences on what was not looked at.
    """

    numbers: tuple[int, ...]
    constraints: tuple[Constraint, ...]
    undecided: tuple[str, ...] = ()

    def needs(self, number: int) -> tuple[Constraint, ...]:
        """What one patch needs of others, those before and those behind it."""
        return tuple(one for one in self.constraints if one.then == number)

    def before(self, number: int) -> frozenset[int]:
        """The patches that one needs, directly or through others."""
        found: set[int] = set()
        open_ = [number]
        while open_:
            direct = {one.first for one in self.needs(open_.pop())} - found
            found |= direct
            open_ += direct
        return frozenset(found - {number})

    @property
    def violated(self) -> tuple[Constraint, ...]:
        """What the series does not keep to."""
        return tuple(one for one in self.constraints if not one.held)


@dataclass(frozen=True, slots=True)
class OrderReport:
    """The order of a series on a base. `undecided` are sentences: what does not apply, what was not asked."""

    series: Series
    base: Base
    order: Order
    undecided: tuple[str, ...]
