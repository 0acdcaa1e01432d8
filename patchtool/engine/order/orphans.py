"""Definitions that the patches of a series leave without a user."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from patchtool.core.finding import Location
from patchtool.core.orphan import Orphan
from patchtool.core.tree import FunctionKind, FunctionPlace
from patchtool.csource.declarations import may_define
from patchtool.csource.statements import blanked
from patchtool.csource.visibility.uses import UseKind
from patchtool.engine.functions import FunctionReader
from patchtool.engine.order.profile import Profile
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

# Lines that name a function and do not use it.
_EXPORT = re.compile(rb"\s*(?:EXPORT_\w*SYMBOL\w*|EXPORT_PER_CPU\w*|NOKPROBE_SYMBOL|ALLOW_ERROR_INJECTION)\b")
_KEPT = re.compile(rb"__maybe_unused|__used\b|__always_unused|__ref\b|__unused\b|asmlinkage|__visible")
_DEFINED = frozenset({FunctionKind.DEFINED, FunctionKind.MACRO})
_C = (".c", ".h")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_NAMING = re.compile(rb"^(?:EXPORT_\w+\([^\n]*|[A-Za-z_][^\n;={}(]*\()", re.MULTILINE)
# Files of a folder that are looked at before the tree is searched, and files that may name what nothing uses.
_LOOKED_AT = 60
_FEW = 12
_SEARCHED = ("*.c", "*.h", "*.S", "*.lds", "*.y", "*.l")
_Words = Mapping[str, tuple[str, ...]]


class Orphans:
    """Answers for one series; each file is read once a version of it."""

    def __init__(
        self, base: Snapshot, profiles: Sequence[Profile], reader: FunctionReader, grep: Grep
    ) -> None:
        self._grep = grep
        self._base = base
        self._profiles = profiles
        self._reader = reader
        self._touched = {path for p in profiles for path in p.paths}
        self._folders: dict[str, frozenset[str]] = {}

    def found(self) -> tuple[Orphan, ...]:
        """Every orphan with the patch that makes it, in order of the patches.

        Functions and macros that a patch uses or declares on the lines that it takes out and nowhere on those
        that it adds. Cost: a search of the tree for those that no file of the series, and none beside one of
        these, uses.
        """
        asked = [(p, name, at) for p in self._profiles for name, at in self._let_go(p).items()]
        wide = {name for p, name, _ in asked if self._is_wide(p, name)}
        words = self._grep.where(self._base, wide, _SEARCHED)
        return tuple(one for p, name, at in asked for one in self._orphans(p, name, at, words))

    # Whether files that the series leaves alone may define it or use it, as far as a look around tells.
    def _is_wide(self, p: Profile, name: str) -> bool:
        places = list(self._definitions(p, name, {}))
        if places:
            return not all(map(_own, places))
        return not self._used(p.after, name, (), {}) and name not in self._beside(p)

    # Every word in the C files that lie beside those of a patch, but for what they define and export.
    def _beside(self, p: Profile) -> frozenset[str]:
        folders = {path.rpartition("/")[0] for path in p.paths if path.endswith(_C)}
        return frozenset().union(*(self._words_in(folder) for folder in folders))

    def _words_in(self, folder: str) -> frozenset[str]:
        if folder not in self._folders:
            below = [path for path in self._base.paths(folder) if path.rpartition("/")[0] == folder]
            others = [path for path in below if path.endswith(_C) and path not in self._touched]
            texts, _ = self._base.read_all(others[:_LOOKED_AT])
            found = {word for data in texts.values() for word in _WORD.findall(_NAMING.sub(b"", data))}
            self._folders[folder] = frozenset(word.decode() for word in found)
        return self._folders[folder]

    def _let_go(self, p: Profile) -> dict[str, Location]:
        again = {*p.adds.names, *(want.name for want in p.adds.wants)}
        used = {
            want.name: want.at
            for want in reversed(p.takes.wants)
            if want.use and want.use.kind is not UseKind.MEMBER
        }
        declared = {name: at for name, at in p.takes.names.items() if "." not in name}
        return {name: at for name, at in {**declared, **used}.items() if name not in again}

    def _is_declared(self, p: Profile, name: str, words: _Words) -> bool:
        paths = {*p.paths, *words.get(name, ())}
        places = (place for path in sorted(paths) for place in self._reader.places(p.after, path))
        return any(place.name == name and place.kind is FunctionKind.DECLARED for place in places)

    # Definitions of a name in the files of a patch, and in the few others that name it. What a header offers
    # that the patch leaves alone is there for whoever wants it.
    def _definitions(self, p: Profile, name: str, words: _Words) -> Iterator[FunctionPlace]:
        others = words.get(name, ()) if len(words.get(name, ())) <= _FEW else ()
        for path in sorted({*p.paths, *(path for path in others if not path.endswith(".h"))}):
            places = self._reader.places(p.after, path)
            yield from (place for place in places if place.name == name and place.kind in _DEFINED)

    def _orphans(self, p: Profile, name: str, at: Location, words: _Words) -> Iterator[Orphan]:
        places = [
            place for place in self._definitions(p, name, words) if not _own(place) or place.path == at.path
        ]
        if not places or self._used(p.after, name, places, words):
            return
        place = places[0]
        text = _head(readable(p.after, place.path) or b"", place.line)
        if _KEPT.search(text) or len({one.path for one in places}) > 1:
            return
        static = place.kind is FunctionKind.DEFINED and place.static and b"inline" not in text
        warns = static and place.path.endswith(".c")
        undeclared = not any(want.name == name for want in p.takes.wants)
        if not (undeclared and self._is_declared(p, name, words)):
            yield Orphan(p.n, place, at, warns, self._until(p, name, places, words), undeclared)

    def _until(self, p: Profile, name: str, places: Sequence[FunctionPlace], words: _Words) -> int | None:
        for later in self._profiles:
            if later.n > p.n:
                defined = any(
                    one.name == name and one.kind in _DEFINED
                    for place in places
                    for one in self._reader.places(later.after, place.path)
                )
                if not defined or self._used(later.after, name, places, words):
                    return later.n
        return None

    def _used(self, tree: Snapshot, name: str, places: Sequence[FunctionPlace], words: _Words) -> bool:
        own = {place.path for place in places}
        alone = places and all(map(_own, places))
        paths = own if alone else own.union(words.get(name, ()), tree.changed())
        texts = ((path, readable(tree, path) or b"") for path in sorted(paths))
        files = {path: data for path, data in texts if name.encode() in data}
        return any(self._uses(tree, path, data, name) for path, data in files.items()) or any(
            may_define(path, data, name) for path, data in files.items()
        )

    def _uses(self, tree: Snapshot, path: str, data: bytes, name: str) -> bool:
        word = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")
        if not word.search(data):
            return False
        naming = {place.line for place in self._reader.places(tree, path) if place.name == name}
        for number, line in enumerate(blanked(path, data).split(b"\n"), 1):
            count = len(word.findall(line))
            if count > (number in naming) and not _EXPORT.match(line):
                return True
        return False


# A name that its own .c file alone can use: a static function, a macro.
def _own(place: FunctionPlace) -> bool:
    return place.path.endswith(".c") and (place.static or place.kind is FunctionKind.MACRO)


# The lines of a definition up to its name, and the one behind it.
def _head(data: bytes, line: int) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join(lines[max(0, line - 3) : line + 2])
