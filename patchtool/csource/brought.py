"""The names that a version of a C file brings to others, and those that some of its lines need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from patchtool.csource.enclosing import enclosing
from patchtool.csource.places import declared
from patchtool.csource.statements import blanked, directives
from patchtool.csource.visibility.uses import Use, UseKind, uses

_SYMBOL = re.compile(r"\bCONFIG_(\w+)")


@lru_cache(maxsize=2048)
def brought(path: str, data: bytes) -> Mapping[str, int]:
    """The names that a file declares or defines, with the first line (1-based) of each.

    Functions, objects, types, enumerators, and macros as they are; members as `T.x` by the tag of their
    structure, `T.()` where a macro stands in it as if it were one. Linear; kept.
    """
    found = {
        name: lines[0]
        for name, lines in declared(path, data).items()
        if not name.startswith((".", "struct "))
    }
    for directive in directives(path, data):
        if directive.name:
            found.setdefault(directive.name, directive.line)
    return MappingProxyType(found)


def needed(path: str, data: bytes, lines: frozenset[int]) -> tuple[Use, ...]:
    """The names that some lines of a file use, each once, its first line: see `uses.uses`.

    Without those that the code around declares in a way that `uses` does not take for a declaration.
    """
    found: dict[tuple[str, str, bool], Use] = {}
    for use in uses(path, data, lines):
        if use.kind is not UseKind.NAME or not _is_local(data, use.name):
            found.setdefault((use.owner, use.name, use.kind is UseKind.MEMBER), use)
    return tuple(found.values())


def still_used(path: str, data: bytes, use: Use) -> int:
    """The first line on which a file uses what another version of it used; 0 where it does not."""
    words = re.compile(rb"\b" + re.escape(use.name.encode()) + rb"\b")
    lines = frozenset(n for n, line in enumerate(blanked(path, data).split(b"\n"), 1) if words.search(line))
    same = (
        one
        for one in uses(path, data, lines)
        if (one.name, one.owner, one.macro) == (use.name, use.owner, use.macro)
    )
    return next((one.line for one in same), 0)


def wants(path: str, data: bytes, line: int) -> frozenset[str]:
    """The words of the `#if` lines around a line: CONFIG_ symbols, and every macro that they test."""
    around = enclosing(path, data, line)
    return frozenset(word for text in around for word in re.findall(r"[A-Za-z_]\w*", text)) - {"defined"}


def symbols_in(words: Iterable[str]) -> Iterator[str]:
    """Of some words the Kconfig symbols, without CONFIG_."""
    for word in words:
        match = _SYMBOL.fullmatch(word)
        if match:
            yield match.group(1).removesuffix("_MODULE")


# `T name =`, `T *name;`, `T name[`, `T name)`, and a label.
def _is_local(data: bytes, name: str) -> bool:
    word = re.escape(name.encode())
    return bool(
        re.search(rb"(?:[\w*]\s+|\*)\**" + word + rb"\s*(?:=[^=]|;|,|\[|\))", _without_return(data, word))
    )


def _without_return(data: bytes, word: bytes) -> bytes:
    return re.sub(rb"\b(?:return|else|case|goto|sizeof)\s+\**" + word, b"", data)
