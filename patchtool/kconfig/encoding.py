"""Expressions and symbols of Kconfig as clauses: two literals a symbol, "at least m" and "is y".

What is encoded is never narrower than the architecture: each symbol lies between its `bounds`, a member of a
choice that is y leaves the others n, a symbol with a number or a text has one value. Symbols that are only
named, not expanded, may have any value. A clause set without a model is therefore a proof that no
configuration exists; a model is a configuration where every symbol it rests on is expanded, and else a guess.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from patchtool.core.expr import And, Compare, Const, Expr, Not, Or, Sym, compared, either, number
from patchtool.core.symbol import SymbolFacts
from patchtool.kconfig.bounds import TRISTATE, Known
from patchtool.kconfig.solver import TRUE, Solver
from patchtool.kconfig.texts import Texts, texts

_VALUES = ("n", "m", "y")
_DIGITS = re.compile(r"-?[0-9]+|0[xX][0-9a-fA-F]+|[0-9][0-9a-fA-F]*", re.A)


class Encoding:
    """Clauses for one question; symbols come in as expressions name them, and grow on request."""

    def __init__(self, known: Known) -> None:
        self.solver = Solver()
        self.guards: dict[str, int] = {}
        """The symbols that are held to their entries, each with the literal that switches this on."""
        self._about = known
        self._levels: dict[str, tuple[int, int]] = {}
        self._literals: dict[tuple[Expr, int], int] = {}
        self._texts: dict[str, Texts] = {}
        self._waiting: dict[str, None] = {}

    def literal(self, expr: Expr, level: int) -> int:
        """The literal that is true where the expression is at least m (level 1), or is y (level 2)."""
        key = (expr, level)
        if key not in self._literals:
            self._literals[key] = self._encoded(expr, level)
        return self._literals[key]

    def waiting(self) -> tuple[str, ...]:
        """Symbols that are named and may still have any value, in order of naming."""
        return tuple(self._waiting)

    def grow(self, names: Iterable[str]) -> None:
        """Hold these symbols to what their entries say."""
        for name in names:
            if name in self._waiting:
                del self._waiting[name]
                self._expand(name)

    def value(self, name: str, model: frozenset[int]) -> str | None:
        """A symbol's value in a model; None for a number or a text that the model leaves open."""
        if name in self._texts:
            return self._texts[name].pick(model)
        low, high = self._levels[name]
        return _VALUES[(low in model) + (high in model)]

    def names(self) -> tuple[str, ...]:
        """Every symbol named so far, in order of naming."""
        return tuple({**self._levels, **self._texts})

    def phases(self, name: str, value: str) -> tuple[int, ...]:
        """The literals that are true where a bool or tristate symbol has this value."""
        low, high = self._levels.get(name, (TRUE, TRUE))
        return (low if value in ("m", "y") else -low, high if value == "y" else -high)

    def _encoded(self, expr: Expr, level: int) -> int:
        match expr:
            case Const(value):
                return TRUE if _VALUES.index(value) >= level else -TRUE
            case Sym(name):
                return self._level(name)[level - 1]
            case Compare():
                return self._comparison(expr)
            case Not(of):
                return -self.literal(of, 3 - level)
            case And(parts):
                return self._all([self.literal(part, level) for part in parts])
            case Or(parts):
                return -self._all([-self.literal(part, level) for part in parts])

    # A literal that is true where all of these are.
    def _all(self, parts: Iterable[int]) -> int:
        kept = dict.fromkeys(part for part in parts if part != TRUE)
        if -TRUE in kept or any(-part in kept for part in kept):
            return -TRUE
        if len(kept) < 2:
            return next(iter(kept), TRUE)
        whole = self.solver.new()
        for part in kept:
            self.solver.add(-whole, part)
        self.solver.add(whole, *(-part for part in kept))
        return whole

    def _level(self, name: str) -> tuple[int, int]:
        if name not in self._levels:
            self._levels[name] = self._named(name)
            self._exclude(name)
        return self._levels[name]

    # What is n in every condition needs no growing: it names nothing.
    def _named(self, name: str) -> tuple[int, int]:
        facts = self._about.facts(name)
        low = self.solver.new()
        if facts is not None and not (facts.defined and facts.kind in TRISTATE):
            self.solver.add(-self._guard(name), -low)
            return low, low
        if facts is not None and not facts.probed:
            self._waiting[name] = None
        if facts is not None and facts.kind == "bool":
            return low, low
        high = self.solver.new()
        self.solver.add(-high, low)
        if facts is not None:
            self.solver.add(-low, high, self._level("MODULES")[0])
        return low, high

    def _guard(self, name: str) -> int:
        if name not in self.guards:
            self.guards[name] = self.solver.new()
        return self.guards[name]

    # One member of a choice is y, and then no other is more than n. (One that is also selected may be.)
    def _exclude(self, name: str) -> None:
        facts = self._about.facts(name)
        if facts is None or facts.selected or facts.defaults:
            return
        for other in facts.choice:
            beside = self._about.facts(other) if other in self._levels else None
            if beside is not None and not beside.selected and not beside.defaults:
                for one, two in ((name, other), (other, name)):
                    self.solver.add(-self._levels[one][1], -self._levels[two][0])

    def _expand(self, name: str) -> None:
        facts = self._about.facts(name)
        if facts is None:
            return
        guard = self._guard(name)
        if name in self._texts:
            self._texts[name].hold(guard, self._defaults(facts))
            self._limit(guard, name, facts)
            return
        low, high = self._level(name)
        known = self._about.bounds(facts)
        self.solver.add(-guard, -low, self.literal(known.most, 1))
        self.solver.add(-guard, -self.literal(known.least, 1), low)
        if facts.kind == "tristate":
            self.solver.add(-guard, -high, self.literal(known.most, 2), *self._promoted(facts))
            self.solver.add(-guard, -self.literal(known.least, 2), high)
        if facts.mandatory:
            self._choose(guard, facts)

    # Where the m that it may be becomes y: without modules, and in some kernels where y implies it.
    def _promoted(self, facts: SymbolFacts) -> tuple[int, ...]:
        no_modules = -self._level("MODULES")[0]
        if not facts.implied:
            return (no_modules,)
        return no_modules, self.literal(either(*(edge.in_force for edge in facts.implied)), 2)

    # Where one is visible, one is y. (A tristate that is visible as m does not count.)
    def _choose(self, guard: int, facts: SymbolFacts) -> None:
        visible = either(*(entry.visible for entry in facts.entries))
        members = [self._level(member)[1] for member in (facts.name, *facts.choice)]
        self.solver.add(-guard, -self.literal(visible, 1 if facts.kind == "bool" else 2), *members)

    def _comparison(self, expr: Compare) -> int:
        left, right = self._side(expr.left), self._side(expr.right)
        if left.startswith('"') and right.startswith('"'):
            return TRUE if compared(left[1:-1], expr.op, right[1:-1]) else -TRUE
        if left.startswith('"'):
            left, right = right, left
            expr = Compare(left, {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(expr.op, expr.op), right)
        known = self._about.facts(left)
        if not right.startswith('"') or known is None:
            return self._pair(Compare(left, expr.op, right))
        if known.kind not in TRISTATE:
            return self._text(left, known).literal(expr.op, right[1:-1])
        return self._tristate(left, [v for v in _VALUES if compared(v, expr.op, right[1:-1])])

    # The name of what has no entry, or no type, is a text; so is a number that stands there bare.
    def _side(self, side: str) -> str:
        if side.startswith('"'):
            return side
        if number(side) is not None:
            return f'"{side}"'
        facts = self._about.facts(side)
        return f'"{side}"' if facts is not None and not (facts.defined and facts.kind) else side

    # Two symbols: by their values, if both have one of n, m, y. What is left may be true or false, the same
    # wherever the same text stands.
    def _pair(self, expr: Compare) -> int:
        facts = [self._about.facts(side) for side in (expr.left, expr.right) if not side.startswith('"')]
        if len(facts) == 2 and all(one is not None and one.kind in TRISTATE for one in facts):
            alike = [
                self._all([self._tristate(expr.left, [one]), self._tristate(expr.right, [two])])
                for one, two in itertools.product(_VALUES, _VALUES)
                if compared(one, expr.op, two)
            ]
            return -self._all([-both_are for both_are in alike])
        turned = {"!=": "=", ">=": "<", ">": "<="}
        if expr.op in turned:
            return -self.literal(Compare(expr.left, turned[expr.op], expr.right), 2)
        return self.solver.new()

    def _text(self, name: str, facts: SymbolFacts) -> Texts:
        if name not in self._texts:
            self._texts[name] = texts(self.solver, facts.kind)
            if not facts.probed:
                self._waiting[name] = None
        return self._texts[name]

    def _tristate(self, name: str, wanted: list[str]) -> int:
        low, high = self._level(name)
        parts = {"n": -low, "m": self._all([low, -high]), "y": high}
        return -self._all([-parts[value] for value in wanted])

    # (literal, text): that a symbol no one can set has this text, in the order of its defaults. Without a
    # default a number is empty, or 0 in newer kernels; that is left open.
    def _defaults(self, facts: SymbolFacts) -> list[tuple[int, str]]:
        free = [-self.literal(either(*(entry.visible for entry in facts.entries)), 1)]
        found: list[tuple[int, str]] = []
        for default in facts.defaults:
            when = self.literal(default.when, 1)
            text = _constant_text(default.value, facts.kind)
            if text is not None and _fits(text, facts):
                found.append((self._all([*free, when]), text))
            free.append(-when)
        return [*found, (self._all(free), "")]

    # The first range in force holds whatever the value comes from.
    def _limit(self, guard: int, name: str, facts: SymbolFacts) -> None:
        free: list[int] = []
        for low, high, condition in facts.ranges:
            when = self.literal(condition, 1)
            ends = _constant_text(low, facts.kind), _constant_text(high, facts.kind)
            if ends[0] and ends[1]:
                now = -self._all([*free, when])
                self.solver.add(-guard, now, self._texts[name].literal(">=", ends[0]))
                self.solver.add(-guard, now, self._texts[name].literal("<=", ends[1]))
            free.append(-when)


# A text or a number as such; None where it is another symbol's value.
def _constant_text(value: str, kind: str) -> str | None:
    value = value.strip('"') if kind != "string" else value
    if value.startswith('"'):
        return value[1:-1]
    if kind == "string" or not _DIGITS.fullmatch(value):
        return None
    return value if kind != "hex" or value[:2].lower() == "0x" else f"0x{value}"


# Whether no range can change the value.
def _fits(text: str, facts: SymbolFacts) -> bool:
    for low, high, _ in facts.ranges:
        ends = _constant_text(low, facts.kind), _constant_text(high, facts.kind)
        if not (ends[0] and ends[1] and compared(ends[0], "<=", text) and compared(text, "<=", ends[1])):
            return False
    return True
