"""The values of Kconfig symbols under one set of assignments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Base(StrEnum):
    """What holds where no assignment does: the default, or the answer that conf gives to every prompt.

    With assignments beside it, as KCONFIG_ALLCONFIG does; only a choice of modules may differ there: conf
    then leaves it as it is.
    """

    DEFAULT = "default"
    ALLNOCONFIG = "allnoconfig"
    ALLYESCONFIG = "allyesconfig"


@dataclass(frozen=True, slots=True)
class Setting:
    """Assignments (symbol without CONFIG_, value), in order, and what holds for all other symbols."""

    assignments: tuple[tuple[str, str], ...] = ()
    base: Base = Base.DEFAULT


class Engine(Protocol):
    """A parsed Kconfig tree that can be put under settings, one at a time."""

    @property
    def notes(self) -> tuple[str, ...]: ...

    def defined(self, symbol: str) -> bool: ...

    def compute(self, setting: Setting, symbol: str) -> str: ...

    def written(self, setting: Setting) -> dict[str, str]: ...

    def refusals(self, setting: Setting) -> tuple[str, ...]: ...


class Values:
    """What each symbol is in a configuration.

    Values are computed when asked for (microseconds to milliseconds) and kept. Asking alternately from
    two `Values` of one parse is right, and slower: the assignments are changed each time.
    """

    def __init__(self, engine: Engine, setting: Setting) -> None:
        self._engine = engine
        self._setting = setting
        self._known: dict[str, str] = {}
        self.refused = engine.refusals(setting)
        """Assignments that did not take, one sentence each: what it is instead, and why."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the parse took for granted; see `Parsed.notes`."""
        return self._engine.notes

    def value(self, symbol: str) -> str:
        """`y`, `m` or `n`, or the text of a string, int or hex symbol; `n` for a symbol not defined."""
        if symbol not in self._known:
            self._known[symbol] = self._engine.compute(self._setting, symbol)
        return self._known[symbol]

    def written(self) -> dict[str, str]:
        """What the .config of this configuration holds, in the order of the Kconfig files.

        `n` stands for `is not set`. A symbol that conf leaves out is missing: it has no visible prompt and
        no default, or it is transitional. Texts are without quotes. Cost: every symbol's value, 0.2-1 s.
        """
        return self._engine.written(self._setting)

    def defined(self, symbol: str) -> bool:
        """Whether the architecture's Kconfig files have an entry for the symbol."""
        return self._engine.defined(symbol)
