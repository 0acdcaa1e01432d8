"""Conditions over configuration tests, each in one canonical form: equal conditions are equal numbers.

A reduced ordered binary decision diagram: R. Bryant, "Graph-Based Algorithms for Boolean Function
Manipulation", 1986. A region's condition (its presence condition) is such a number; whether it can hold, or
follows from another one, is a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from patchtool.core.errors import PatchtoolError
from patchtool.core.expr import Compare, Expr, N, Y, both, either, negated

Formula: TypeAlias = int
NEVER: Formula = 0
ALWAYS: Formula = 1
# A real header's conditions take some thousand; what grows beyond is given up.
_MOST_NODES = 400_000


class TooLarge(PatchtoolError):
    """The conditions of a translation unit are too many to be held together."""


class Formulas:
    """The conditions of one translation unit; numbers of one object mean nothing to another one.

    An atom is a test of the configuration (`X = y`, `N > 2`), or a `Compare` whose left side begins with `?`:
    a condition that cannot be read, named by its place.
    """

    def __init__(self) -> None:
        self._atoms: list[Compare] = []
        self._levels: dict[Compare, int] = {}
        self._nodes: list[tuple[int, Formula, Formula]] = [(1 << 30, 0, 0), (1 << 30, 1, 1)]
        self._unique: dict[tuple[int, Formula, Formula], Formula] = {}
        self._and: dict[tuple[Formula, Formula], Formula] = {}
        self._freed: dict[Formula, Formula] = {}
        self._certain: dict[Formula, Formula] = {}
        self._not: dict[Formula, Formula] = {NEVER: ALWAYS, ALWAYS: NEVER}

    def atom(self, test: Compare) -> Formula:
        """The condition that is one test; `!=` is the negation of `=`."""
        if test.op == "!=":
            return self.negated(self.atom(Compare(test.left, "=", test.right)))
        level = self._levels.setdefault(test, len(self._atoms))
        if level == len(self._atoms):
            self._atoms.append(test)
        return self._node(level, NEVER, ALWAYS)

    def both(self, a: Formula, b: Formula) -> Formula:
        """`a && b`."""
        if a == b or b == ALWAYS:
            return a
        if a == ALWAYS:
            return b
        if a == NEVER or b == NEVER:
            return NEVER
        key = (a, b) if a < b else (b, a)
        known = self._and.get(key)
        if known is None:
            (top, low, high), (other, left, right) = self._nodes[a], self._nodes[b]
            if top < other:
                known = self._node(top, self.both(low, b), self.both(high, b))
            elif top > other:
                known = self._node(other, self.both(a, left), self.both(a, right))
            else:
                known = self._node(top, self.both(low, left), self.both(high, right))
            self._and[key] = known
        return known

    def negated(self, a: Formula) -> Formula:
        """`!a`."""
        known = self._not.get(a)
        if known is None:
            level, low, high = self._nodes[a]
            known = self._node(level, self.negated(low), self.negated(high))
            self._not[a] = known
            self._not[known] = a
        return known

    def either(self, a: Formula, b: Formula) -> Formula:
        """`a || b`."""
        if a in (NEVER, b):
            return b
        if b == NEVER:
            return a
        return self.negated(self.both(self.negated(a), self.negated(b)))

    def without(self, a: Formula, b: Formula) -> Formula:
        """`a && !b`."""
        return self.both(a, self.negated(b)) if b != NEVER else a

    def cubes(self, a: Formula, limit: int) -> Iterator[Mapping[Compare, bool]]:
        """At most `limit` conjunctions of tests and negated tests of which each implies the condition."""
        stack: list[tuple[Formula, tuple[tuple[Compare, bool], ...]]] = [(a, ())]
        while stack and limit:
            at, taken = stack.pop()
            if at == ALWAYS:
                limit -= 1
                yield dict(taken)
            elif at != NEVER:
                level, low, high = self._nodes[at]
                stack.append((low, (*taken, (self._atoms[level], False))))
                stack.append((high, (*taken, (self._atoms[level], True))))

    def expr(self, a: Formula) -> Expr:
        """The condition as an expression; linear in its form, which shares what repeats."""
        known: dict[Formula, Expr] = {NEVER: N, ALWAYS: Y}
        for at in self._below(a):
            level, low, high = self._nodes[at]
            test = self._atoms[level]
            known[at] = either(both(test, known[high]), both(negated(test), known[low]))
        return known[a]

    def freed(self, a: Formula) -> Formula:
        """Where the condition can hold, whatever the conditions are that cannot be read."""
        return self._settled(a, self.either, self._freed)

    def readable(self, a: Formula) -> bool:
        """Whether the condition hangs on no condition that cannot be read."""
        return not any(test.left.startswith("?") for test in self.tests(a))

    def certain(self, a: Formula) -> Formula:
        """Where the condition holds, whatever the conditions are that cannot be read."""
        return self._settled(a, self.both, self._certain)

    # From below, each partial condition once: an unread condition is joined over both its cases.
    def _settled(
        self, a: Formula, join: Callable[[Formula, Formula], Formula], known: dict[Formula, Formula]
    ) -> Formula:
        if a <= ALWAYS:
            return a
        found = known.get(a)
        if found is None:
            level, low, high = self._nodes[a]
            low, high = self._settled(low, join, known), self._settled(high, join, known)
            unread = self._atoms[level].left.startswith("?")
            found = known[a] = join(low, high) if unread else self._node(level, low, high)
        return found

    def tests(self, a: Formula) -> tuple[Compare, ...]:
        """The tests that the condition hangs on, in the order they were met."""
        return tuple(self._atoms[level] for level in sorted({self._nodes[at][0] for at in self._below(a)}))

    # Nodes below one, those first that others need.
    def _below(self, a: Formula) -> list[Formula]:
        found: dict[Formula, None] = {}
        stack = [(a, False)]
        while stack:
            at, done = stack.pop()
            if at <= ALWAYS or at in found:
                continue
            if done:
                found[at] = None
                continue
            _, low, high = self._nodes[at]
            stack += [(at, True), (low, False), (high, False)]
        return list(found)

    def _node(self, level: int, low: Formula, high: Formula) -> Formula:
        if low == high:
            return low
        key = (level, low, high)
        known = self._unique.get(key)
        if known is None:
            known = len(self._nodes)
            if known > _MOST_NODES:
                raise TooLarge(f"more than {_MOST_NODES} partial conditions")
            self._unique[key] = known
            self._nodes.append(key)
        return known
