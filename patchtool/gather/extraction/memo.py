"""Extractions kept between states and between runs: done once for trees that answer alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path
from typing import Protocol, runtime_checkable

from patchtool.core.cache import JsonCache
from patchtool.gather.architectures import Configuration
from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.packing import Extracted, packed, unpacked
from patchtool.gather.extraction.settings import Settings, Slices
from patchtool.gather.extraction.witness import Asked, Witness, packed_asked, unpacked_asked
from patchtool.kconfig.atlas import Atlas, Outlines
from patchtool.kconfig.store import FactStore, StateTree

_HELD = 8
# What else decides an extraction: how C is read.
_READERS = ("condition.py", "parser.py", "preprocess.py")
_ROOMS = ("extraction", "machine", "reading")
_GRAMMARS = ("tree-sitter", "tree-sitter-c")

Task = tuple[Configuration, tuple[str, ...]]
Make = Callable[[Witness, Configuration, tuple[str, ...]], Extracted]


@runtime_checkable
class _State(StateTree, Protocol):
    pass


@dataclass(frozen=True, slots=True)
class _Kept:
    asked: Asked
    found: Extracted


class Memo:
    """What was extracted before, for every tree that answers each question as that one did.

    `folder` is where it is kept between runs, None for nowhere. For each configuration the last eight
    are held. Cost of one that is found: some milliseconds, and the Kconfig slices of what was asked where a
    Kconfig file changed; for a tree seen before, by its id, one file an architecture.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = JsonCache(folder, "extracted")
        self._rings: dict[str, list[_Kept]] = {}
        self._states: dict[tuple[str, str], list[Extracted]] = {}
        self._store = FactStore(folder)
        self._outlines = Outlines()
        self._slices = Slices()

    def extracted(
        self, reader: CachedReader, arch: str, tasks: Sequence[Task], make: Make
    ) -> list[Extracted]:
        """For each task (a configuration, and the names of scenarios): what `make` gives, or gave before.

        `make` may ask the tree and its Kconfig only through the witness that it is handed.
        """
        found = self.seen(reader, arch, tasks)
        if found is None:
            kconfig = Settings(arch, partial(self._atlas, reader, arch), reader, self._slices)
            found = [self._one(reader, kconfig, _key(task), task, make) for task in tasks]
            key, oid = _state_key(arch, tasks), _oid(reader)
            if oid:
                self._cache.put([packed(one) for one in found], _version(), "state", key, oid)
            self.learn(reader, arch, tasks, found)
        return found

    def prepare(self, reader: CachedReader) -> None:
        """Read ahead what all architectures of a tree with an id share: which Kconfig files it has."""
        if isinstance(reader.source, _State):
            self._store.atlas(reader.source)

    def learn(self, reader: CachedReader, arch: str, tasks: Sequence[Task], found: list[Extracted]) -> None:
        """Take over what `extracted` gave in another process for a tree with an id."""
        if oid := _oid(reader):
            self._states[_state_key(arch, tasks), oid] = found

    def seen(self, reader: CachedReader, arch: str, tasks: Sequence[Task]) -> list[Extracted] | None:
        """What `extracted` gave for this very tree, by its id; None where it was not asked."""
        key, oid, count = _state_key(arch, tasks), _oid(reader), len(tasks)
        if not oid:
            return None
        if (key, oid) not in self._states:
            rows = self._cache.get(_version(), "state", key, oid)
            read = [unpacked(row) for row in rows] if isinstance(rows, list) else []
            found = [one for one in read if one is not None]
            if len(found) != count:
                return None
            self._states[key, oid] = found
        return self._states[key, oid]

    def _one(self, reader: CachedReader, kconfig: Settings, key: str, task: Task, make: Make) -> Extracted:
        ring = self._ring(key)
        for kept in ring:
            if kept.asked.holds(reader, kconfig):
                return kept.found
        witness = Witness(reader, kconfig)
        found = make(witness, *task)
        ring.insert(0, _Kept(witness.asked, found))
        row = [packed_asked(witness.asked), packed(found)]
        name = sha256(repr(row).encode("utf-8", "surrogateescape")).hexdigest()
        self._cache.put(row, _version(), "one", name)
        names = self._cache.get(_version(), "ring", key)
        older = [str(one) for one in names] if isinstance(names, list) else []
        self._cache.put([name, *(one for one in older if one != name)][:_HELD], _version(), "ring", key)
        return found

    def _ring(self, key: str) -> list[_Kept]:
        if key not in self._rings:
            names = self._cache.get(_version(), "ring", key)
            kept = [self._read(str(name)) for name in names] if isinstance(names, list) else []
            self._rings[key] = [one for one in kept if one is not None]
        del self._rings[key][_HELD:]
        return self._rings[key]

    def _read(self, name: str) -> _Kept | None:
        match self._cache.get(_version(), "one", name):
            case [asked, found]:
                read, made = unpacked_asked(asked), unpacked(found)
                return _Kept(read, made) if read is not None and made is not None else None
        return None

    def _atlas(self, reader: CachedReader, arch: str) -> Atlas:
        if isinstance(reader.source, _State):
            found = self._store.atlas(reader.source)
            if arch in found.variables:
                return found
        return Atlas(reader, (arch,), self._outlines)


def _oid(reader: CachedReader) -> str:
    tree = reader.source
    return tree.oid if isinstance(tree, _State) else ""


def _state_key(arch: str, tasks: Sequence[Task]) -> str:
    return sha256("\n".join([arch, *map(_key, tasks)]).encode()).hexdigest()


# A set has no order of its own that would be the same in the next run.
def _key(task: Task) -> str:
    row, names = task
    values = [getattr(row, field.name) for field in fields(row)]
    return repr([sorted(v) if isinstance(v, frozenset) else v for v in values]) + repr(names)


@cache
def _version() -> str:
    gather, csource = resources.files("patchtool.gather"), resources.files("patchtool.csource")
    rooms = (resources.files("patchtool.kconfig"), gather, *(gather.joinpath(name) for name in _ROOMS))
    own = [entry for room in rooms for entry in room.iterdir() if entry.name.endswith(".py")]
    texts = [entry.read_bytes() for entry in sorted(own, key=str)]
    texts += [csource.joinpath(name).read_bytes() for name in _READERS]
    grammars = [metadata.version(name).encode() for name in _GRAMMARS]
    return sha256(b"\0".join([*texts, *grammars])).hexdigest()
