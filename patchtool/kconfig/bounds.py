"""Between which values a symbol lies, whatever the user chooses, and what no choice can change.

Follows sym_calc_value() and sym_calc_visibility() of scripts/kconfig/symbol.c. With r what selects raise it
to, v the prompt's visibility and u what it is without a user's value (first default in force, or imply):

    invisible:  value = max(u, r)        visible:  value = max(u, r), or max(min(chosen, v), r)

so it always lies between `r || (u where v is n)` and `v || u || r`, and every value between the two is had
by some choice. A `bool` takes m for y (as does a tristate without MODULES): the bounds are left as the files
say them, `raised` gives what a bool makes of them.

Not seen: scripts/kconfig takes `X != n` in the condition of a bool's own select for `X`, so that the target
may be m where these bounds say y.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from patchtool.core.expr import (
    And,
    Compare,
    Const,
    Expr,
    M,
    N,
    Not,
    Or,
    Sym,
    Y,
    both,
    compared,
    either,
    negated,
    raised,
)
from patchtool.core.kconfig import Bounds
from patchtool.core.symbol import SymbolFacts

Lookup: TypeAlias = Callable[[str], SymbolFacts | None]
"""What is known of a symbol: without entries where the architecture has none, None where no one looked."""

TRISTATE = frozenset({"bool", "tristate"})
"""The kinds that have a value among n, m, y."""


def bounds(facts: SymbolFacts) -> Bounds:
    """Below and above which values the symbol never is; n for one without entries, or of no such value.

    `least` equals `most` where no user has a say. The member of a choice: from n to its prompt. Where
    kernels differ (`imply` of a tristate that depends on m; selects of and defaults for a member of a
    choice) the bounds hold for both. A transitional symbol may be anything: old configurations set it.
    """
    if not facts.defined or facts.kind not in TRISTATE:
        return Bounds(N, N)
    if facts.transitional:
        return Bounds(N, Y)
    selected = either(*(edge.in_force for edge in facts.selected))
    visible = either(*(entry.visible for entry in facts.entries))
    depends = either(*(entry.depends for entry in facts.entries))
    implied = either(*(edge.in_force for edge in facts.implied))
    most = either(visible, selected, _default(facts, lower=False), both(implied, raised(depends)))
    if facts.choice:
        return Bounds(N, most)
    met = raised(depends) if facts.kind == "bool" else depends
    unset = either(_default(facts, lower=True), both(implied, met))
    return Bounds(either(selected, both(negated(raised(visible)), unset)), most)


# The first default whose condition is not n; one that is no tristate may be anything.
def _default(facts: SymbolFacts, *, lower: bool) -> Expr:
    found: list[Expr] = []
    earlier: list[Expr] = []
    for default in facts.defaults:
        value = default.expr if default.expr is not None else N if lower else Y
        found.append(both(value, default.when, *(negated(raised(when)) for when in earlier)))
        # A bool that an earlier default makes y is y whatever the later ones say.
        if facts.kind != "bool" or not (isinstance(value, Const) and value != N):
            earlier.append(default.when)
    return either(*found)


class Known:
    """What a lookup says of symbols, and the bounds that follow from it, each found once."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._facts: dict[str, SymbolFacts | None] = {}
        self._bounds: dict[str, Bounds] = {}

    def facts(self, name: str) -> SymbolFacts | None:
        """As the lookup."""
        if name not in self._facts:
            self._facts[name] = self._lookup(name)
        return self._facts[name]

    def bounds(self, facts: SymbolFacts) -> Bounds:
        """As `bounds`."""
        if facts.name not in self._bounds:
            self._bounds[facts.name] = bounds(facts)
        return self._bounds[facts.name]


class Fixed:
    """Values that hold in every configuration of an architecture; what is found is kept.

    `depth` limits how far conditions are followed: beyond it a symbol counts as free, which loses a
    simplification and never makes a wrong one.
    """

    def __init__(self, lookup: Lookup | Known, depth: int = 4) -> None:
        self._about = lookup if isinstance(lookup, Known) else Known(lookup)
        self._depth = depth
        # By name: how deep it was looked for, and what was found.
        self._known: dict[str, tuple[int, Const | None]] = {}

    def resolved(self, expr: Expr) -> Expr:
        """The expression with every fixed symbol's value put in; `PPC && SMP` is `SMP` on powerpc.

        Comparisons of a bool with y, m, n become the symbol or its negation. Equal in every configuration.
        """
        return self._resolved(expr, 0)

    def constant(self, name: str) -> Const | None:
        """The value that the symbol has in every configuration; None where it has none or it was not found.

        n for what is not defined or has a number or a text: its value in a condition.
        """
        return self._constant(name, 0)

    def _constant(self, name: str, depth: int) -> Const | None:
        if depth > self._depth:
            return None
        at, value = self._known.get(name, (depth + 1, None))
        if value is None and at > depth:
            # Set first: a symbol that its own conditions name ends there.
            self._known[name] = (depth, None)
            value = self._found(self._about.facts(name), depth + 1)
            self._known[name] = (depth, value)
        return value

    def _found(self, facts: SymbolFacts | None, depth: int) -> Const | None:
        if facts is None or facts.probed:
            return None
        if not facts.defined or facts.kind not in TRISTATE:
            return N
        known = self._about.bounds(facts)
        low = self._resolved(known.least, depth)
        if low == Y or (low != N and isinstance(low, Const) and facts.kind == "bool"):
            return Y
        return N if self._resolved(known.most, depth) == N else None

    def _resolved(self, expr: Expr, depth: int) -> Expr:
        match expr:
            case Sym(name):
                return self._constant(name, depth) or expr
            case Compare():
                return self._compared(expr, depth)
            case Not(of):
                return negated(self._resolved(of, depth))
            case And(parts):
                return self._joined(parts, N, depth)
            case Or(parts):
                return self._joined(parts, Y, depth)
        return expr

    # Stops at the constant that decides; `a && !a` is n, and `a || !a` y, for a bool alone.
    def _joined(self, parts: tuple[Expr, ...], zero: Const, depth: int) -> Expr:
        found: list[Expr] = []
        for part in parts:
            one = self._resolved(part, depth)
            if one == zero or (negated(one) in found and self._is_bool(one)):
                return zero
            found.append(one)
        return both(*found) if zero == N else either(*found)

    def _is_bool(self, expr: Expr) -> bool:
        match expr:
            case Sym(name):
                facts = self._about.facts(name)
                return facts is not None and facts.kind != "tristate"
            case Not(of):
                return self._is_bool(of)
            case And(parts) | Or(parts):
                return all(self._is_bool(part) for part in parts)
        return expr != M

    def _compared(self, expr: Compare, depth: int) -> Expr:
        left, right = self._side(expr.left, depth), self._side(expr.right, depth)
        if left.startswith('"') and right.startswith('"'):
            return Y if compared(left[1:-1], expr.op, right[1:-1]) else N
        if right.startswith('"') and (facts := self._about.facts(left)) is not None and facts.kind == "bool":
            at_n, at_y = (compared(value, expr.op, right[1:-1]) for value in "ny")
            if at_n == at_y:
                return Y if at_n else N
            return Sym(left) if at_y else Not(Sym(left))
        return Compare(left, expr.op, right)

    # A text, where the side is one or never changes: the name of what nothing defines is its own.
    def _side(self, side: str, depth: int) -> str:
        if side.startswith('"'):
            return side
        facts = self._about.facts(side)
        if facts is None or facts.kind not in TRISTATE:
            return f'"{side}"' if facts is not None and not facts.defined else side
        known = self._constant(side, depth)
        return side if known is None else f'"{known.value}"'


def resolved(expr: Expr, lookup: Lookup, depth: int = 4) -> Expr:
    """`Fixed.resolved` for one expression."""
    return Fixed(lookup, depth).resolved(expr)
