"""One call of the interpreted code."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from patchtool.core.finding import Location
from patchtool.gather.extraction.source import Unit
from patchtool.gather.reading.syntax import Code
from patchtool.gather.reading.values import Obj


# The same few places again and again.
@lru_cache(maxsize=16384)
def _place(path: str, line: int) -> Location:
    return Location(path, line)


@dataclass(slots=True)
class Frame:
    """One call: its locals, the unit whose macros it sees, and where it stands.

    `fixed` is the place of the macro call while its expansion runs; else places are the node's own.
    """

    function: str
    path: str
    unit: Unit
    local: Obj
    fixed: Location | None = None
    hidden: frozenset[str] = field(default_factory=frozenset)

    def place(self, node: Code) -> Location:
        """Where a node of this call's code stands."""
        return self.fixed or _place(self.path, node.line)
