"""The names that an item uses and brings, and where a text declares one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from patchtool.backport.prerequisites.items import Item
from patchtool.core.prerequisite import LackKind
from patchtool.core.series import FileChange
from patchtool.csource.brought import brought, needed
from patchtool.csource.hunks import added_lines
from patchtool.csource.places import declared
from patchtool.csource.visibility.uses import Use, UseKind, uses
from patchtool.engine.touched import is_kconfig, symbols_on
from patchtool.kconfig.text import definitions

_C_FILES = (".c", ".h")
_INCLUDE = re.compile(r'^\s*#\s*include\s+(?:<([^">]+)>|"([^">]+)")')
# No part of the kernel that is built: programs beside it, and texts.
_ASIDE = ("tools/", "scripts/", "samples/", "Documentation/", "usr/")


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """Something that code refers to: see `core.prerequisite.Lack`. A header's name is as it is included."""

    kind: LackKind
    word: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """A name at a place, `line` 1-based in the file after the item."""

    name: Name
    path: str
    line: int


def used_by(item: Item) -> tuple[Used, ...]:
    """The names on the lines that an item adds, each once a file, without those that it brings itself."""
    own = brought_by(item)
    found: dict[tuple[Name, str], Used] = {}
    for change in item.changes:
        if change.new_path and not change.path.startswith(_ASIDE) and not change.binary:
            for name, line in (*_in_code(item, change), *_on_lines(change)):
                if name not in own and not (name.owner and Name(name.kind, name.word) in own):
                    found.setdefault((name, change.path), Used(name, change.path, line))
    return tuple(found.values())


def brought_by(item: Item) -> frozenset[Name]:
    """The names that a file declares or defines after an item and did not before it, moved ones included."""
    new: set[Name] = set()
    for change in item.changes:
        before, after = item.texts.get(change.path, (b"", b""))
        new |= declared_in(change.new_path or "", after) - declared_in(change.old_path or "", before)
        if change.new_path and change.new_path != change.old_path:
            new |= {Name(LackKind.HEADER, spelt) for spelt in _spellings(change.new_path)}
    return frozenset(new)


@lru_cache(maxsize=1024)
def declared_in(path: str, data: bytes) -> frozenset[Name]:
    """The names that a file declares or defines; a member also without its structure. Kept."""
    if is_kconfig(path):
        return frozenset(Name(LackKind.SYMBOL, symbol) for symbol, _ in definitions(data))
    if not path.endswith(_C_FILES):
        return frozenset()
    return frozenset(_c_names(path, data))


def line_of(name: Name, path: str, data: bytes) -> int:
    """The first line (1-based) on which a file declares a name, 0 where it does not."""
    if name.kind is LackKind.SYMBOL:
        return next((line for symbol, line in definitions(data) if symbol == name.word), 0)
    if name.kind is LackKind.MEMBER and not name.owner:
        return next(iter(declared(path, data).get(f".{name.word}", ())), 0)
    return brought(path, data).get(f"{name.owner}.{name.word}" if name.owner else name.word, 0)


def is_mentioned(name: Name, path: str, data: bytes) -> bool:
    """Whether a C file declares a name or uses it anywhere. Linear in the file, and more where it stands."""
    if name.word.encode() not in data:
        return False
    if name in declared_in(path, data):
        return True
    word = re.compile(rb"\b%s\b" % re.escape(name.word.encode()))
    lines = frozenset(number for number, line in enumerate(data.split(b"\n"), 1) if word.search(line))
    return any(_name(use) == name for use in uses(path, data, lines))


def _c_names(path: str, data: bytes) -> Iterator[Name]:
    for name in brought(path, data):
        owner, dot, word = name.partition(".")
        yield Name(LackKind.MEMBER, word, owner) if dot else Name(LackKind.IDENTIFIER, name)
    for name in declared(path, data):
        if name.startswith("."):
            yield Name(LackKind.MEMBER, name[1:])


def _in_code(item: Item, change: FileChange) -> Iterator[tuple[Name, int]]:
    _, data = item.texts.get(change.path, (b"", b""))
    if not change.path.endswith(_C_FILES) or not data:
        return
    lines = added_lines(change, data)
    plain = set(needed(change.path, data, lines))
    # An object of the file itself is declared there as a local variable would be.
    plain |= {use for use in uses(change.path, data, lines) if use.name in declared(change.path, data)}
    for use in sorted(plain, key=lambda use: (use.line, use.name, use.owner)):
        yield _name(use), use.line


def _name(use: Use) -> Name:
    return Name(LackKind.MEMBER if use.kind is UseKind.MEMBER else LackKind.IDENTIFIER, use.name, use.owner)


def _on_lines(change: FileChange) -> Iterator[tuple[Name, int]]:
    for hunk in change.hunks:
        for line in hunk.added:
            for symbol in symbols_on(change, line):
                yield Name(LackKind.SYMBOL, symbol), line.new
            include = _INCLUDE.match(line.text) if change.path.endswith((*_C_FILES, ".S")) else None
            if include:
                yield Name(LackKind.HEADER, include[1] or include[2]), line.new


# How a file may be included: by every tail of its path that an include path can leave.
def _spellings(path: str) -> Iterator[str]:
    parts = path.split("/")
    yield from ("/".join(parts[at:]) for at in range(len(parts)))
