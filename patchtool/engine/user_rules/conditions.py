"""Conditions as expressions over Kconfig symbols: those that users write, and those of `#if` lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from patchtool.core.errors import PatchtoolError
from patchtool.core.expr import Compare, Expr, M, N, Sym, Y, both, either, is_enabled, is_set, negated
from patchtool.csource.building.terms import Term, parsed

_TOKEN = re.compile(r"\s*(&&|\|\||!=|<=|>=|[!=<>()]|\w+|\"[^\"]*\"|\S)")
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_CONFIG = "CONFIG_"


class BadExpression(PatchtoolError):
    """A text that is no Kconfig expression; `column` is 1-based."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


def kconfig_expression(text: str) -> Expr:
    """The expression of a text in Kconfig's own form: `SMP && !MMU`, `A = y`; symbols without CONFIG_.

    Raises BadExpression.
    """
    return _Parser(text).whole()


def guard(conditions: Iterable[str]) -> Expr:
    """What Kconfig symbols must be for code under these `#if` conditions; what else they test is left open.

    Conditions as `csource.enclosing` gives them. Y where nothing is asked of a symbol.
    """
    terms = [term for text in conditions if (term := parsed(text)) is not None]
    found = [_told(part) for term in terms for part in _conjunction(term)]
    return both(*(one for one in found if one is not None))


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = [(match[1], match.start(1) + 1) for match in _TOKEN.finditer(text)]
        self._end = len(text) + 1
        self._at = 0

    def whole(self) -> Expr:
        found = self._either()
        if self._next():
            raise BadExpression(f"stray `{self._next()}` in a condition", self._column())
        return found

    def _next(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _column(self) -> int:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else self._end

    def _either(self) -> Expr:
        parts = [self._both()]
        while self._next() == "||":
            self._at += 1
            parts.append(self._both())
        return either(*parts)

    def _both(self) -> Expr:
        parts = [self._one()]
        while self._next() == "&&":
            self._at += 1
            parts.append(self._one())
        return both(*parts)

    def _one(self) -> Expr:
        word = self._next()
        if word == "!":
            self._at += 1
            return negated(self._one())
        if word == "(":
            self._at += 1
            inner = self._either()
            if self._next() != ")":
                raise BadExpression("a `)` is missing in a condition", self._column())
            self._at += 1
            return inner
        return self._compared(self._word())

    def _compared(self, left: str) -> Expr:
        op = self._next()
        if op in _COMPARISONS:
            self._at += 1
            return Compare(_operand(left), op, _operand(self._word()))
        return {"y": Y, "m": M, "n": N}.get(left, Sym(left))

    def _word(self) -> str:
        word = self._next()
        if not re.fullmatch(r"\w+|\"[^\"]*\"", word):
            what = f"`{word}`" if word else "the end"
            raise BadExpression(f"a symbol is wanted in a condition, not {what}", self._column())
        if word.startswith(_CONFIG):
            raise BadExpression("symbols stand without CONFIG_ in a condition", self._column())
        self._at += 1
        return word


# A letter or a number stands for itself, any other word for a symbol.
def _operand(word: str) -> str:
    return f'"{word}"' if word in ("y", "m", "n") or word[0].isdigit() else word


def _conjunction(term: Term) -> Iterator[Term]:
    if term.op == "&&":
        for part in term.parts:
            yield from _conjunction(part)
    else:
        yield term


# What a term asks of Kconfig; None where it asks something else as well and nothing can be said.
def _told(term: Term) -> Expr | None:
    parts = [_told(part) for part in term.parts]
    if term.op == "unary!":
        return negated(parts[0]) if parts[0] is not None else None
    if term.op in ("&&", "||"):
        known = [part for part in parts if part is not None]
        join = both if term.op == "&&" else either
        return join(*known) if len(known) == len(parts) else None
    name = term.word.removeprefix(_CONFIG)
    if not term.word.startswith(_CONFIG) or name.endswith("_MODULE"):
        return None
    return is_enabled(name) if term.op in ("IS_ENABLED", "IS_REACHABLE") else is_set(name)
