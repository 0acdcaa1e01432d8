"""What the `*_free_tlb` of an architecture free at once, by the text of its headers."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from patchtool.core.finding import Location
from patchtool.core.freed import DirectFree
from patchtool.core.tree import FunctionKind, TreeReader
from patchtool.csource.declarations import functions
from patchtool.csource.enclosing import enclosing
from patchtool.csource.statements import blanked, directives

_HEADER = re.compile(r"(?:\A|_)(?:tlb|pgalloc)(?:[_-]\w+)?\.h\Z")
_HOOK = re.compile(r"(?:__)?p(?:te|md|ud|4d|gd)_free_tlb\Z")
_CALL = re.compile(rb"\b([A-Za-z_]\w*)\s*\(")
_FREES = re.compile(r"(?:\A|_)free(?:_|\Z)")
# Leaves it to the flush, or to a grace period.
_DEFERS = re.compile(r"tlb|rcu")
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class _Body:
    # One definition: its name's line, and the names that it calls with their lines.
    path: str
    line: int
    name: str
    calls: tuple[tuple[str, int], ...]


def is_freeing_header(path: str) -> bool:
    """Whether a path is an architecture's tlb.h, pgalloc.h, or a part of one."""
    parts = path.split("/")
    return parts[0] == "arch" and parts[2:4] == ["include", "asm"] and bool(_HEADER.search(parts[-1]))


def directly_freed(reader: TreeReader, arch: str) -> tuple[DirectFree, ...]:
    """The places where `p?d_free_tlb`, `pte_free_tlb` or their `__` forms free a table themselves, by place.

    Looks at functions and macros of the architecture's tlb.h and pgalloc.h headers, all branches of `#if`
    alike. A call is a free by its name (`pmd_free`, `free_page`, `kmem_cache_free`), and deferred where its
    name has `tlb` or `rcu` in it. A function that such a header defines, the same or one of a folder above,
    is followed; one that is defined in a .c file is not. What is empty, or a BUG(), frees nothing.

    Raises MissingBlob.
    """
    paths = [path for path in reader.paths(f"arch/{arch}/include/asm") if is_freeing_header(path)]
    known = {path: _bodies(path, reader.read(path) or b"") for path in paths}
    found = {
        one: None
        for path in paths
        for body in known[path]
        if _HOOK.match(body.name)
        for one in _freed(reader, arch, known, body)
    }
    return tuple(sorted(found, key=lambda one: (one.at, one.frees_at, one.frees)))


def _freed(
    reader: TreeReader, arch: str, known: Mapping[str, tuple[_Body, ...]], hook: _Body
) -> Iterator[DirectFree]:
    for body, call, line in _frees(known, hook, 0):
        places = [(hook.path, hook.line), (body.path, body.line), (body.path, line)]
        around = [text for path, at in places for text in enclosing(path, reader.read(path) or b"", at)]
        at, place = Location(hook.path, hook.line), Location(body.path, line)
        yield DirectFree(arch, at, hook.name, call, place, tuple(dict.fromkeys(around)))


def _frees(
    known: Mapping[str, tuple[_Body, ...]], body: _Body, depth: int
) -> Iterator[tuple[_Body, str, int]]:
    for call, line in body.calls:
        inner = _definitions(known, body.path, call) if call != body.name else ()
        if _FREES.search(call) and not _DEFERS.search(call) and (not inner or any(map(_acts, inner))):
            yield body, call, line
        elif inner and depth < _DEEPEST:
            for one in inner:
                yield from _frees(known, one, depth + 1)


# Definitions of a name where a header would look for them: in itself, else in a header of a folder above.
def _definitions(known: Mapping[str, tuple[_Body, ...]], path: str, name: str) -> tuple[_Body, ...]:
    own = tuple(body for body in known[path] if body.name == name)
    if own:
        return own
    folder = posixpath.dirname(path)
    above = [other for other in known if folder.startswith(posixpath.dirname(other)) and other != path]
    return tuple(body for other in above for body in known[other] if body.name == name)


def _acts(body: _Body) -> bool:
    return any(not name.startswith(("BUG", "WARN", "VM_BUG")) for name, _ in body.calls)


@lru_cache(maxsize=1024)
def _bodies(path: str, data: bytes) -> tuple[_Body, ...]:
    return tuple(sorted({*_macros(path, data), *_functions(path, data)}, key=lambda body: body.line))


def _macros(path: str, data: bytes) -> Iterator[_Body]:
    for directive in directives(path, data):
        if directive.name and directive.rest.split() not in ([], [directive.name]):
            text = directive.rest.encode("latin-1")
            if text.startswith(b"("):
                text = b" " * text.find(b")") + text[text.find(b")") :]
            calls = tuple(_calls(text, directive.line))
            yield _Body(path, directive.line, directive.name, calls)


def _functions(path: str, data: bytes) -> Iterator[_Body]:
    text = blanked(path, data)
    starts = [0, *(match.end() for match in re.finditer(rb"\n", text))]
    for place in functions(path, data):
        if place.kind is FunctionKind.DEFINED:
            begin = text.find(b"{", starts[place.line - 1])
            end = text.find(b"\n}", begin)
            end = end if end >= 0 and b"{" in text[begin:end] and text[begin : begin + 1] else len(text)
            close = text.find(b"}", begin, text.find(b"\n", begin))
            body = text[begin : close if close >= 0 else end]
            calls = tuple(_calls(body, 1 + text.count(b"\n", 0, begin)))
            yield _Body(path, place.line, place.name, calls)


def _calls(text: bytes, line: int) -> Iterator[tuple[str, int]]:
    for match in _CALL.finditer(text):
        yield match.group(1).decode(), line + text.count(b"\n", 0, match.start())
