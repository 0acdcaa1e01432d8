"""The one door to python-sat: clauses in, a model, a proof of none, or "too hard" out.

A literal is a variable's number, negative where it is negated; `TRUE` and `-TRUE` are the constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

TRUE = 1


class Solver:
    """Clauses that grow, asked under assumptions; the same calls give the same answers in every process."""

    def __init__(self) -> None:
        # Loads machine code; only those who decide something pay for it.
        from pysat.solvers import Glucose4

        self._sat: Any = Glucose4()
        self._last = TRUE
        self._sat.add_clause([TRUE])

    def new(self) -> int:
        """A variable that no clause names yet."""
        self._last += 1
        return self._last

    def add(self, *literals: int) -> None:
        """A clause: at least one of the literals is true."""
        self._sat.add_clause(literals)

    def prefer(self, literals: Iterable[int]) -> None:
        """What free variables should be: a wish, which never changes whether there is a model."""
        self._sat.set_phases(list(literals))

    def solve(self, assumptions: Sequence[int], conflicts: int) -> bool | None:
        """Whether all clauses and assumptions can be true together; None after so many conflicts."""
        self._sat.conf_budget(conflicts)
        answer: bool | None = self._sat.solve_limited(assumptions=list(assumptions))
        return answer

    def model(self) -> frozenset[int]:
        """The true literals, after `solve` gave True."""
        return frozenset(self._sat.get_model() or ())

    def close(self) -> None:
        """Frees the solver's memory."""
        self._sat.delete()
