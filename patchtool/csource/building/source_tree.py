"""One state of a tree as all questions about its C files share it."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import Protocol

from patchtool.core.expr import Expr, symbols, value
from patchtool.core.tree import TreeReader
from patchtool.csource.building.census import Census, is_kconfig
from patchtool.csource.building.compiler import FIRST, predefine
from patchtool.csource.building.formulas import ALWAYS, NEVER
from patchtool.csource.building.headers import Headers
from patchtool.csource.building.kbuild import Built
from patchtool.csource.building.unit import Prefix, Walk
from patchtool.csource.building.values import Config


class BulkReader(TreeReader, Protocol):
    """A reader that can bring many files at once."""

    def read_all(self, paths: Iterable[str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Contents of the files among some paths, and those whose content is absent."""
        ...


class Kept:
    """A reader that asks for each file once, and for what every walk needs in one go."""

    def __init__(self, reader: BulkReader, known: Mapping[str, bytes | None]) -> None:
        self._reader = reader
        self._known = dict(known)

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

    def without(self, paths: Container[str]) -> dict[str, bytes | None]:
        """What is at hand, but for some paths."""
        return {path: data for path, data in self._known.items() if path not in paths}

    def read_all(self, paths: Iterable[str]) -> None:
        """Bring files that are not at hand yet."""
        missing = [path for path in paths if path not in self._known]
        self._known.update(self._reader.read_all(missing)[0])


class SourceTree:
    """A state's file list, Makefiles, Kconfig letters, include paths and walks, each worked out once.

    `volatile` are the files that a whole series changes, for walks to be taken up where the first of them is
    read; () where the series adds or removes a header, or changes a Makefile.
    """

    def __init__(self, reader: BulkReader, volatile: frozenset[str] = frozenset()) -> None:
        self.reader = Kept(reader, {})
        self._volatile = volatile
        self._walks: dict[tuple[str, str], Walk | None] = {}
        self._prefixes: dict[tuple[str, str], Prefix] = {}
        self._headers: dict[str, Headers] = {}
        self._census: dict[str, Census] = {}

    def followed_by(self, reader: BulkReader, changed: frozenset[str]) -> SourceTree:
        """The state after a patch that changes some files; what these do not touch is not worked out
        again.
        """
        after = SourceTree(reader, self._volatile)
        after.reader = Kept(reader, self.reader.without(changed))
        after._prefixes = self._prefixes
        if not any(is_kconfig(path) for path in changed):
            after._census = self._census
        return after

    @cached_property
    def present(self) -> frozenset[str]:
        """Every path of the tree."""
        return frozenset(self.reader.paths())

    @cached_property
    def built(self) -> Built:
        """Under which conditions files are built."""
        return Built(self.reader, self.present)

    @cached_property
    def architectures(self) -> tuple[str, ...]:
        """Folders under arch/ with a Kconfig file and headers of their own, sorted."""
        found = {
            path.split("/")[1]
            for path in self.reader.paths("arch")
            if path.count("/") > 2 and "/include/asm/" in path
        }
        return tuple(sorted(arch for arch in found if f"arch/{arch}/Kconfig" in self.present))

    @cached_property
    def _kconfig(self) -> dict[str, bytes]:
        paths = [path for path in self.present if is_kconfig(path)]
        self.reader.read_all(paths)
        return {path: self.reader.read(path) or b"" for path in paths}

    def census(self, arch: str) -> Census:
        """What the symbols can be on an architecture."""
        if arch not in self._census:
            self._census[arch] = Census(self._kconfig, arch)
        return self._census[arch]

    def headers(self, arch: str) -> Headers:
        """Where its includes lead."""
        if arch not in self._headers:
            own = f"arch/{arch}/include/" if arch else "include/"
            self.reader.read_all(path for path in self.reader.paths(own) if path.endswith(".h"))
            self._headers[arch] = Headers(self.reader, arch, self.present)
        return self._headers[arch]

    def walk(self, arch: str, unit: str) -> Walk | None:
        """A walk of a unit for all configurations that build it, made once; None where none builds it.

        Raises:
            TooLarge: the conditions are too many.
        """
        key = (arch, unit)
        if key not in self._walks:
            census = self.census(arch)
            prefix = self._prefixes.get(key)
            if prefix is not None and any(
                census.possible(s) != letters for s, letters in prefix.asked.items()
            ):
                prefix = None
            walk = Walk(self.reader, self.headers(arch), census, volatile=self._volatile, resumed=prefix)
            self._walks[key] = self._run(walk, arch, unit)
            if walk.prefix is not None:
                self._prefixes[key] = walk.prefix
        return self._walks[key]

    def walk_one(self, arch: str, unit: str, config: Config) -> Walk | None:
        """A walk of a unit for one configuration; None where it does not build it."""
        return self._run(Walk(self.reader, self.headers(arch), config), arch, unit)

    def _run(self, walk: Walk, arch: str, unit: str) -> Walk | None:
        built = self.when_built(unit)
        when = walk.values.formula(built) if built is not None else ALWAYS
        if when == NEVER or (walk.prefix is not None and walk.prefix.when != when):
            return (
                None
                if when == NEVER
                else self._run(Walk(self.reader, self.headers(arch), walk.config), arch, unit)
            )
        predefine(walk, arch, (self.reader.read(f"arch/{arch}/Makefile") or b"").decode("utf-8", "replace"))
        return walk.run(unit, when, FIRST)

    def buildable(self, unit: str, arch: str) -> bool:
        """Whether the architecture's symbols leave a configuration that builds a unit, as far as it shows
        at once.
        """
        when = self.when_built(unit)
        census = self.census(arch)
        return (
            when is None
            or value(when, {s: census.possible(s)[:1] or "y" for s in symbols(when)}) != "n"
            or "!" in str(when)
        )

    def when_built(self, unit: str) -> Expr | None:
        """See `Built.when`."""
        return self.built.when(unit)

    def archs_of(self, path: str) -> tuple[str, ...]:
        """The architectures whose kernels can read a file."""
        parts = path.split("/")
        if parts[0] == "arch" and len(parts) > 2:
            own = [parts[1]] if parts[1] in self.architectures else []
            return (*own, "um") if path.startswith("arch/x86/um/") else tuple(own)
        return self.architectures

    def standing(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of some paths that the tree has."""
        return tuple(name for name in names if posixpath.normpath(name) in self.present)
