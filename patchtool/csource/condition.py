"""The value of a `#if` expression under one set of macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from patchtool.core.errors import PatchtoolError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]+|\d+)[uUlL]*|(?P<name>[A-Za-z_]\w*)|(?P<char>'[^']*')"
    r"|(?P<op>##|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%!~<>()&|^?:,]))"
)
# A real condition takes some ten; macros that double each other would never end.
_EXPANSIONS = 10_000
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("|",), ("^",), ("&",), ("==", "!="), ("<", ">", "<=", ">="), ("<<", ">>"),
    ("+", "-"), ("*", "/", "%"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Macro:
    """One `#define`. `params` is None for an object-like macro; `line` 1-based, 0 for a predefined one."""

    name: str
    params: tuple[str, ...] | None
    body: str
    path: str = ""
    line: int = 0


class Lookup(Protocol):
    """Where a macro is looked up by name; a dict of macros is one."""

    def get(self, name: str, /) -> Macro | None:
        """The macro in force; None where the name is not defined."""
        ...


class BadCondition(PatchtoolError):
    """A `#if` expression that cannot be evaluated."""


def _quotient(a: int, b: int) -> int:
    if b == 0:
        raise BadCondition("division by zero in a preprocessor condition")
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


# No more than a number has: a shift by a million would fill the memory.
def _places(by: int) -> int:
    if by < 0:
        raise BadCondition("a shift by a negative number in a preprocessor condition")
    return min(by, 64)


# Of two integers; BadCondition for what C leaves undefined.
BINARY: Mapping[str, Callable[[int, int], int]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << _places(b),
    ">>": lambda a, b: a >> _places(b),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "%": lambda a, b: a - b * _quotient(a, b),
}
# What include/linux/kconfig.h makes of a symbol's two macros, X and X_MODULE.
_KCONFIG: Mapping[str, Callable[[bool, bool], bool]] = {
    "IS_ENABLED": lambda builtin, module: builtin or module,
    "IS_BUILTIN": lambda builtin, module: builtin,
    "IS_MODULE": lambda builtin, module: module,
    "IS_REACHABLE": lambda builtin, module: builtin or module,
}


def tokens(text: str) -> list[str]:
    """The expression's tokens; integer suffixes are dropped.

    Raises:
        BadCondition: a character that no expression has.
    """
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadCondition(f"cannot read `{text[at:].strip()}` in a preprocessor condition")
        found.append(match.group("number") or match.group().strip())
        at = match.end()
    return found


class Condition:
    """Evaluates `#if` expressions; `unknown` collects the names that counted as 0 for want of a macro."""

    def __init__(self, macros: Lookup) -> None:
        self.macros = macros
        self.unknown: set[str] = set()
        self._rest: list[str] = []
        self._expanded = 0

    def value(self, text: str) -> int:
        """The expression's integer value.

        Raises:
            BadCondition: the text is no expression, or divides by zero.
        """
        self._expanded = 0
        try:
            self._rest = self._expand(tokens(text), frozenset())
            result = self._ternary()
        except RecursionError as error:
            raise BadCondition("a preprocessor condition nests too deep") from error
        if self._rest:
            raise BadCondition(f"stray `{self._rest[0]}` in a preprocessor condition")
        return result

    # Macros are replaced by tokens before evaluation, as the standard says; `defined X` is not.
    def _expand(self, words: list[str], hidden: frozenset[str]) -> list[str]:
        out: list[str] = []
        while words:
            word = words.pop(0)
            if word == "defined" or word in _KCONFIG:
                out.append(self._test(word, words))
                continue
            macro = self.macros.get(word)
            if macro is None or word in hidden or (macro.params is not None and words[:1] != ["("]):
                out.append(word)
                continue
            body = tokens(macro.body)
            self._expanded += 1
            if self._expanded > _EXPANSIONS:
                raise BadCondition(f"more than {_EXPANSIONS} macro expansions in a preprocessor condition")
            if macro.params is not None:
                given = dict(zip(macro.params, _arguments(words), strict=False))
                body = _pasted([part for token in body for part in given.get(token, [token])])
            out += self._expand(body, hidden | {word})
        return out

    def _test(self, word: str, words: list[str]) -> str:
        name = _arguments(words)[0] if words[:1] == ["("] else [words.pop(0)] if words else []
        if len(name) != 1:
            raise BadCondition(f"`{word}` without one name in a preprocessor condition")
        if word == "defined":
            return str(int(self._defined(name[0])))
        return str(int(_KCONFIG[word](self._defined(name[0]), self._defined(f"{name[0]}_MODULE"))))

    def _defined(self, name: str) -> bool:
        return self.macros.get(name) is not None

    def _take(self, word: str) -> bool:
        if self._rest[:1] == [word]:
            self._rest.pop(0)
            return True
        return False

    def _ternary(self) -> int:
        test = self._binary(0)
        if not self._take("?"):
            return test
        first = self._ternary()
        if not self._take(":"):
            raise BadCondition("`?` without `:` in a preprocessor condition")
        second = self._ternary()
        return first if test else second

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._rest and self._rest[0] in _LEVELS[level]:
            op = self._rest.pop(0)
            right = self._binary(level + 1)
            if op in ("&&", "||"):
                left = int(bool(left and right) if op == "&&" else bool(left or right))
            else:
                left = BINARY[op](left, right)
        return left

    def _unary(self) -> int:
        if not self._rest:
            raise BadCondition("a preprocessor condition ends too early")
        word = self._rest.pop(0)
        if word == "(":
            inner = self._ternary()
            if not self._take(")"):
                raise BadCondition("a `)` is missing in a preprocessor condition")
            return inner
        if word in ("!", "-", "+", "~"):
            inner = self._unary()
            return {"!": int(not inner), "-": -inner, "+": inner, "~": ~inner}[word]
        return self._atom(word)

    def _atom(self, word: str) -> int:
        if word[0].isdigit():
            return int(word, 16) if word[:2] in ("0x", "0X") else int(word, 8 if word.startswith("0") else 10)
        if word[0] == "'":
            return ord(word[1]) if len(word) == 3 else 0
        if not word[0].isalpha() and word[0] != "_":
            raise BadCondition(f"stray `{word}` in a preprocessor condition")
        if self._rest[:1] == ["("]:  # a function-like test that no header supplies, __has_attribute(x)
            _arguments(self._rest)
        if not word.startswith("CONFIG_"):  # an unset symbol is 0 by design
            self.unknown.add(word)
        return 0


# `1 ## UL` is one token; most bodies have none to paste.
def _pasted(words: list[str]) -> list[str]:
    return tokens(" ".join(words).replace(" ## ", "")) if "##" in words else words


# Takes `( a , b )` off the front: the arguments' tokens, nested parentheses kept whole.
def _arguments(words: list[str]) -> list[list[str]]:
    words.pop(0)
    found: list[list[str]] = [[]]
    depth = 0
    while words:
        word = words.pop(0)
        if word == ")" and depth == 0:
            return found
        depth += (word == "(") - (word == ")")
        if word == "," and depth == 0:
            found.append([])
        else:
            found[-1].append(word)
    raise BadCondition("a `)` is missing in a preprocessor condition")
