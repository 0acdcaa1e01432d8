"""Kconfig expressions: conditions in the language, and the three values, that maintainers write them in.

A condition of the preprocessor is one of these too: `defined(CONFIG_X)` is `X = y`, `IS_ENABLED(CONFIG_X)`
is `X != n`. Source of the values: Documentation/kbuild/kconfig-language.rst, "Menu dependencies".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_RANK = {"n": 0, "m": 1, "y": 2}
_VALUE = ("n", "m", "y")
_FEW = 32
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)", re.A)
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Const:
    """`n`, `m` or `y`."""

    value: str


@dataclass(frozen=True, slots=True, order=True)
class Sym:
    """A symbol's value, without CONFIG_; n where nothing defines it, n where it is no bool or tristate."""

    name: str


@dataclass(frozen=True, slots=True, order=True)
class Compare:
    """`left op right`: y or n. An operand is a symbol's name or, in double quotes, a text (`"0x10"`)."""

    left: str
    op: str
    right: str


@dataclass(frozen=True, slots=True)
class Not:
    """`!of`: n for y, m for m, y for n."""

    of: Expr


@dataclass(frozen=True, slots=True)
class And:
    """The least of at least two."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """The greatest of at least two."""

    parts: tuple[Expr, ...]


Expr: TypeAlias = Const | Sym | Compare | Not | And | Or
Y, M, N = Const("y"), Const("m"), Const("n")


def both(*parts: Expr) -> Expr:
    """`a && b ...`, shortened where that keeps the value in all three values: y goes, n stays alone."""
    return _join(parts, And, Or, unit=Y, zero=N)


def either(*parts: Expr) -> Expr:
    """`a || b ...`, shortened where that keeps the value in all three values: n goes, y stays alone."""
    return _join(parts, Or, And, unit=N, zero=Y)


def negated(expr: Expr) -> Expr:
    """`!expr`; a constant, a comparison and a negation are turned round, the rest keeps its shape."""
    match expr:
        case Const(value):
            return Const(_VALUE[2 - _RANK[value]])
        case Compare(left, op, right):
            return Compare(left, _OPPOSITE[op], right)
        case Not(of):
            return of
    return Not(expr)


def is_set(name: str) -> Expr:
    """What `#ifdef CONFIG_X` tests: the symbol is y."""
    return Compare(name, "=", '"y"')


def is_enabled(name: str) -> Expr:
    """What `IS_ENABLED(CONFIG_X)` tests: the symbol is y or m; n for one that nothing defines."""
    return either(Compare(name, "=", '"m"'), Compare(name, "=", '"y"'))


def raised(expr: Expr) -> Expr:
    """y where the expression is m or y, else n: what a `bool` symbol makes of it."""
    return _tested(expr, lower=True)


def is_y(expr: Expr) -> Expr:
    """y where the expression is y, else n."""
    return _tested(expr, lower=False)


def exceeds(high: Expr, low: Expr) -> Expr:
    """y where `high` is greater than `low` (n < m < y), else n."""
    return either(both(raised(high), negated(raised(low))), both(is_y(high), negated(is_y(low))))


def symbols(expr: Expr) -> frozenset[str]:
    """Every symbol that the expression names."""
    return frozenset(_names(expr))


def value(expr: Expr, values: Mapping[str, str]) -> str:
    """`n`, `m` or `y` where the symbols have these values; one that is not among them is n.

    In a comparison such a name is the text itself, as in Kconfig.
    """
    return _VALUE[_rank(expr, values)]


def substituted(expr: Expr, known: Mapping[str, Expr]) -> Expr:
    """The expression with some symbols replaced, and shortened.

    Of what is compared with a text, every expression is put in; of two symbols compared with each other,
    constants and other symbols. What is replaced is taken for a bool or tristate.
    """
    match expr:
        case Sym(name):
            return known.get(name, expr)
        case Compare():
            return _compared(expr, known)
        case Not(of):
            return negated(substituted(of, known))
        case And(parts):
            return both(*(substituted(part, known) for part in parts))
        case Or(parts):
            return either(*(substituted(part, known) for part in parts))
    return expr


def compared(left: str, op: str, right: str) -> bool:
    """Whether `left op right` holds of two values or texts, as scripts/kconfig/expr.c compares them.

    n, m, y have ranks 0, 1, 2; two numbers are compared as numbers, whatever their base; the rest as texts.
    Does not see types: a `hex` value without 0x counts as decimal.
    """
    one, two = number(left), number(right)
    if one is None or two is None:
        return _COMPARE[op](left, right)
    return _COMPARE[op](one, two)


def number(side: str) -> int | None:
    """A text as a number, n, m, y as their ranks; None for any other text."""
    if side in _RANK:
        return _RANK[side]
    if not _NUMBER.fullmatch(side):
        return None
    return int(side, 16 if "x" in side.lower() else 10)


def text(expr: Expr) -> str:
    """The expression as it would stand in a Kconfig file, with no more parentheses than it needs."""
    return _text(expr, 0)


def _join(parts: Iterable[Expr], own: type, other: type, *, unit: Const, zero: Const) -> Expr:
    flat = dict.fromkeys(_flattened(parts, own))
    if zero in flat:
        return zero
    flat.pop(unit, None)
    nested = [part for part in flat if isinstance(part, other)]
    for part in _absorbed(nested, flat) if nested else ():
        del flat[part]
    if not flat:
        return unit
    return next(iter(flat)) if len(flat) == 1 else own(tuple(flat))


def _flattened(parts: Iterable[Expr], own: type) -> Iterator[Expr]:
    for part in parts:
        if isinstance(part, own) and isinstance(part, (And, Or)):
            yield from part.parts
        else:
            yield part


# a && (a || b) is a, and a || (a && b) is a, for the three values too. A nested part goes where another part
# is one of its own; where a nested one is part of it, if they are not too many to hold each against each.
def _absorbed(nested: list[Any], beside: Mapping[Expr, None]) -> list[Expr]:
    gone = [part for part in nested if any(inner in beside for inner in part.parts)]
    left = [part for part in nested if part not in gone] if gone else nested
    if 1 < len(left) <= _FEW:
        sets = {part: frozenset(part.parts) for part in left}
        gone += [part for part in left if any(sets[one] < sets[part] for one in left)]
    return gone


def _names(expr: Expr) -> Iterator[str]:
    match expr:
        case Sym(name):
            yield name
        case Compare(left, _, right):
            yield from (side for side in (left, right) if not side.startswith('"'))
        case Not(of):
            yield from _names(of)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _names(part)


def _rank(expr: Expr, values: Mapping[str, str]) -> int:
    match expr:
        case Const(known):
            return _RANK[known]
        case Sym(name):
            return _RANK.get(values.get(name, "n"), 0)
        case Compare(left, op, right):
            return 2 if compared(_side(left, values), op, _side(right, values)) else 0
        case Not(of):
            return 2 - _rank(of, values)
        case And(parts):
            return min(_rank(part, values) for part in parts)
        case Or(parts):
            return max(_rank(part, values) for part in parts)


def _side(side: str, values: Mapping[str, str]) -> str:
    return side[1:-1] if side.startswith('"') else values.get(side, side)


def _compared(expr: Compare, known: Mapping[str, Expr]) -> Expr:
    left, right = (_replaced(side, known) for side in (expr.left, expr.right))
    if isinstance(left, str) and isinstance(right, str):
        if left.startswith('"') and right.startswith('"'):
            return Y if compared(left[1:-1], expr.op, right[1:-1]) else N
        return Compare(left, expr.op, right)
    if isinstance(right, str) and right.startswith('"') and not isinstance(left, str):
        return _one_of(left, [v for v in _VALUE if compared(v, expr.op, right[1:-1])])
    if isinstance(left, str) and left.startswith('"') and not isinstance(right, str):
        return _one_of(right, [v for v in _VALUE if compared(left[1:-1], expr.op, v)])
    return expr


# What stands for a side of a comparison: another side, or an expression that cannot stand there itself.
def _replaced(side: str, known: Mapping[str, Expr]) -> str | Expr:
    match known.get(side):
        case Const(value):
            return f'"{value}"'
        case Sym(name):
            return name
        case None:
            return side
        case other:
            return other


def _one_of(expr: Expr, wanted: Iterable[str]) -> Expr:
    low, high = raised(expr), is_y(expr)
    tests = {
        "": N, "n": negated(low), "m": both(low, negated(high)), "y": high,
        "nm": negated(high), "ny": either(negated(low), high), "my": low, "nmy": Y,
    }  # fmt: skip
    return tests["".join(wanted)]


# Raised to y from m on, or lowered to n below y; pushed down to the symbols.
def _tested(expr: Expr, *, lower: bool) -> Expr:
    match expr:
        case Const(value):
            return expr if value != "m" else Y if lower else N
        case Sym(name):
            return is_enabled(name) if lower else is_set(name)
        case Not(of):
            return negated(_tested(of, lower=not lower))
        case And(parts):
            return both(*(_tested(part, lower=lower) for part in parts))
        case Or(parts):
            return either(*(_tested(part, lower=lower) for part in parts))
    return expr


# Binding of the operators, loosest first: || 1, && 2, ! 3, comparisons 4.
def _text(expr: Expr, outer: int) -> str:
    match expr:
        case Const(known):
            return known
        case Sym(name):
            return name
        case Compare(left, op, right):
            return _wrapped(f"{_bare(left)} {op} {_bare(right)}", 4, outer)
        case Not(of):
            return f"!{_text(of, 5)}"
        case And(parts):
            return _wrapped(" && ".join(_text(part, 2) for part in parts), 2, outer)
        case Or(parts):
            return _wrapped(" || ".join(_text(part, 1) for part in parts), 1, outer)


def _wrapped(inner: str, binding: int, outer: int) -> str:
    return f"({inner})" if binding < outer else inner


def _bare(side: str) -> str:
    if not side.startswith('"'):
        return side
    if side[1:-1] in _RANK:
        return side[1:-1]
    inner = side[1:-1].replace("\\", r"\\").replace('"', r"\"")
    return f'"{inner}"'
