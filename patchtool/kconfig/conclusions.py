"""What follows from the facts of a cone, whichever state they stand in: worth keeping between runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from patchtool.core.expr import Expr
from patchtool.kconfig.packing import packed_exprs, unpacked_exprs


@dataclass(frozen=True, slots=True)
class Conclusions:
    """By an expression's text: what it reads as with what is fixed put in, and whether it is never set."""

    readable: dict[str, Expr] = field(default_factory=dict)
    never: dict[str, bool] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.readable) + len(self.never)


def packed_conclusions(found: Conclusions) -> object:
    """What `unpacked_conclusions` takes."""
    return [packed_exprs(found.readable), found.never]


def unpacked_conclusions(value: object) -> Conclusions:
    """The conclusions; none for anything that `packed_conclusions` did not make."""
    match value:
        case [dict() as readable, dict() as never] if all(isinstance(one, bool) for one in never.values()):
            return Conclusions(unpacked_exprs(readable), never)
    return Conclusions()
