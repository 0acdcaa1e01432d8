"""A C file as the preprocessor sees it before any value is known: regions, their conditions, and
directives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from patchtool.csource.condition import Macro

_NOISE = re.compile(
    rb"""/\*.*?(?:\*/|\Z)|//(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL
)
_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*([a-z_]+)((?:\\\n|[^\n])*)", re.M)
_DEFINE = re.compile(r"([A-Za-z_]\w*)(\(([^)]*)\))?\s*(.*)", re.DOTALL)
_INCLUDE = re.compile(r'\s*("[^"]+"|<[^>]+>)')
_GUARD = re.compile(r"!\s*defined\s*\(?\s*([A-Za-z_]\w*)\s*\)?\s*\Z")
_OPENING = frozenset({"if", "ifdef", "ifndef"})


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Lines `first` to `last` (1-based, inclusive) without a condition, an include or an #error between.

    `changes` are the macros that its directives define (None: undefine), in order.
    """

    first: int
    last: int
    changes: tuple[tuple[str, Macro | None], ...]


@dataclass(frozen=True, slots=True)
class Include:
    """`spec` as written, quotes or brackets kept; "" for a computed include."""

    spec: str
    line: int


@dataclass(frozen=True, slots=True)
class Error:
    """A line `#error text`."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What stands under one `#if`, `#elif` or `#else` (`condition` None). An #ifdef is `defined X`."""

    condition: str | None
    line: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An `#if` with its branches in order; at most one of them is taken."""

    branches: tuple[Branch, ...]


Item: TypeAlias = Segment | Include | Error | Choice


@dataclass(frozen=True, slots=True)
class Layout:
    """`once`: a second inclusion gives nothing (an include guard, #pragma once). `broken` is the first line
    of an #if without #endif or of the reverse, 0 for none."""

    items: tuple[Item, ...]
    once: bool
    broken: int = 0


@dataclass(slots=True)
class _Open:
    # One #if that is being read: its finished branches, and the one under way.
    line: int
    condition: str | None
    items: list[Item] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    def close(self) -> None:
        self.branches.append(Branch(self.condition, self.line, tuple(self.items)))


def _blank(match: re.Match[bytes]) -> bytes:
    text = match.group()
    if text[:1] in (b'"', b"'"):
        return text if b"\n" not in text else b'""' + b"\n" * text.count(b"\n")
    return b" " + b"\n" * text.count(b"\n")


@lru_cache(maxsize=8192)
def layout(path: str, data: bytes) -> Layout:
    """The file's regions; never fails, see `Layout.broken`. Linear, about a millisecond a file; kept."""
    return _Reader(path, _NOISE.sub(_blank, data.replace(b"\r\n", b"\n"))).read()


def macros(path: str, data: bytes) -> frozenset[str]:
    """The names that a file defines as macros, under whatever condition."""
    return frozenset(_defines(layout(path, data).items))


def _defines(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Segment):
            yield from (name for name, macro in item.changes if macro is not None)
        elif isinstance(item, Choice):
            for branch in item.branches:
                yield from _defines(branch.items)


class _Reader:
    # Goes from directive to directive; what lies between are the segments' lines.
    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.stack = [_Open(0, None)]
        self.first = 1
        self.changes: list[tuple[str, Macro | None]] = []
        self.once = False
        self.broken = 0

    def read(self) -> Layout:
        line, counted = 1, 0
        for match in _DIRECTIVE.finditer(self.text):
            line += self.text.count(b"\n", counted, match.start())
            counted = match.start()
            rest = match.group(2)
            lines = rest.count(b"\n") + 1
            words = rest.replace(b"\\\n", b" ").decode("utf-8", "surrogateescape").strip()
            self._directive(match.group(1).decode(), words, line, lines)
        self._flush(line + self.text.count(b"\n", counted))
        while len(self.stack) > 1:
            self.broken = self.broken or self.stack[-1].line
            self._end()
        items = tuple(self.stack[0].items)
        inner = _guarded(items)
        return Layout(inner or items, self.once or inner is not None, self.broken)

    def _directive(self, verb: str, words: str, line: int, lines: int) -> None:
        if verb == "define":
            self.changes += _defined(words, self.path, line)
        elif verb == "undef":
            self.changes += [(name, None) for name in words.split()[:1]]
        elif verb in ("include", "include_next", "error"):
            self._flush(line - 1)
            self.stack[-1].items.append(Error(words, line) if verb == "error" else _include(words, line))
            self.first = line + lines
        elif verb == "pragma":
            self.once = self.once or words.split() == ["once"]
        elif verb in _OPENING or verb in ("elif", "else", "endif"):
            self._flush(line - 1)
            self._nest(verb, words, line)
            self.first = line + lines

    def _flush(self, last: int) -> None:
        if last >= self.first:
            self.stack[-1].items.append(Segment(self.first, last, tuple(self.changes)))
        self.changes = []
        self.first = last + 1

    def _nest(self, verb: str, words: str, line: int) -> None:
        if verb in _OPENING:
            name = words.split()[0] if words else "0"
            test = {"if": words, "ifdef": f"defined({name})", "ifndef": f"!defined({name})"}[verb]
            self.stack.append(_Open(line, test))
        elif len(self.stack) == 1:
            self.broken = self.broken or line
        elif verb == "endif":
            self._end()
        else:
            top = self.stack[-1]
            top.close()
            top.line, top.condition, top.items = line, words if verb == "elif" else None, []

    def _end(self) -> None:
        done = self.stack.pop()
        done.close()
        self.stack[-1].items.append(Choice(tuple(done.branches)))


def _defined(words: str, path: str, line: int) -> Iterator[tuple[str, Macro | None]]:
    match = _DEFINE.match(words)
    if match:
        name, has, params, body = match.groups()
        names = tuple(p.strip() for p in params.split(",") if p.strip()) if has else None
        yield name, Macro(name, names, body.strip(), path, line)


def _include(words: str, line: int) -> Include:
    match = _INCLUDE.match(words)
    return Include(match.group(1) if match else "", line)


# What an include guard surrounds; None where the file has none. Text outside of it is comments.
def _guarded(items: tuple[Item, ...]) -> tuple[Item, ...] | None:
    real = [item for item in items if not isinstance(item, Segment) or item.changes]
    if len(real) != 1 or not isinstance(real[0], Choice) or len(real[0].branches) != 1:
        return None
    branch = real[0].branches[0]
    guard = _GUARD.match(branch.condition or "")
    head = branch.items[0] if branch.items else None
    if guard is None or not isinstance(head, Segment) or guard.group(1) not in dict(head.changes):
        return None
    return branch.items
