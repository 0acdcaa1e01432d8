"""What the interpreter computes with: 64-bit integers, objects with fields, and places inside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Location

MASK = (1 << 64) - 1


class Unknown(PatchtoolError):
    """Something the extraction cannot follow: the configuration is UNDECIDED, with this place and reason."""

    def __init__(self, message: str, place: Location | None) -> None:
        super().__init__(message, at=str(place) if place else None)


@dataclass(eq=False, slots=True)
class Obj:
    """A struct, an array or an opaque thing; the same Python object is the same piece of memory.

    `members` are the fields the tree's definition has (None where it is not at hand: any field goes);
    `arrays` are those that are arrays, whose name is their address.
    """

    tag: str
    fields: dict[str | int, Value] = field(default_factory=dict)
    members: frozenset[str] | None = None
    arrays: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<{self.tag}>"


@dataclass(frozen=True, slots=True)
class Place:
    """An lvalue, and as a value the pointer to it: one field or element of an object."""

    owner: Obj
    key: str | int


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function used as a value (a callback)."""

    name: str


Value = int | Obj | Place | FunctionName | str


def truth(value: Value) -> bool:
    """C's idea of true: any pointer but NULL (0), any integer but 0."""
    return value != 0


def word(value: int | bool) -> int:
    """An integer as 64 unsigned bits, so that -1, ~0 and ~0UL are one value."""
    return int(value) & MASK


BINARY: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "<<": lambda a, b: a << min(b, 64),
    ">>": lambda a, b: a >> min(b, 64),
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
}
