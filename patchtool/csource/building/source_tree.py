"""One state of a tree as all questions about its C files share it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import Protocol

from patchtool.core.expr import Expr, symbols, value
from patchtool.core.tree import TreeReader
from patchtool.csource.building.census import Census, common, is_kconfig
from patchtool.csource.building.compiler import FIRST, predefine
from patchtool.csource.building.formulas import ALWAYS, NEVER, Formula
from patchtool.csource.building.headers import Headers
from patchtool.csource.building.kbuild import Built
from patchtool.csource.building.points import Changing, Point, moved
from patchtool.csource.building.unit import Walk
from patchtool.csource.building.values import Config

_MADE = re.compile(rb"#[ \t]*define[ \t]+(\w+)")


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

    `changing` is what a whole series changes, for walks of one state to be taken up in the next; None keeps
    each state by itself.
    """

    def __init__(self, reader: BulkReader, changing: Changing | None = None) -> None:
        self.reader = Kept(reader, {})
        self._changing = changing
        self._walks: dict[tuple[str, str], Walk | None] = {}
        self._points: dict[tuple[str, str], tuple[Point, ...]] = {}
        self._headers: dict[str, Headers] = {}
        self._census: dict[str, Census] = {}
        self._earlier: SourceTree | None = None
        self._changed: frozenset[str] = frozenset()

    def followed_by(self, reader: BulkReader, changed: frozenset[str]) -> SourceTree:
        """The state after a patch that changes some files; what these do not touch is not worked out
        again.
        """
        self._settle()
        after = SourceTree(reader, self._changing)
        after.reader = Kept(reader, self.reader.without(changed))
        if self._changing is not None:
            after._earlier = self
            after._changed = changed.union(moved(path.rpartition("/")[2]) for path in changed)
        if not any(is_kconfig(path) for path in changed):
            after._census = self._census
        if not any(self._leads_elsewhere(path) for path in changed):
            after._headers = self._headers
        return after

    def _leads_elsewhere(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return self._changing is None or name in self._changing.moved or name in ("Makefile", "Kbuild")

    # What is still of use of the state before; that state may go then.
    def _settle(self) -> None:
        earlier, self._earlier = self._earlier, None
        if earlier is not None:
            for key in earlier._points.keys() - self._points.keys():
                self._points[key] = self._valid(earlier, key)

    # The points of the state before from which nothing has been read that is another now.
    def _valid(self, earlier: SourceTree, key: tuple[str, str]) -> tuple[Point, ...]:
        points = earlier._points.get(key, ())
        return tuple(point for point in points if point.spent.isdisjoint(self._changed))

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
    def made(self) -> frozenset[str]:
        """The macros that the top Makefile writes into headers: LINUX_VERSION_CODE and the like."""
        found = _MADE.findall(self.reader.read("Makefile") or b"")
        return frozenset(name.decode() for name in found)

    @cached_property
    def _kconfig(self) -> dict[str, bytes]:
        paths = [path for path in self.present if is_kconfig(path)]
        self.reader.read_all(paths)
        return {path: self.reader.read(path) or b"" for path in paths}

    @cached_property
    def _common(self) -> Mapping[str, str]:
        return common(self._kconfig)

    def census(self, arch: str) -> Census:
        """What the symbols can be on an architecture."""
        if arch not in self._census:
            self._census[arch] = Census(self._kconfig, arch, self._common)
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
            if self._earlier is not None and key not in self._points:
                self._points[key] = self._valid(self._earlier, key)
            walk = self._resumed(arch, unit) or self._fresh(arch, unit)
            self._walks[key] = walk
            self._points[key] = walk.points if walk is not None else ()
        return self._walks[key]

    @property
    def walked(self) -> frozenset[str]:
        """The units of which a walk is at hand."""
        return frozenset(unit for _, unit in self._walks.keys() | self._points.keys())

    def walk_one(self, arch: str, unit: str, config: Config) -> Walk | None:
        """A walk of a unit for one configuration; None where it does not build it."""
        return self._run(Walk(self.reader, self.headers(arch), config), arch, unit)

    def _resumed(self, arch: str, unit: str) -> Walk | None:
        census = self.census(arch)
        for point in reversed(self._points.get((arch, unit), ())):
            if any(census.possible(symbol) != letters for symbol, letters in point.asked.items()):
                continue
            walk = Walk(self.reader, self.headers(arch), census, changing=self._changing, from_=point)
            if self._built(walk, unit) == point.whole and walk.resume(unit):
                return walk
        return None

    def _fresh(self, arch: str, unit: str) -> Walk | None:
        walk = Walk(self.reader, self.headers(arch), self.census(arch), changing=self._changing)
        return self._run(walk, arch, unit)

    def _run(self, walk: Walk, arch: str, unit: str) -> Walk | None:
        when = self._built(walk, unit)
        if when == NEVER:
            return None
        predefine(walk, arch, (self.reader.read(f"arch/{arch}/Makefile") or b"").decode("utf-8", "replace"))
        return walk.run(unit, when, FIRST)

    def _built(self, walk: Walk, unit: str) -> Formula:
        built = self.when_built(unit)
        return walk.values.formula(built) if built is not None else ALWAYS

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
