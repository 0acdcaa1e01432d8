"""A Kconfig symbol that holds a number or a text, as far as comparisons tell its values apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from patchtool.core.expr import compared, number
from patchtool.kconfig.solver import Solver


class Texts(Protocol):
    """The value of one symbol, through literals for its comparisons."""

    def literal(self, op: str, text: str) -> int:
        """The literal of `symbol op text`; `op` as in `core.expr.Compare`."""
        ...

    def hold(self, guard: int, values: Iterable[tuple[int, str]]) -> None:
        """Under the guard: where such a literal is true, the symbol has that text."""
        ...

    def pick(self, model: frozenset[int]) -> str | None:
        """A value that agrees with the model; None where none was found or any would do."""
        ...


def texts(solver: Solver, kind: str) -> Texts:
    """For an `int` or `hex` a number, else a text."""
    return _Number(solver) if kind in ("int", "hex") else _Words(solver)


# A literal for each "is less than this number"; an empty text is less than all of them, as in strcmp().
class _Number:
    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._less: dict[int, int] = {}
        self._words = _Words(solver)
        self._held: list[tuple[int, int, str]] = []

    def literal(self, op: str, text: str) -> int:
        found = number(text)
        if found is None:
            return self._words.literal(op, text)
        match op:
            case "<" | ">=":
                return self._below(found) if op == "<" else -self._below(found)
            case "<=" | ">":
                return self._below(found + 1) if op == "<=" else -self._below(found + 1)
        equal = self._solver.new()
        low, high = self._below(found), self._below(found + 1)
        self._solver.add(-equal, -low)
        self._solver.add(-equal, high)
        self._solver.add(equal, low, -high)
        return equal if op == "=" else -equal

    def hold(self, guard: int, values: Iterable[tuple[int, str]]) -> None:
        for when, text in values:
            if number(text) is not None:
                self._held.append((guard, when, text))
                for limit in self._less:
                    self._apply(limit, self._held[-1])

    def pick(self, model: frozenset[int]) -> str | None:
        for limit in self._less:
            for value in (limit, limit - 1):
                if all((literal in model) == (value < other) for other, literal in self._less.items()):
                    return str(value)
        return None

    def _below(self, limit: int) -> int:
        if limit not in self._less:
            new = self._solver.new()
            for other, literal in self._less.items():
                small, great = (new, literal) if limit < other else (literal, new)
                self._solver.add(-small, great)
            self._less[limit] = new
            for held in self._held:
                self._apply(limit, held)
        return self._less[limit]

    def _apply(self, limit: int, held: tuple[int, int, str]) -> None:
        guard, when, text = held
        literal = self._less[limit]
        self._solver.add(-guard, -when, literal if (number(text) or 0) < limit else -literal)


# A literal for each "is this text", of which one is true at most; the order of texts is left open.
class _Words:
    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._equal: dict[str, int] = {}
        self._held: list[tuple[int, int, str]] = []

    def literal(self, op: str, text: str) -> int:
        if op not in ("=", "!="):
            return self._solver.new()
        if text not in self._equal:
            new = self._solver.new()
            for other, literal in self._equal.items():
                if not compared(text, "=", other):
                    self._solver.add(-new, -literal)
            self._equal[text] = new
            for held in self._held:
                self._apply(text, held)
        return self._equal[text] if op == "=" else -self._equal[text]

    def hold(self, guard: int, values: Iterable[tuple[int, str]]) -> None:
        for when, text in values:
            self._held.append((guard, when, text))
            for known in self._equal:
                self._apply(known, self._held[-1])

    def pick(self, model: frozenset[int]) -> str | None:
        return next((text for text, literal in self._equal.items() if literal in model), None)

    def _apply(self, known: str, held: tuple[int, int, str]) -> None:
        guard, when, text = held
        literal = self._equal[known]
        self._solver.add(-guard, -when, literal if compared(text, "=", known) else -literal)
