"""The C text of one configuration: the gather code's translation unit, and the arch files built beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from patchtool.core.finding import Location
from patchtool.core.tree import TreeReader
from patchtool.csource.condition import Macro
from patchtool.csource.parser import Node, parse
from patchtool.csource.preprocess import Macros, Symbols, active
from patchtool.gather.kbuild import built_files

# Words that the grammar takes for a type; blanked in place, so that columns and lines stay.
_ATTRIBUTES = re.compile(
    rb"\b(?:__always_inline|__init|__meminit|__exit|__read_mostly|__ro_after_init|__user|__iomem|__percpu"
    rb"|__must_check|__maybe_unused|__sched|notrace|asmlinkage|noinline|__cpuidle|__ref|__weak)\b"
)
_BARE_STRUCT = re.compile(rb",(\s*)struct(\s+\w+\s*,)")
# The generic headers that bring in asm/page.h, asm/mmu.h and asm/pgtable.h, wherever a tree includes those.
_FOLLOWED = frozenset({"linux/pagemap.h", "linux/mm.h", "linux/mm_types.h", "linux/pgtable.h"})
GATHER_FILES = ("mm/mmu_gather.c", "mm/memory.c")


class CachedReader:
    """A reader that asks for each file once; headers are read for every configuration."""

    def __init__(self, reader: TreeReader) -> None:
        self._reader = reader
        self._known: dict[str, bytes | None] = {}

    @property
    def name(self) -> str:
        """See `TreeReader.name`."""
        return self._reader.name

    def read(self, path: str) -> bytes | None:
        """See `TreeReader.read`."""
        if path not in self._known:
            self._known[path] = self._reader.read(path)
        return self._known[path]

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """See `TreeReader.paths`."""
        return self._reader.paths(prefix)


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition as the configuration sees it; `unit` names the .c file it is compiled in."""

    name: str
    params: tuple[str, ...]
    body: Node
    at: Location
    unit: Unit = field(repr=False, compare=False)


@dataclass(slots=True, eq=False)
class Unit:
    """One translation unit: the active text of its files in the order they were included, and its macros."""

    path: str
    macros: Macros
    files: dict[str, bytes] = field(default_factory=dict)
    found: dict[str, Function | None] = field(default_factory=dict)
    constants: dict[str, tuple[str, Location] | None] = field(default_factory=dict)


def declared_name(node: Node | None) -> str:
    """The identifier inside a declarator, through pointers, arrays and parentheses; "" for none."""
    while node is not None and node.kind not in ("identifier", "field_identifier"):
        inner = node.field("declarator")
        if inner is None and node.kind == "parenthesized_declarator" and node.children:
            inner = node.children[0]
        if inner is None and node.kind == "pointer_declarator" and node.children:
            inner = node.children[-1]
        node = inner
    return node.text if node is not None else ""


def tame(text: bytes) -> bytes:
    """The text with words blanked that the C grammar stumbles on: attributes, and `struct` before a bare
    tag as a macro's argument (`container_of(head, struct X, rcu)`). Columns and lines stay."""
    text = _ATTRIBUTES.sub(lambda m: b" " * len(m.group()), text)
    return _BARE_STRUCT.sub(rb",\1      \2", text)


@lru_cache(maxsize=1024)
def tree_of(text: bytes) -> Node:
    """The syntax tree of an active text, parsed once."""
    return parse(tame(text))


# Definitions may sit below ERROR nodes: a header that leaned on macros which the grammar cannot see.
def _outer(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        if child.kind in ("ERROR", "linkage_specification", "declaration_list"):
            yield from _outer(child)


@lru_cache(maxsize=1024)
def _definitions(text: bytes) -> dict[str, tuple[tuple[str, ...], Node]]:
    found: dict[str, tuple[tuple[str, ...], Node]] = {}
    for node in _outer(tree_of(text)):
        if node.kind != "function_definition":
            continue
        head, body = node.field("declarator"), node.field("body")
        while head is not None and head.kind == "pointer_declarator":
            head = head.field("declarator")
        if head is None or head.kind != "function_declarator" or body is None:
            continue
        params = head.field("parameters")
        names = [declared_name(p.field("declarator")) for p in params.children] if params else []
        found.setdefault(declared_name(head), (tuple(name for name in names if name), body))
    return found


@lru_cache(maxsize=1024)
def _enumerators(text: bytes) -> dict[str, str]:
    # Name to the C expression of its value.
    found: dict[str, str] = {}
    if b"enum" not in text:
        return found
    for node in tree_of(text).walk():
        if node.kind != "enumerator_list":
            continue
        value = "-1"
        for item in node.children:
            name, given = item.field("name"), item.field("value")
            if item.kind == "enumerator" and name is not None:
                value = given.text if given else f"({value}) + 1"
                found[name.text] = value
    return found


class Source:
    """Where the interpreter finds functions, macros, constants and struct members of one configuration.

    `errors` are active `#error` lines met on the way. `left_out` are sentences on functions that this
    configuration calls and compiles out: it does not build as it is, and their bodies were taken from
    where the tree has them. Follows includes of asm/, asm-generic/ and the unit's
    own folder in order, and four of linux/; what others supply is a primitive or is reported as not found.
    """

    def __init__(
        self, reader: TreeReader, folder: str, symbols: Symbols, predefined: Iterable[str], gather: str
    ) -> None:
        self.reader = reader
        self.folder = folder
        self.errors: list[tuple[Location, str]] = []
        self.left_out: dict[str, None] = {}
        start = {name: Macro(name, None, "1") for name in ("__KERNEL__", *predefined)}
        self.primary = Unit(gather, Macros(symbols, start))
        self._headers = self.primary
        self._read(self.primary, gather)
        self._others: dict[str, Unit] = {}

    def _read(self, unit: Unit, path: str) -> None:
        text = self.reader.read(path)
        if text is None or path in unit.files:
            return
        unit.files[path] = b""  # an include guard for files that have none

        def follow(name: str, _line: int) -> None:
            target = self._target(path, name)
            if target is not None:
                self._read(unit, target)

        result = active(path, text, unit.macros, follow)
        del unit.files[path]
        unit.files[path] = result.text
        self.errors += [error for error in result.errors if error not in self.errors]

    # None for a header that is not followed: linux/, uapi of other kinds, files that do not exist.
    def _target(self, path: str, name: str) -> str | None:
        inner = name[1:-1]
        if name[0] == '"':
            return posixpath.normpath(posixpath.join(posixpath.dirname(path), inner))
        if inner.startswith("asm-generic/") or inner in _FOLLOWED:
            return f"include/{inner}"
        if not inner.startswith("asm/"):
            return None
        generic = f"include/asm-generic/{inner.removeprefix('asm/')}"
        for place in (f"{self.folder}/include/{inner}", f"{self.folder}/include/uapi/{inner}", generic):
            if self.reader.read(place) is not None:
                return place
        return None

    def _unit(self, path: str) -> Unit:
        # Another .c file sees the same headers as the gather code: all of them include asm/tlb.h.
        if path not in self._others:
            files = {name: text for name, text in self.primary.files.items() if name != self.primary.path}
            unit = Unit(path, self.primary.macros.copy(), files)
            self._read(unit, path)
            self._others[path] = unit
        return self._others[path]

    def function(self, name: str, unit: Unit) -> Function | None:
        """The definition that a call of `name` in `unit` reaches; None where no file at hand has one."""
        if name not in unit.found:
            found = self._in_unit(name, unit) or self._elsewhere(name, unit)
            unit.found[name] = found or self._compiled_out(name, unit)
        return unit.found[name]

    def _in_unit(self, name: str, unit: Unit) -> Function | None:
        wanted = re.compile(rb"\b" + re.escape(name.encode()) + rb"\s*\(")
        for path in reversed(unit.files):
            text = unit.files[path]
            if wanted.search(text) and name in _definitions(text):
                params, body = _definitions(text)[name]
                return Function(name, params, body, Location(path, body.line), unit)
        return None

    def _elsewhere(self, name: str, unit: Unit) -> Function | None:
        word = re.compile(rb"^[\w\s*]*\b" + re.escape(name.encode()) + rb"\s*\(", re.MULTILINE)
        folders = (f"{self.folder}/mm", "mm")
        for path in (p for folder in folders for p in built_files(self.reader, folder, unit.macros)):
            text = self.reader.read(path) or b""
            if path != unit.path and word.search(text):
                found = self._in_unit(name, self._unit(path))
                if found is not None:
                    return found
        return None

    def _compiled_out(self, name: str, unit: Unit) -> Function | None:
        # The whole definition, from a line's start to the first brace that starts a line.
        whole = re.compile(
            rb"^\w[^\n;{}]*\b" + re.escape(name.encode()) + rb"\([^;{}]*\)\s*\{.*?\n\}",
            re.MULTILINE | re.DOTALL,
        )
        folders = (f"{self.folder}/mm", "mm")
        built = (path for folder in folders for path in built_files(self.reader, folder, unit.macros))
        for path in dict.fromkeys((*unit.files, *built)):
            text = self.reader.read(path) or b""
            match = whole.search(text)
            if match is None:
                continue
            home = unit if path in unit.files else self._unit(path)
            alone = b"\n" * text.count(b"\n", 0, match.start()) + match.group()
            result = active(path, alone, home.macros.copy(), lambda _name, _line: None)
            if name in _definitions(result.text):
                params, body = _definitions(result.text)[name]
                at = Location(path, body.line)
                self.left_out[
                    f"{name}() is called and compiled out (its body is at {at}): this configuration does not"
                    " build as it is, and its verdicts take that body"
                ] = None
                return Function(name, params, body, at, home)
        return None

    def constant(self, name: str, unit: Unit) -> tuple[str, Location] | None:
        """The C expression of an enumerator or of a global's initialiser, and its place."""
        if name not in unit.constants:
            unit.constants[name] = self._constant(name, unit)
        return unit.constants[name]

    def _constant(self, name: str, unit: Unit) -> tuple[str, Location] | None:
        word = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")
        for path, text in unit.files.items():
            if word.search(text) and name in _enumerators(text):
                return _enumerators(text)[name], Location(path)
        head, tail = rb"^(?:static\s+)?[\w ]+\b", rb"\b[\w ]*=\s*([^;{]+);"
        pattern = re.compile(head + re.escape(name.encode()) + tail, re.MULTILINE)
        for path in dict.fromkeys((unit.path, *built_files(self.reader, f"{self.folder}/mm", unit.macros))):
            text = self.reader.read(path) or b""
            match = pattern.search(text)
            if match is not None:
                return match.group(1).decode("utf-8", "surrogateescape"), Location(
                    path, text.count(b"\n", 0, match.start()) + 1
                )
        return None

    def members(self, tag: str) -> frozenset[str] | None:
        """The members of `struct tag` in this configuration; None where its definition is not at hand."""
        for text in self.primary.files.values():
            if re.search(rb"\bstruct\s+" + tag.encode() + rb"\s*\{", text) is None:
                continue
            for node in tree_of(text).walk():
                name, body = node.field("name"), node.field("body")
                if node.kind == "struct_specifier" and body is not None and name and name.text == tag:
                    return frozenset(c.text for c in body.walk() if c.kind == "field_identifier")
        return None
