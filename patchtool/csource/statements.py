"""C text at file scope as statements: comments, strings, directives and bodies taken out, lines kept.

A grammar loses whole functions to attribute macros and to branches of `#if` that open one brace twice;
counting parentheses and braces, and starting anew at a `}` in the first column, does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from patchtool.csource.words import spans

_INK = re.compile(rb"[^\n]")
_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(\w+)((?:\\\r?\n|[^\n])*)", re.M)
_NAME = re.compile(r"\s*([A-Za-z_]\w*)")
_TOKEN = re.compile(rb"\w+|\S")
_BRACE = re.compile(rb"\n\}|[{}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or one character of punctuation, `{}` for a whole braced block; `line` 1-based."""

    text: str
    line: int

    @property
    def is_name(self) -> bool:
        """True for an identifier or a keyword."""
        return self.text[0].isalpha() or self.text[0] == "_"


@dataclass(frozen=True, slots=True)
class Statement:
    """What stands at file scope up to a `;` (not included), or up to a function's body (`has_body`).

    Also the rest of the file behind the last of them.
    """

    tokens: tuple[Token, ...]
    has_body: bool


@dataclass(frozen=True, slots=True)
class Directive:
    """A preprocessor line, continuation lines joined; `name` and `rest` (all behind it) of a `#define`."""

    line: int
    keyword: str
    name: str
    rest: str


@lru_cache(maxsize=4)
def blanked(path: str, data: bytes) -> bytes:
    """The file with comments, strings and texts of `#error` as blanks; all offsets and lines stay."""
    pieces, at = [], 0
    for start, end, _ in spans(path, data):
        pieces += [data[at:start], _INK.sub(b" ", data[start:end])]
        at = end
    return b"".join([*pieces, data[at:]])


def directives(path: str, data: bytes) -> tuple[Directive, ...]:
    """All preprocessor lines in order; broken ones as far as they go."""
    found, line, counted = [], 1, 0
    text = blanked(path, data)
    for match in _DIRECTIVE.finditer(text):
        line += text.count(b"\n", counted, match.start())
        counted = match.start()
        keyword, rest = (part.decode("latin-1") for part in match.groups())
        name = _NAME.match(rest) if keyword == "define" else None
        found.append(
            Directive(line, keyword, name.group(1) if name else "", rest[name.end() :] if name else rest)
        )
    return tuple(found)


def statements(path: str, data: bytes) -> Iterator[Statement]:
    """The statements at file scope in order, of all branches of `#if` one after the other.

    Bodies and initialisers are passed over; `extern "C" {` is not. Linear in the file.
    """
    return _Reader(_DIRECTIVE.sub(lambda match: _INK.sub(b" ", match.group()), blanked(path, data))).read()


class _Reader:
    # Where the reading stands; `open` counts parentheses of the statement that is being read.

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.counted = 0
        self.open = 0
        self.assigned = False
        self.tokens: list[Token] = []

    def read(self) -> Iterator[Statement]:
        while (match := _TOKEN.search(self.text, self.at)) is not None:
            self.at = match.end()
            token = self._token(match)
            if self._starts_anew(match):
                yield self._take(has_body=False)
            if token.text == "{":
                if self._body():
                    yield self._take(has_body=True)
            elif token.text == ";":
                yield self._take(has_body=False)
            elif token.text == "}":
                self._take(has_body=False)
            else:
                self.open = max(0, self.open + {"(": 1, ")": -1}.get(token.text, 0))
                self.assigned = self.assigned or (token.text == "=" and not self.open)
                self.tokens.append(token)
        if self.tokens:
            yield self._take(has_body=False)

    # `static` and `extern` in the first column: what was open is a macro call without a semicolon, assembly
    # in a header, or an unbalanced branch.
    def _starts_anew(self, match: re.Match[bytes]) -> bool:
        at = match.start()
        first = at == 0 or self.text[at - 1 : at] == b"\n"
        return first and bool(self.tokens) and match.group() in (b"static", b"extern")

    def _token(self, match: re.Match[bytes]) -> Token:
        self.line += self.text.count(b"\n", self.counted, match.start())
        self.counted = match.start()
        return Token(match.group().decode("latin-1"), self.line)

    def _take(self, *, has_body: bool) -> Statement:
        taken = Statement(tuple(self.tokens), has_body)
        self.tokens = []
        self.open = 0
        self.assigned = False
        return taken

    # A brace at file scope; True if it was a function's body, which ends the statement.
    def _body(self) -> bool:
        texts = {token.text for token in self.tokens}
        if texts == {"extern"}:
            self.tokens = []
            return False
        self._skip()
        if not self.open and "(" in texts and not self.assigned:
            return True
        self.tokens.append(Token("{}", self.line))
        return False

    def _skip(self) -> None:
        depth = 1
        while depth and (match := _BRACE.search(self.text, self.at)) is not None:
            self.at = match.end()
            brace = match.group()
            depth = 0 if len(brace) == 2 else depth + (1 if brace == b"{" else -1)
        if depth:
            self.at = len(self.text)
