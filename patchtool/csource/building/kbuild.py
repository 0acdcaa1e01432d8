"""Under which configurations a C file is built, by the Makefiles of its folder and of those above it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from patchtool.core.expr import Expr, N, Y, both, either, is_enabled, is_set, negated
from patchtool.core.tree import TreeReader

_ASSIGN = re.compile(
    r"^(?P<name>[\w.-]+?)-(?P<when>y|m|objs|\$\(CONFIG_\w+\)|\$\(subst m,y,\$\(CONFIG_\w+\)\))"
    r"\s*(?P<op>[+:]?=)\s*(?P<list>.*)$"
)
_PLAIN = re.compile(r"^(?P<name>[\w-]+)\s*[+:]?=\s*(?P<list>.*)$")
_SYMBOL = re.compile(r"CONFIG_(\w+)")
_TEST = re.compile(r"^(ifdef|ifndef)\s+CONFIG_(\w+)|^(ifeq|ifneq)\s*\(\$\(CONFIG_(\w+)\),\s*([ymn]?)\)")
_FLAGS = re.compile(r"(?:KBUILD_C(?:PP)?FLAGS|c(?:pp|c)?flags-\S+|arch-\S+)\s*[+:]?=")
_DEFINED = re.compile(r"(?<!\S)-D([A-Za-z_]\w*)(?:=([\w.]+)(?!\S))?")
_TOP = frozenset({"obj", "lib", "core", "drivers", "libs", "net", "virt", "init", "head", "hostprogs"})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Row:
    # `names` go into `list-y` (or what the list is called) where `when` holds; `sets`: earlier ones go.
    list: str
    when: Expr
    names: tuple[str, ...]
    sets: bool


class Built:
    """Answers for one tree; each Makefile is read once.

    Reads `obj-y`, `obj-$(CONFIG_X)`, lists of composite objects (`foo-y`, `foo-objs`, `foo-$(CONFIG_X)`),
    lists named in other lists (`$(mmu-y)`), and `ifdef`, `ifeq` on a symbol. A file that no Makefile names is
    taken for one that another file includes, or that the build names in a way that is not read.
    """

    def __init__(self, reader: TreeReader, present: frozenset[str]) -> None:
        self._reader = reader
        self._present = present

    def when(self, path: str) -> Expr | None:
        """The condition under which a .c file is compiled; None where no Makefile says so.

        A built-in object of a folder counts where the folder is entered; m counts as built.
        """
        folder, name = posixpath.split(path.removesuffix(".c") + ".o")
        while folder:
            own = self._named(folder, name, 0)
            if own is not None:
                return both(own, self._entered(folder))
            folder, last = posixpath.split(folder)
            name = f"{last}/{name}"
        return None

    def _entered(self, folder: str) -> Expr:
        if folder.count("/") == 0 or re.fullmatch(r"arch/\w+", folder):
            return Y
        above, name = posixpath.split(folder)
        found = self._named(above, f"{name}/", 0)
        if found is None and above.count("/") and not re.fullmatch(r"arch/\w+", above):
            higher, middle = posixpath.split(above)
            found = self._named(higher, f"{middle}/{name}/", 0)
        return both(found if found is not None else Y, self._entered(above))

    def _named(self, folder: str, name: str, depth: int) -> Expr | None:
        found: list[Expr] = []
        rows = self._rows(folder)
        for at, row in enumerate(rows):
            if name not in row.names:
                continue
            when = row.when
            for later in rows[at + 1 :]:
                if later.list == row.list and later.sets and row.list not in _TOP:
                    when = both(when, negated(later.when))
            above: Expr | None = Y
            if row.list not in _TOP:
                above = self._holding(folder, row.list, depth)
            if above is not None:
                found.append(both(when, above))
        return either(*found) if found else None

    # Where a list itself is used: as the object `foo.o`, or by name in another list.
    def _holding(self, folder: str, name: str, depth: int) -> Expr | None:
        if depth > _DEEPEST:
            return None
        candidates = (f"{name}.o", f"$({name}-y)", f"$({name})", f"$({name}-objs)")
        found = [one for word in candidates if (one := self._named(folder, word, depth + 1)) is not None]
        return either(*found) if found else None

    def _rows(self, folder: str) -> tuple[_Row, ...]:
        for name in ("Kbuild", "Makefile"):
            path = f"{folder}/{name}"
            if path in self._present:
                return _read((self._reader.read(path) or b"").decode("utf-8", "replace"))
        return ()


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[_Row, ...]:
    return tuple(_parsed(text.replace("\\\n", " ")))


def defines(text: str) -> Iterator[tuple[str, str, Expr]]:
    """The macros that an architecture's Makefile hands to the compiler (`-DNAME=body`), each with its
    condition.

    A body that make computes is left as `1`.
    """
    for line, around in _lines(text.replace("\\\n", " ")):
        if "-D" not in line or not _FLAGS.match(line):
            continue
        symbol = _SYMBOL.search(line.split("=")[0])
        when = both(around, is_set(symbol.group(1))) if symbol else around
        for name, body in _DEFINED.findall(line):
            if not name.startswith("CONFIG_"):
                yield name, body or "1", when


def _parsed(text: str) -> Iterator[_Row]:
    for line, around in _lines(text):
        if found := _ASSIGN.match(line):
            yield _row(found, around)
        elif (found := _PLAIN.match(line)) and "$(" not in found["name"]:
            yield _Row(found["name"], around, tuple(found["list"].split()), False)


# The lines that are no tests, each with what is tested around it.
def _lines(text: str) -> Iterator[tuple[str, Expr]]:
    open_: list[Expr] = []
    for raw in text.splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("if"):
            open_.append(_tested(line))
        elif line.startswith("else") and open_:
            last = negated(open_.pop())
            open_.append(both(last, _tested(line[4:].strip())) if line[4:].strip() else last)
        elif line.startswith("endif") and open_:
            open_.pop()
        else:
            yield line, both(*open_)


def _row(found: re.Match[str], around: Expr) -> _Row:
    when: Expr = Y
    if symbol := _SYMBOL.search(found["when"]):
        when = is_enabled(symbol.group(1))
    return _Row(found["name"], both(around, when), tuple(found["list"].split()), found["op"] == ":=")


# A test that is not read counts as open: what stands in either branch may be built.
def _tested(line: str) -> Expr:
    match = _TEST.match(line)
    if match is None:
        return Y
    kind, symbol, comparison, other, value = match.groups()
    if symbol:
        return is_enabled(symbol) if kind == "ifdef" else negated(is_enabled(symbol))
    test = {"y": is_set(other), "n": N}.get(value, negated(is_enabled(other)))
    return test if comparison == "ifeq" else negated(test)
