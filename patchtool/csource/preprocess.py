"""Conditional compilation resolved for one configuration, line numbers kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from patchtool.core.finding import Location
from patchtool.csource.condition import BadCondition, Condition, Macro

_COMMENT = re.compile(
    rb"""/\*.*?(?:\*/|\Z)|//(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL
)
_DEFINE = re.compile(r"([A-Za-z_]\w*)(\(([^)]*)\))?\s*(.*)", re.DOTALL)
_INCLUDE = re.compile(r'[<"]([^>"]+)[>"]')


class Symbols(Protocol):
    """The values of Kconfig symbols in one configuration."""

    def value(self, symbol: str) -> str:
        """`y`, `m`, a number or a string; `n` or "" where the symbol is off or unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Active:
    """What is left of a file: `text` has as many lines as the file, inactive ones and directives blank.

    `errors` are active `#error` lines and conditions that cannot be read; `unknown` names that counted as
    0 in a `#if` because no macro supplies them, with their place.
    """

    text: bytes
    errors: tuple[tuple[Location, str], ...]
    unknown: tuple[tuple[Location, str], ...]


@dataclass(frozen=True, slots=True)
class _Chunk:
    # A run of plain lines (verb "") or one directive, with its first line and how many lines it spans.
    verb: str
    text: str
    raw: bytes
    line: int
    lines: int


def _blank(match: re.Match[bytes]) -> bytes:
    text = match.group()
    if text[:1] in (b'"', b"'"):
        return text
    return re.sub(rb"[^\n]", b" ", text)


# Independent of the configuration, so kept: the same headers are read for every configuration and state.
@lru_cache(maxsize=2048)
def _chunks(text: bytes) -> tuple[_Chunk, ...]:
    lines = _COMMENT.sub(_blank, text.replace(b"\r\n", b"\n")).split(b"\n")
    found: list[_Chunk] = []
    plain: list[bytes] = []
    at = 0
    while at < len(lines):
        if not lines[at].lstrip().startswith(b"#"):
            plain.append(lines[at])
            at += 1
            continue
        if plain:
            found.append(_Chunk("", "", b"\n".join(plain), at - len(plain) + 1, len(plain)))
            plain = []
        last = at
        while lines[last].rstrip().endswith(b"\\") and last + 1 < len(lines):
            last += 1
        joined = b" ".join(line.rstrip().removesuffix(b"\\") for line in lines[at:last]) + b" " + lines[last]
        words = joined.decode("utf-8", "surrogateescape").strip()[1:].strip()
        verb = words[: len(words) - len(words.lstrip("abcdefghijklmnopqrstuvwxyz_"))]
        found.append(_Chunk(verb or "#", words[len(verb) :].strip(), b"", at + 1, last - at + 1))
        at = last + 1
    if plain:
        found.append(_Chunk("", "", b"\n".join(plain), at - len(plain) + 1, len(plain)))
    return tuple(found)


def config_macro(name: str, symbols: Symbols) -> Macro | None:
    """The macro that a `CONFIG_X` or `CONFIG_X_MODULE` name stands for; None where it is not defined."""
    symbol = name.removeprefix("CONFIG_")
    value = symbols.value(symbol)
    if value == "y":
        return Macro(name, None, "1")
    if value in ("n", "m", ""):
        module = symbol.removesuffix("_MODULE")
        return Macro(name, None, "1") if module != symbol and symbols.value(module) == "m" else None
    return Macro(name, None, value)


class Macros:
    """The macros at one point of a translation unit; `CONFIG_` names are looked up in the configuration."""

    def __init__(self, symbols: Symbols, start: dict[str, Macro] | None = None) -> None:
        self.symbols = symbols
        self.named: dict[str, Macro] = dict(start or {})
        self._config: dict[str, Macro | None] = {}

    def copy(self) -> Macros:
        """An independent copy, for another translation unit with the same headers."""
        return Macros(self.symbols, self.named)

    def get(self, name: str, /) -> Macro | None:
        """The macro in force; None where the name is not defined."""
        if not name.startswith("CONFIG_") or name in self.named:
            return self.named.get(name)
        if name not in self._config:
            self._config[name] = config_macro(name, self.symbols)
        return self._config[name]

    def define(self, macro: Macro) -> None:
        """`#define`: replaces an earlier macro of that name."""
        self.named[macro.name] = macro

    def undefine(self, name: str) -> None:
        """`#undef`: nothing happens where the name is not defined."""
        self.named.pop(name, None)


@dataclass(slots=True)
class _Branch:
    # One open #if: was the outside active, is this branch, and has one been taken already?
    outside: bool
    active: bool
    taken: bool
    line: int


class _Reader:
    # Goes over one file's chunks in order; directives of inactive parts only keep the nesting.
    def __init__(self, path: str, macros: Macros, include: Callable[[str, int], None]) -> None:
        self.path = path
        self.macros = macros
        self.include = include
        self.open: list[_Branch] = []
        self.out: list[bytes] = []
        self.errors: list[tuple[Location, str]] = []
        self.unknown: list[tuple[Location, str]] = []

    @property
    def active(self) -> bool:
        return not self.open or self.open[-1].active

    def read(self, chunks: tuple[_Chunk, ...]) -> Active:
        for chunk in chunks:
            if not chunk.verb:
                self.out.append(chunk.raw if self.active else b"\n" * (chunk.lines - 1))
                continue
            self.out.append(b"\n" * (chunk.lines - 1))
            if chunk.verb in ("if", "ifdef", "ifndef", "elif", "else", "endif"):
                self._nest(chunk)
            elif self.active:
                self._obey(chunk)
        for branch in self.open:
            self._error(branch.line, "#if without #endif")
        return Active(b"\n".join(self.out), tuple(self.errors), tuple(self.unknown))

    def _error(self, line: int, text: str) -> None:
        self.errors.append((Location(self.path, line), text))

    def _nest(self, chunk: _Chunk) -> None:
        if chunk.verb in ("if", "ifdef", "ifndef"):
            active = self.active and self._holds(chunk)
            self.open.append(_Branch(self.active, active, active, chunk.line))
        elif not self.open:
            self._error(chunk.line, f"#{chunk.verb} without #if")
        elif chunk.verb == "endif":
            self.open.pop()
        else:
            branch = self.open[-1]
            wanted = branch.outside and not branch.taken
            branch.active = wanted and (chunk.verb == "else" or self._holds(chunk))
            branch.taken = branch.taken or branch.active

    def _holds(self, chunk: _Chunk) -> bool:
        if chunk.verb in ("ifdef", "ifndef"):
            name = chunk.text.split()[0] if chunk.text else ""
            return (self.macros.get(name) is not None) == (chunk.verb == "ifdef")
        condition = Condition(self.macros)
        try:
            return bool(condition.value(chunk.text))
        except BadCondition as error:
            self._error(chunk.line, error.message)
            return False
        finally:
            place = Location(self.path, chunk.line)
            self.unknown += [(place, name) for name in sorted(condition.unknown)]

    def _obey(self, chunk: _Chunk) -> None:
        if chunk.verb == "define":
            match = _DEFINE.match(chunk.text)
            if match:
                name, has, params, body = match.groups()
                names = tuple(p.strip() for p in params.split(",") if p.strip()) if has else None
                self.macros.define(Macro(name, names, body.strip(), self.path, chunk.line))
        elif chunk.verb == "undef":
            self.macros.undefine(chunk.text.split()[0] if chunk.text else "")
        elif chunk.verb == "include":
            match = _INCLUDE.match(chunk.text)
            if match:
                self.include(chunk.text[: match.end()], chunk.line)
        elif chunk.verb == "error":
            self._error(chunk.line, f"#error {chunk.text}")


def active(path: str, text: bytes, macros: Macros, include: Callable[[str, int], None]) -> Active:
    """Resolve a file's conditionals; `macros` is brought to its state at the file's end.

    `include` is called at each active `#include "x"` or `<x>`, in order, with the name as written (quotes or
    brackets kept) and its line, so that the caller can read the file into the same `macros`. A computed
    include is passed over. What a line continues with a backslash counts as one line; output lines stay
    where they were. Comments are blanked. Does not see `#` operators or `_Pragma`.
    """
    return _Reader(path, macros, include).read(_chunks(text))
