"""`#if` expressions read into terms, once each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from patchtool.csource.condition import BadCondition, tokens

_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"),
    ("+", "-"), ("*", "/", "%"),
)  # fmt: skip
TESTS = frozenset({"defined", "IS_ENABLED", "IS_BUILTIN", "IS_MODULE", "IS_REACHABLE"})
CONFIG = "CONFIG_"


@dataclass(frozen=True, slots=True)
class Term:
    """One node of a condition: `op` with `parts`, or a leaf (`number`, `name`, a test) with its `word`."""

    op: str
    word: str = ""
    parts: tuple[Term, ...] = ()
    arguments: tuple[str, ...] = ()


@lru_cache(maxsize=16384)
def parsed(text: str) -> Term | None:
    """The condition's terms; None where it cannot be read."""
    try:
        return _Parser(tokens(text)).whole()
    except (BadCondition, RecursionError):
        return None


@lru_cache(maxsize=16384)
def is_fixed(text: str) -> bool:
    """Whether a condition hangs on nothing but tests of Kconfig symbols: no macro has a say in it."""
    term = parsed(text)
    return term is not None and _is_fixed(term)


def _is_fixed(term: Term) -> bool:
    if term.op in TESTS:
        return term.word.startswith(CONFIG)
    return term.op in ("&&", "||", "unary!") and all(map(_is_fixed, term.parts))


class _Parser:
    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0

    def whole(self) -> Term:
        term = self._ternary()
        if self.at < len(self.words):
            raise BadCondition(f"stray `{self.words[self.at]}` in a preprocessor condition")
        return term

    def _next(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def _take(self) -> str:
        word = self._next()
        if not word:
            raise BadCondition("a preprocessor condition ends too early")
        self.at += 1
        return word

    def _expect(self, word: str) -> None:
        if self._take() != word:
            raise BadCondition(f"a `{word}` is missing in a preprocessor condition")

    def _ternary(self) -> Term:
        test = self._binary(0)
        if self._next() != "?":
            return test
        self.at += 1
        first = self._ternary()
        self._expect(":")
        return Term("?", parts=(test, first, self._ternary()))

    def _binary(self, level: int) -> Term:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._next() in _LEVELS[level]:
            op = self._take()
            left = Term(op, parts=(left, self._binary(level + 1)))
        return left

    def _unary(self) -> Term:
        word = self._take()
        if word == "(":
            inner = self._ternary()
            self._expect(")")
            return inner
        if word in ("!", "-", "+", "~"):
            return Term(f"unary{word}", parts=(self._unary(),))
        if word in TESTS:
            return self._test(word)
        if word[0].isdigit() or word[0] == "'":
            return Term("number", word)
        if not (word[0].isalpha() or word[0] == "_"):
            raise BadCondition(f"stray `{word}` in a preprocessor condition")
        return Term("call", word, arguments=self._arguments()) if self._next() == "(" else Term("name", word)

    def _test(self, word: str) -> Term:
        bracket = self._next() == "("
        self.at += bracket
        name = self._take()
        if bracket:
            self._expect(")")
        return Term(word, name)

    def _arguments(self) -> tuple[str, ...]:
        self._expect("(")
        found: list[list[str]] = [[]]
        depth = 0
        while (word := self._take()) != ")" or depth:
            depth += (word == "(") - (word == ")")
            if word == "," and not depth:
                found.append([])
            else:
                found[-1].append(word)
        return tuple(" ".join(words) for words in found)
