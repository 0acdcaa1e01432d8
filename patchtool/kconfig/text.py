"""A tolerant, line-numbered reading of one Kconfig file: which symbol stands where, behind which keyword."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from patchtool.core.tree import Use, UseKind

_TYPES = frozenset({"bool", "boolean", "tristate", "int", "hex", "string", "prompt"})
_DEFINING = frozenset({"config", "menuconfig"})
_VERBS = frozenset(
    {"select", "imply", "depends", "default", "range", "visible", "if", "def_bool", "def_tristate", "choice"}
    | {"def_int", "def_hex", "def_string"}
)
# Lines that name files, texts or attributes, never symbols.
_SILENT = frozenset(
    {"source", "rsource", "osource", "orsource", "gsource", "grsource", "mainmenu", "menu", "comment"}
    | {"endmenu", "endif", "endchoice", "optional", "option", "modules", "transitional", "allnoconfig_y"}
)
_HELP = frozenset({"help", "---help---"})
_GLUE = frozenset({"on", "if", "y", "m", "n"})

_TOKEN = re.compile(
    r"""(?P<comment>\#.*)|(?P<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?P<macro>\$\()|(?P<word>[\w-]+)""",
    re.S | re.A,
)
_FIRST = re.compile(r"[ \t]*([\w-]+)")
_ASSIGNMENT = re.compile(r"[ \t]*[A-Za-z0-9_-]+[ \t]*(?::=|\+=|=)")
_MACRO_LINE = re.compile(r"[ \t]*\$")
_NUMBER = re.compile(r"-?\d+\Z|0[xX][0-9a-fA-F]+\Z")
_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9_]+")
_HYPHENED = re.compile(r"[A-Za-z0-9_-]+")
_ENTRY = re.compile(r"[ \t]*(?:menu)?config[ \t]+([A-Za-z0-9_]+)")
_SHOUTED = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+\Z")

_Prose = Callable[[str], str]


class _Region(Enum):
    STATEMENT = auto()
    CONTINUED = auto()
    HELP_KEYWORD = auto()
    HELP = auto()


@dataclass(frozen=True, slots=True)
class _Hit:
    symbol: str
    kind: UseKind
    verb: str = ""


def scan(path: str, data: bytes, symbols: Collection[str] | None = None) -> tuple[Use, ...]:
    """Every symbol occurrence of a Kconfig file, in line order; equal occurrences on one line are one.

    `verb` is `if` for the symbols of a condition (`select X if Y` gives `select` for X, `if` for Y),
    `prompt-if` for the condition of a prompt, the line's own keyword otherwise, "" behind a keyword that
    is not known. In help texts and comments a word counts where it is written `CONFIG_X`, or in capitals
    with an underscore and at least four letters; with `symbols` given, where it is one of them (and only
    they are returned). In quoted strings `CONFIG_X` counts, as STRING. Never fails on broken input;
    bytes that are not UTF-8 are kept as surrogate escapes.

    Does not see symbols that a macro call (`$(...)`) makes, nor what `source` brings in.
    Help ends as in scripts/kconfig/lexer.l: at the first line indented less than its first line.
    """
    prose = _guess if symbols is None else _known(symbols)
    found: dict[Use, None] = {}
    for line, text, hits in _lines(data.decode("utf-8", "surrogateescape"), prose, symbols):
        for hit in hits:
            if symbols is None or hit.symbol in symbols:
                found[Use(path, line, hit.symbol, hit.kind, text, hit.verb)] = None
    return tuple(found)


def definitions(data: bytes) -> tuple[tuple[str, int], ...]:
    """(symbol, line) of every `config` and `menuconfig` entry, in file order."""
    lines = _regions(data.decode("utf-8", "surrogateescape"))
    entries = (
        (number, _ENTRY.match(text))
        for number, text, region, verb in lines
        if region is _Region.STATEMENT and verb in _DEFINING
    )
    return tuple((found[1], number) for number, found in entries if found)


# A word of prose that looks like a symbol, without CONFIG_; "" for any other word.
def _guess(word: str) -> str:
    if word.startswith("CONFIG_"):
        bare = word.removeprefix("CONFIG_")
        return "" if bare.endswith("_") else bare
    letters = sum(c.isalpha() for c in word)
    return word if letters >= 4 and _SHOUTED.match(word) else ""


def _known(symbols: Collection[str]) -> _Prose:
    wanted = frozenset(symbols)

    def known(word: str) -> str:
        bare = word.removeprefix("CONFIG_")
        return bare if bare in wanted else ""

    return known


def _lines(source: str, prose: _Prose, only: Collection[str] | None) -> Iterator[tuple[int, str, list[_Hit]]]:
    for number, text, region, verb in _regions(source):
        if only is not None and not _names_any(text, only):
            continue
        if region is _Region.HELP:
            yield number, text, _prose_hits(text, UseKind.HELP, prose)
        elif region is _Region.HELP_KEYWORD:
            yield number, text, _comment_hits(text, prose)
        else:
            yield number, text, _statement_hits(text, verb, region is _Region.CONTINUED, prose)


# A name may begin with CONFIG_ itself, and have a hyphen in it.
def _names_any(text: str, symbols: Collection[str]) -> bool:
    words = (*_WORD.findall(text), *(_HYPHENED.findall(text) if "-" in text else ()))
    return any(word in symbols or word.removeprefix("CONFIG_") in symbols for word in words)


def _regions(source: str) -> Iterator[tuple[int, str, _Region, str]]:
    # Each line with what it is part of and, in a statement, its keyword.
    # `column` is the help text's indentation: -1 outside of help, 0 before its first line.
    column, verb, joined = -1, "", False
    for number, raw in enumerate(source.split("\n"), 1):
        text = raw.rstrip("\r")
        if column >= 0:
            indent = _indentation(text)
            if indent is None or indent >= max(column, 1):
                column = column or indent or 0
                yield number, text, _Region.HELP, ""
                continue
            column = -1
        if not joined:
            first = _FIRST.match(text)
            verb = first[1] if first else ""
            if verb in _HELP:
                column = 0
                yield number, text, _Region.HELP_KEYWORD, verb
                continue
        yield number, text, _Region.CONTINUED if joined else _Region.STATEMENT, verb
        joined = text.endswith("\\")


# Columns of leading blanks with tabs at 8; None for a blank line, which never ends a help text.
def _indentation(text: str) -> int | None:
    spread = text.expandtabs(8)
    return len(spread) - len(spread.lstrip(" ")) if spread.strip() else None


def _prose_hits(text: str, kind: UseKind, prose: _Prose) -> list[_Hit]:
    return [_Hit(symbol, kind) for word in _WORD.findall(text) if (symbol := prose(word))]


def _comment_hits(text: str, prose: _Prose) -> list[_Hit]:
    return _prose_hits(text.partition("#")[2], UseKind.COMMENT, prose)


def _statement_hits(text: str, verb: str, joined: bool, prose: _Prose) -> list[_Hit]:
    if not joined and (_MACRO_LINE.match(text) or _ASSIGNMENT.match(text)):
        return []
    hits: list[_Hit] = []
    state = verb
    for index, (kind, token) in enumerate(_tokens(text)):
        if kind == "comment":
            hits += _prose_hits(token, UseKind.COMMENT, prose)
        elif kind == "string":
            named = " ".join(word for word in _WORD.findall(token) if word.startswith("CONFIG_"))
            hits += _prose_hits(named, UseKind.STRING, prose)
        elif index == 0 and verb and not joined:
            continue
        elif token == "if":
            state = _condition(verb)
        elif (hit := _word_hit(token, verb, state)) is not None:
            hits.append(hit)
    return hits


# What stands behind `if` on a line: the condition of a prompt, of a `visible`, of a block, of a property.
def _condition(verb: str) -> str:
    if verb in _TYPES:
        return "prompt-if"
    return verb if verb == "visible" else "if"


def _word_hit(token: str, verb: str, state: str) -> _Hit | None:
    if token in _GLUE or _NUMBER.match(token) or not token.strip("-"):
        return None
    if verb in _DEFINING:
        return _Hit(token, UseKind.DEFINITION)
    if verb in _SILENT:
        return None
    if verb in _TYPES and state != "prompt-if":
        return None
    known = verb in _VERBS or verb in _TYPES
    if not known and not token.isupper():
        return None
    return _Hit(token, UseKind.KCONFIG, state if known else "")


# Comments, strings and words in order; macro calls are skipped with their arguments.
def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        at = match.end()
        if match.lastgroup == "macro":
            at = _macro_end(text, at)
        else:
            yield match.lastgroup or "", match.group()


def _macro_end(text: str, at: int) -> int:
    depth = 1
    while at < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at
