"""A definition that a patch leaves without a user."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.core.tree import FunctionPlace


@dataclass(frozen=True, slots=True)
class Orphan:
    """What patch `n` leaves behind: `place` defines it, and nothing uses it any more.

    `last` is the line that the patch takes out, in the tree before it: the last use, or with `undeclared` the
    last declaration of what nothing used before either. `until` is the later patch of the series that takes
    the definition away or uses it again; None where none does. `warns`: a compiler says so too, of a function
    that is static and not inline.
    """

    n: int
    place: FunctionPlace
    last: Location
    warns: bool = False
    until: int | None = None
    undeclared: bool = False
