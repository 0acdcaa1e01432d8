"""The C text of one configuration: the gather code's translation unit, and the arch files built beside it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from patchtool.core.finding import Location
from patchtool.core.tree import TreeReader
from patchtool.csource.condition import Macro
from patchtool.csource.preprocess import Active, Macros, Symbols, active
from patchtool.gather.architectures import Configuration
from patchtool.gather.extraction.answers import (
    Answers,
    FunctionText,
    MacroText,
    Places,
    Question,
)
from patchtool.gather.extraction.kbuild import built_files
from patchtool.gather.reading.declared import static_key
from patchtool.gather.reading.syntax import Code
from patchtool.gather.reading.text import (
    arrays,
    conditions_around,
    definition,
    enumerators,
    may_define,
    members,
    span_of,
    uncommented,
)

# The generic headers that bring in asm/page.h, asm/mmu.h and asm/pgtable.h, wherever a tree includes those.
_FOLLOWED = frozenset(
    f"linux/{name}.h"
    for name in (
        "pagemap",
        "mm",
        "mm_types",
        "pgtable",
        "huge_mm",
        "mm_inline",
        "sizes",
        "const",
        "hugetlb_inline",
    )
)
# Where an #error is about what is extracted. Elsewhere it may be reached for want of a header not followed.
_BINDING = re.compile(r"(?:.*/)?(?:tlb|pgalloc|pgtable|mmu|memory)[^/]*\Z")
# What fast GUP has been called since it is generic; before, an architecture had a mm/gup.c of its own.
FAST_GUP = ("HAVE_FAST_GUP", "HAVE_GUP_FAST", "HAVE_GENERIC_GUP", "HAVE_GENERIC_RCU_GUP")
GATHER_FILES = ("mm/mmu_gather.c", "mm/memory.c")
# Where mm/memory.c clears the entry of each object: function, then the call.
_UNHOOKS = (
    ("free_pmd_range", "pud_clear"),
    ("free_pte_range", "pmd_clear"),
    ("zap_pte_range", "ptep_get_and_clear_full"),
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition as the configuration sees it; `unit` names the .c file it is compiled in.

    `text` is what it was read from, `at` the place of its opening brace.
    """

    name: str
    params: tuple[str, ...]
    body: Code
    at: Location
    unit: Unit = field(repr=False, compare=False)
    text: bytes = b""


@dataclass(slots=True, eq=False)
class Unit:
    """One translation unit: the active text of its files in the order they were included, and its macros."""

    path: str
    macros: Macros
    hearer: Source
    files: dict[str, bytes] = field(default_factory=dict)
    found: dict[str, Function | None] = field(default_factory=dict)
    constants: dict[str, tuple[str, Location] | None] = field(default_factory=dict)
    named: dict[str, Macro | None] = field(default_factory=dict)

    def macro(self, name: str) -> Macro | None:
        """The macro in force at the end of the unit; None where there is none."""
        if name in self.named:
            return self.named[name]
        found = self.named[name] = self.macros.get(name)
        answer = MacroText(found.params, found.body) if found else None
        self.hearer.heard[Question("macro", name, self.path)] = answer
        return found


# An #error may be reached only because a header that is not followed supplies a name: its conditions say so.
def _doubtful(text: bytes, at: Location, result: Active) -> bool:
    around = conditions_around(text, at.line)
    return any(place.path == at.path and place.line in around for place, _ in result.unknown)


def _no_include(_name: str, _line: int) -> None:
    pass


def _text_of(function: Function) -> FunctionText:
    at, text = function.at, function.text
    return FunctionText(at.path, function.unit.path, text, at.line, function.body.text.count("\n"))


class Source:
    """Where the interpreter finds functions, macros, constants and struct members of one configuration.

    `errors` are active `#error` lines met on the way. `left_out` are sentences on functions that this
    configuration calls and compiles out: it does not build as it is, and their bodies were taken from
    where the tree has them. Follows includes of asm/, asm-generic/ and the unit's
    own folder in order, and four of linux/; what others supply is a primitive or is reported as not found.
    Every question that the interpreter may ask is noted in `heard`, and has a row in `retelling`.
    """

    def __init__(
        self, reader: TreeReader, configuration: Configuration, symbols: Symbols, gather: str
    ) -> None:
        self.reader = reader
        self.folder = f"arch/{configuration.arch}"
        self._more = configuration.folders
        self._files: tuple[str, ...] | None = None
        self._members: dict[str, frozenset[str] | None] = {}
        self._assigned: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self.heard: Answers = {}
        """What was asked and answered since it was put here last."""
        self.errors: list[tuple[Location, str]] = []
        self.left_out: dict[str, None] = {}
        start: dict[str, Macro] = {}
        for text in ("__KERNEL__", *configuration.predefined):
            name, _, value = text.partition("=")
            start[name] = Macro(name, None, value or "1")
        self.primary = Unit(gather, Macros(symbols, start), self)
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
        new = (error for error in result.errors if error not in self.errors)
        if _BINDING.match(path):
            self.errors += [(at, said) for at, said in new if not _doubtful(text, at, result)]

    # None for a header that is not followed: linux/, uapi of other kinds, files that do not exist.
    def _target(self, path: str, name: str) -> str | None:
        inner = name[1:-1]
        if name[0] == '"':
            return posixpath.normpath(posixpath.join(posixpath.dirname(path), inner))
        if inner.startswith("asm-generic/") or inner.removeprefix("uapi/") in _FOLLOWED:
            return self._first((f"include/{inner}", f"include/uapi/{inner}"))
        if inner.startswith("uapi/asm/"):
            return self._first((f"{self.folder}/include/{inner}", f"include/uapi/asm-generic/{inner[9:]}"))
        if not inner.startswith("asm/"):
            return self._first(tuple(f"{folder}/{inner}" for folder in self._more))
        generic = (f"include/asm-generic/{inner[4:]}", f"include/uapi/asm-generic/{inner[4:]}")
        own = (f"{self.folder}/include/{inner}", f"{self.folder}/include/uapi/{inner}")
        return self._first((*own, *(f"{folder}/{inner}" for folder in self._more), *generic))

    def _first(self, places: tuple[str, ...]) -> str | None:
        return next((place for place in places if self.reader.read(place) is not None), None)

    def listen(self) -> None:
        """Forget what was asked and answered; what was answered before is as new."""
        self.heard = {}
        for unit in (self.primary, *self._others.values()):
            unit.named.clear()

    def unhooks(self) -> Places:
        """The function and the place where mm/memory.c clears the entry of each object, top table first."""
        text = self.reader.read("mm/memory.c") or b""
        found: list[tuple[str, Location | None]] = []
        for function, call in _UNHOOKS:
            start = re.search(rb"^[^\n;#]*\b" + function.encode() + rb"\([^;]*?\)\s*\n\{", text, re.MULTILINE)
            at = text.find(call.encode() + b"(", start.end()) if start else -1
            line = text.count(b"\n", 0, at) + 1
            found.append((function, Location("mm/memory.c", line) if at >= 0 else None))
        self.heard[Question("unhooks")] = tuple(found)
        return tuple(found)

    @property
    def blemished(self) -> bool:
        """Whether there are errors, or bodies taken that this configuration compiles out."""
        return bool(self.errors or self.left_out)

    def unit(self, path: str) -> Unit:
        """The translation unit of a .c file."""
        # Another .c file sees the same headers as the gather code: all of them include asm/tlb.h.
        if path == self.primary.path:
            return self.primary
        if path not in self._others:
            files = {name: text for name, text in self.primary.files.items() if name != self.primary.path}
            unit = Unit(path, self.primary.macros.copy(), self, files)
            self._read(unit, path)
            self._others[path] = unit
        return self._others[path]

    def function(self, name: str, unit: Unit) -> Function | None:
        """The definition that a call of `name` in `unit` reaches; None where no file at hand has one."""
        if name not in unit.found:
            found = self._in_unit(name, unit) or self._elsewhere(name, unit)
            unit.found[name] = found or self._compiled_out(name, unit)
        made = unit.found[name]
        self.heard[Question("function", name, unit.path)] = _text_of(made) if made else None
        return made

    def _in_unit(self, name: str, unit: Unit) -> Function | None:
        for path in reversed(unit.files):
            text = unit.files[path]
            found = definition(text, name) if may_define(text, name) else None
            if found is not None:
                return Function(name, found.params, found.body, Location(path, found.line), unit, found.text)
        return None

    def built(self) -> tuple[str, ...]:
        """The .c files that a function without a body in the headers may come from, nearest first."""
        if self._files is None:
            folders = (f"{self.folder}/mm", f"{self.folder}/kernel", *self._more, "mm")
            macros = self.primary.macros
            found = [path for folder in folders for path in self._built_in(folder, macros)]
            self._files = tuple(dict.fromkeys(found))
        return self._files

    # A folder without a Makefile (a tree cut down to a few files) is built as a whole.
    def _built_in(self, folder: str, macros: Macros) -> tuple[str, ...]:
        if any(self.reader.read(f"{folder}/{name}") is not None for name in ("Makefile", "Kbuild")):
            return built_files(self.reader, folder, macros)
        return tuple(path for path in self.reader.paths(f"{folder}/") if path.endswith(".c"))

    def _elsewhere(self, name: str, unit: Unit) -> Function | None:
        for path in self.built():
            text = self.reader.read(path) or b""
            if path != unit.path and may_define(text, name):
                found = self._in_unit(name, self.unit(path))
                if found is not None:
                    return found
        return None

    def _compiled_out(self, name: str, unit: Unit) -> Function | None:
        for path in dict.fromkeys((*unit.files, *self.built())):
            text = self.reader.read(path) or b""
            bare = uncommented(text) if may_define(text, name) else b""
            span = span_of(bare, name)
            if span is None:
                continue
            home = unit if path in unit.files else self.unit(path)
            alone = b"\n" * bare.count(b"\n", 0, span[0]) + bare[span[0] : span[1]]
            result = active(path, alone, home.macros.copy(), _no_include)
            found = definition(result.text, name)
            if found is not None:
                at = Location(path, found.line)
                self.left_out[
                    f"{name}() is called and compiled out (its body is at {at}): this configuration does not"
                    " build as it is, and its verdicts take that body"
                ] = None
                return Function(name, found.params, found.body, at, home, found.text)
        return None

    def constant(self, name: str, unit: Unit) -> tuple[str, Location] | None:
        """The C expression of an enumerator, of a global's initialiser or a static key, and its place."""
        if name not in unit.constants:
            unit.constants[name] = self._constant(name, unit)
        self.heard[Question("constant", name, unit.path)] = unit.constants[name]
        return unit.constants[name]

    def _constant(self, name: str, unit: Unit) -> tuple[str, Location] | None:
        for path, text in unit.files.items():
            if name in enumerators(text):
                return enumerators(text)[name], Location(path)
        head, tail = rb"^(?:static\s+)?[\w ]+\b", rb"\b[\w ]*=\s*([^;{]+);"
        pattern = re.compile(head + re.escape(name.encode()) + tail, re.MULTILINE)
        for path in dict.fromkeys((unit.path, *self.built())):
            text = self.reader.read(path) or b""
            key = static_key(text, name)
            if key is not None:
                return key[0], Location(path, key[1])
            match = pattern.search(text) if name.encode() in text else None
            if match is not None:
                return match.group(1).decode("utf-8", "surrogateescape"), Location(
                    path, text.count(b"\n", 0, match.start()) + 1
                )
        return None

    def assigned(self, name: str, paths: tuple[str, ...]) -> str | None:
        """The function that the last of the files sets a function pointer `name` to; None where none does.

        Sees `x.name = f`, `.name = f` and casts before f; not an assignment by another macro.
        """
        if (name, paths) not in self._assigned:
            self._assigned[name, paths] = self._pointed(name, paths)
        self.heard[Question("assigned", name, paths=paths)] = self._assigned[name, paths]
        return self._assigned[name, paths]

    def _pointed(self, name: str, paths: tuple[str, ...]) -> str | None:
        pattern = re.compile(rb"[.]\s*" + name.encode() + rb"\s*=\s*(?:\([^;]*?\)\s*)?([A-Za-z_]\w*)\s*[;,]")
        for path in reversed(paths):
            text = self.reader.read(path) or b""
            if name.encode() not in text:
                continue
            result = active(path, text, self.primary.macros.copy(), _no_include)
            found = pattern.search(result.text)
            if found is not None:
                return found.group(1).decode()
        return None

    def members(self, tag: str) -> frozenset[str] | None:
        """The members of `struct tag` in this configuration; None where its definition is not at hand."""
        if tag not in self._members:
            texts = (text for text in self.primary.files.values() if tag.encode() in text)
            found = (members(text, tag) for text in texts)
            self._members[tag] = next((names for names in found if names is not None), None)
        self.heard[Question("members", tag)] = self._members[tag]
        return self._members[tag]

    def arrays(self, tag: str) -> frozenset[str]:
        """The members of `struct tag` that are arrays; empty where its definition is not at hand."""
        texts = (text for text in self.primary.files.values() if tag.encode() in text)
        found = frozenset(name for text in texts for name in arrays(text, tag))
        self.heard[Question("arrays", tag)] = found
        return found
