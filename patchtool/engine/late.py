"""What few commands ask of a series and what is long to load: made when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from patchtool.core.code import Code
from patchtool.engine.functions import FunctionReader
from patchtool.engine.index import Definitions
from patchtool.engine.states import Progress, Step
from patchtool.kconfig.store import FactStore
from patchtool.tree.words import Grep

if TYPE_CHECKING:
    from patchtool.engine.code import SeriesCode
    from patchtool.engine.order.bonds import Bonds


@dataclass(frozen=True)
class Late:
    """Of the steps of one series; what they share is handed on."""

    steps: Sequence[Step]
    definitions: Definitions
    reader: FunctionReader
    facts: FactStore
    grep: Grep
    progress: Progress

    # What a module names at its top is loaded with it: here it would be loaded for nothing.
    @cached_property
    def code(self) -> SeriesCode:
        """The C code of the states."""
        from patchtool.engine.code import SeriesCode

        return SeriesCode(self.steps, self.facts, self.grep, self.progress)

    @cached_property
    def bonds(self) -> Bonds:
        """How the patches that went in hang together."""
        from patchtool.engine.order.bonds import Bonds

        gone_in = [step for step in self.steps if not step.failures and not step.absent]
        return Bonds(gone_in, self.definitions, self.reader, self.grep)

    def code_of(self, at: int) -> Code:
        """The C code of one state, by its place among the steps."""
        return self.code.at(at)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on C code that was asked for and not decided."""
        return self.code.notes if "code" in vars(self) else ()
