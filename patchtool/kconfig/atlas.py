"""Which Kconfig files each architecture of a tree reads, and through which `source` lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from hashlib import sha1
from typing import Protocol

from patchtool.core.tree import MissingBlob, TreeReader
from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.environment import environment
from patchtool.kconfig.outline import Outline, Statement, outline
from patchtool.kconfig.semantics import Semantics, semantics

TOP = "Kconfig"
_ARCH_KCONFIG = re.compile(r"arch/([^/]+)/Kconfig\Z")
# `$(X)`, and `$X` as trees before 4.18 write it.
_VARIABLE = re.compile(r"\$(?:\((\w+)\)|(\w+))", re.A)
# A path with nothing to expand and nothing to put straight.
_PLAIN = re.compile(r"(?:[\w+-][\w+.-]*/)*[\w+-][\w+.-]*\Z", re.A)
_EMPTY = Outline(())


class KconfigTree(TreeReader, Protocol):
    """A tree whose files are known by the ids of their contents."""

    def blob_id(self, path: str) -> str | None:
        """An id that equal contents share; None where no such file is in the tree."""
        ...


class Hashed:
    """Any tree as a `KconfigTree`; each file that is asked for is read once."""

    def __init__(self, reader: TreeReader) -> None:
        self._reader = reader
        self._read: dict[str, bytes | None] = {}

    @property
    def name(self) -> str:
        """See `TreeReader.name`."""
        return self._reader.name

    def read(self, path: str) -> bytes | None:
        """See `TreeReader.read`."""
        if path not in self._read:
            self._read[path] = self._reader.read(path)
        return self._read[path]

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """See `TreeReader.paths`."""
        return self._reader.paths(prefix)

    def blob_id(self, path: str) -> str | None:
        """See `KconfigTree.blob_id`."""
        data = self.read(path)
        return None if data is None else sha1(data, usedforsecurity=False).hexdigest()


class Outlines:
    """What states share: the outlines of Kconfig files, read once a content, and the Makefiles' variables."""

    def __init__(self) -> None:
        self.known: dict[str, Outline] = {}
        """By the id of the content."""
        self._variables: dict[tuple[str | None, ...], dict[str, str]] = {}
        self._indexed: set[tuple[str, str]] = set()
        self._places: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def of(self, tree: KconfigTree, path: str) -> Outline:
        """A file's outline; an empty one for a file that the tree lacks. Raises MissingBlob."""
        blob = tree.blob_id(path)
        if blob is None:
            return _EMPTY
        if blob not in self.known:
            self.known[blob] = outline(tree.read(path) or b"")
        return self.known[blob]

    def index(self, path: str, blob: str) -> None:
        """Remember what a version of a file says something about."""
        if (path, blob) not in self._indexed:
            self._indexed.add((path, blob))
            for name in self.known[blob].names:
                self._places[name].append((path, blob))

    def places(self, symbol: str) -> Sequence[tuple[str, str]]:
        """Path and content of every file, of those indexed, with an entry about the symbol."""
        return self._places.get(symbol, ())

    def variables(self, tree: KconfigTree, arch: str, archs: Collection[str]) -> dict[str, str]:
        """See `environment.environment`; `archs` are those of the tree: um takes one of them for its own."""
        lent = [other for other in archs if tree.blob_id(f"arch/{other}/um/Kconfig")]
        key = (arch, tree.blob_id("Makefile"), tree.blob_id(f"arch/{arch}/Kconfig"), *lent)
        if key not in self._variables:
            self._variables[key] = environment(tree, arch)
        return self._variables[key]


def architectures(tree: TreeReader) -> tuple[str, ...]:
    """Every folder under arch/ with a Kconfig file of its own, sorted; um is one of them."""
    return tuple(sorted(found[1] for path in tree.paths("arch") if (found := _ARCH_KCONFIG.match(path))))


class Atlas:
    """The `source` lines of one state, for some of its architectures.

    A path with a variable of the Makefiles (`$(SRCARCH)`, `$(HEADER_ARCH)`), a glob and the relative forms
    are followed. A path that a macro of the Kconfig files makes up is not: see `opaque`. Cost: the files
    not outlined before, 0.6 s for all of a kernel; else some milliseconds.

    Raises:
        UnknownArch: the tree has no such architecture.
    """

    def __init__(self, tree: KconfigTree, archs: Iterable[str], outlines: Outlines) -> None:
        self.tree = tree
        self.outlines: dict[str, Outline] = {}
        """Every file that one of the architectures reads, by its path."""
        archs = tuple(archs)
        self.variables: dict[str, dict[str, str]] = {}
        """What the tree's Makefiles hand to Kconfig, by the architecture."""
        self._unread: dict[str, MissingBlob] = {}
        self._absent: dict[str, MissingBlob] = {}
        for arch in archs:
            try:
                self.variables[arch] = outlines.variables(tree, arch, archs)
            except MissingBlob as missing:
                self._unread[arch] = missing
        self._sources = Sources(tree)
        self._matched: dict[str, tuple[str, ...]] = {}
        self._above: dict[str, set[str]] = defaultdict(set)
        self._above_on: dict[str, dict[str, set[str]]] = {arch: defaultdict(set) for arch in self.variables}
        self._shared = outlines
        self._survey(outlines)

    def missing(self, arch: str) -> MissingBlob | None:
        """A Kconfig file that the architecture reads and the object store lacks; None where all are there."""
        if arch in self._unread:
            return self._unread[arch]
        found = (lack for path, lack in self._absent.items() if TOP in self.leading_to(arch, (path,)))
        return next(found, None)

    @cached_property
    def restless(self) -> frozenset[str]:
        """Files that every slice needs: macros, and `source` lines that are not followed or lead nowhere."""
        macros = {path for path, one in self.outlines.items() if one.has_macros}
        lost = {
            path for path, one in self.outlines.items() if any(self._is_lost(path, s) for s in one.sources)
        }
        return frozenset(macros | lost)

    def targets(self, arch: str, path: str, source: Statement) -> tuple[str, ...] | None:
        """The files that a `source` statement of a file names, in order; None where that is not known."""
        pattern = source.name
        if "$" in pattern:
            expanded = _VARIABLE.sub(lambda found: self._value(arch, found[1] or found[2]), pattern)
            if "$" in expanded:
                return None
            pattern = expanded
        if source.word in ("rsource", "orsource", "grsource"):
            pattern = f"{path.rpartition('/')[0]}/{pattern}"
        if pattern not in self._matched:
            self._matched[pattern] = self._matching(pattern)
        return self._matched[pattern]

    # Whether there is such a file, the listing tells; to ask Sources would read it.
    def _matching(self, pattern: str) -> tuple[str, ...]:
        if _PLAIN.match(pattern):
            return (pattern,) if self.tree.blob_id(pattern) is not None else ()
        return tuple(sorted(match.lstrip("/") for match in self._sources.matching(pattern)))

    # Files of other states are in it too, and of other architectures.
    @cached_property
    def _index(self) -> Outlines:
        for path in self.outlines:
            blob = self.tree.blob_id(path)
            if blob is not None:
                self._shared.index(path, blob)
        return self._shared

    @cached_property
    def rules(self) -> Semantics:
        """How the tree computes values."""
        return semantics(self.tree)

    def about(self, symbols: frozenset[str]) -> frozenset[str]:
        """Files with an entry that defines, selects or implies one of the symbols."""
        return frozenset(path for name in symbols for path in self.places(name))

    def places(self, symbol: str) -> Sequence[str]:
        """Files with an entry that defines, selects or implies the symbol."""
        here, known = self.tree.blob_id, self.outlines
        return [path for path, blob in self._index.places(symbol) if path in known and here(path) == blob]

    def having(self, choices: frozenset[str]) -> frozenset[str]:
        """Files with one of these named choices."""
        if not choices:
            return frozenset()
        return frozenset(path for path, one in self.outlines.items() if not one.choices.isdisjoint(choices))

    def sourced_by(self, arch: str, path: str) -> frozenset[str]:
        """Files that name this one in a `source` statement, on this architecture."""
        return frozenset({*self._above.get(path, ()), *self._above_on[arch].get(path, ())})

    def leading_to(self, arch: str, files: Collection[str]) -> frozenset[str]:
        """These files and every one that sources them, directly or not, on this architecture."""
        seen, queue = set(files), list(files)
        while queue:
            path = queue.pop()
            for parent in self.sourced_by(arch, path):
                if parent not in seen:
                    seen.add(parent)
                    queue.append(parent)
        return frozenset(seen)

    def _survey(self, outlines: Outlines) -> None:
        queue = [TOP]
        while queue:
            path = queue.pop()
            if path in self.outlines:
                continue
            self.outlines[path] = one = self._outline(outlines, path)
            for source in one.sources:
                queue += self._follow(path, source)

    def _outline(self, outlines: Outlines, path: str) -> Outline:
        try:
            return outlines.of(self.tree, path)
        except MissingBlob as missing:
            self._absent[path] = missing
            return _EMPTY

    def _follow(self, path: str, source: Statement) -> list[str]:
        found: list[str] = []
        if "$" not in source.name:
            found += self.targets("", path, source) or ()
            for target in found:
                self._above[target].add(path)
            return found
        for arch, above in self._above_on.items():
            targets = self.targets(arch, path, source) or ()
            found += targets
            for target in targets:
                above[target].add(path)
        return found

    def _is_lost(self, path: str, source: Statement) -> bool:
        archs = self.variables if "$" in source.name else ("",)
        found = [self.targets(arch, path, source) for arch in archs]
        return None in found or (source.word == "source" and () in found)

    # What the Makefiles do not say, a macro of the Kconfig files may: it keeps its dollar.
    def _value(self, arch: str, name: str) -> str:
        return "" if name == "srctree" else self.variables[arch].get(name, "$")
