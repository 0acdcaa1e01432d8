"""The values of Kconfig symbols under one set of assignments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Engine(Protocol):
    """A parsed Kconfig tree that can be put under assignments, one set at a time."""

    @property
    def notes(self) -> tuple[str, ...]: ...

    def defined(self, symbol: str) -> bool: ...

    def compute(self, assignments: Mapping[str, str], symbol: str) -> str: ...

    def refusals(self, assignments: Mapping[str, str]) -> tuple[str, ...]: ...


class Values:
    """What each symbol is in a configuration that holds these assignments and otherwise the defaults.

    Values are computed when asked for (microseconds to milliseconds) and kept. Asking alternately from
    two `Values` of one parse is right, and slower: the assignments are changed each time.
    """

    def __init__(self, engine: Engine, assignments: Mapping[str, str]) -> None:
        self._engine = engine
        self._assignments = dict(assignments)
        self._known: dict[str, str] = {}
        self.refused = engine.refusals(self._assignments)
        """Assignments that did not take, one sentence each: what it is instead, and why."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the parse took for granted; see `Parsed.notes`."""
        return self._engine.notes

    def value(self, symbol: str) -> str:
        """`y`, `m` or `n`, or the text of a string, int or hex symbol; `n` for a symbol not defined."""
        if symbol not in self._known:
            self._known[symbol] = self._engine.compute(self._assignments, symbol)
        return self._known[symbol]

    def defined(self, symbol: str) -> bool:
        """Whether the architecture's Kconfig files have an entry for the symbol."""
        return self._engine.defined(symbol)
