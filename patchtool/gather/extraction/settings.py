"""An architecture's Kconfig under the settings that configurations make, parsed as far as they ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256

from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.mentions import mentioned
from patchtool.kconfig.atlas import Atlas
from patchtool.kconfig.cone import Cones
from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.parser import Parsed, parse_sources
from patchtool.kconfig.slices import Slice, Slicer, read
from patchtool.kconfig.values import Setting

# Beyond so many symbols a parse of all files costs no more.
_ENOUGH = 6000
_HELD = 64


class Slices:
    """What states share: parses of slices whose statements are the same, and which symbols were asked for."""

    def __init__(self) -> None:
        self._held: dict[str, Parsed] = {}
        self.asked: dict[str, set[str]] = {}
        """By architecture; the next state's first slice holds them all."""
        self.last: dict[str, tuple[str, frozenset[str], Parsed]] = {}
        """By architecture: the digest of the state read last, the symbols that its slice holds, and it."""

    def read(self, atlas: Atlas, part: Slice) -> Parsed:
        """A parse of the slice, or of an equal one: the lines of its statements may differ."""
        key = _key(atlas, part)
        found = self._held.pop(key, None) if part.key else None
        self._held[key] = found or read(atlas, part)
        if len(self._held) > _HELD:
            del self._held[next(iter(self._held))]
        return self._held[key]


def _key(atlas: Atlas, part: Slice) -> str:
    tree = atlas.tree
    files = [
        f"{path} {_digest(tree.read(path) or b'', _spans(atlas, path, kept))}"
        for path, kept in sorted(part.kept.items())
    ]
    variables = sorted(atlas.variables[part.arch].items())
    return sha256("\n".join([part.arch, str(variables), repr(atlas.rules), *files]).encode()).hexdigest()


def _spans(atlas: Atlas, path: str, kept: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    statements = atlas.outlines[path].statements
    return tuple((s.line, s.end, s.close) for s in (statements[at] for at in kept))


@lru_cache(maxsize=32768)
def _digest(data: bytes, spans: tuple[tuple[int, int, int], ...]) -> str:
    lines = data.split(b"\n")
    closes = {close for _, _, close in spans if close}
    wanted = sorted({line for first, last, _ in spans for line in range(first, last + 1)} | closes)
    return sha256(b"\n".join(lines[line - 1] for line in wanted)).hexdigest()


class Settings:
    """One architecture's Kconfig in one state; nothing is read before something is asked.

    Raises, with what it answers:
        KconfigError: what is needed does not parse.
        UnknownArch: the tree has no such architecture.
        MissingBlob: a Kconfig file's content is absent.

    Cost: a slice with everything that decides the symbols asked for, 0.1-0.5 s; nothing where a state has
    brought an equal one.
    """

    def __init__(self, arch: str, atlas: Callable[[], Atlas], reader: CachedReader, slices: Slices) -> None:
        self.arch = arch
        self._make = atlas
        self._reader = reader
        self._slices = slices
        self._asked = slices.asked.setdefault(arch, set())
        self._known: frozenset[str] = frozenset()
        self._parsed: Parsed | None = None

    @cached_property
    def _atlas(self) -> Atlas:
        return self._make()

    @cached_property
    def _cones(self) -> Cones:
        return Cones(self._atlas, self.arch)

    @cached_property
    def digest(self) -> str:
        """Equal for states whose Kconfig gives equal answers; they may be equal where it is not."""
        atlas = self._atlas
        read = (path for path in atlas.outlines if self._may_read(path, frozenset()))
        files = sorted(f"{path} {atlas.tree.blob_id(path)}" for path in read)
        text = "\n".join([str(sorted(atlas.variables[self.arch].items())), repr(atlas.rules), *files])
        return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

    # A file of another architecture is read where one is that sources it; of all other files, any may be.
    def _may_read(self, path: str, below: frozenset[str]) -> bool:
        if not path.startswith("arch/") or path.startswith((f"arch/{self.arch}/", "arch/Kconfig")):
            return True
        if path in below:
            return False
        above = self._atlas.sourced_by(self.arch, path)
        return any(self._may_read(parent, below | {path}) for parent in above)

    def defined(self, symbol: str) -> bool:
        """Whether the architecture's Kconfig files have an entry for the symbol; parses nothing."""
        return self._cones.defined(symbol)

    def refused(self, assignments: Mapping[str, str]) -> tuple[str, ...]:
        """One sentence for each assignment that does not take."""
        names = [name for name in assignments if self.defined(name)]
        if not names:
            return ()
        self._asked.update(names)
        return self._reading(names[0]).refusals(Setting(tuple(assignments.items())))

    def value(self, assignments: Mapping[str, str], symbol: str) -> str:
        """A symbol's value where these assignments are made; `n` for a symbol not defined."""
        if not self.defined(symbol):
            return "n"
        return self._reading(symbol).compute(Setting(tuple(assignments.items())), symbol)

    # A slice with the symbol, and with all others that are likely to be asked for.
    def _reading(self, symbol: str) -> Parsed:
        if self._parsed is None:
            self._recall()
        if self._parsed is None or (symbol not in self._known and self._known):
            self._asked.add(symbol)
            names = self._asked | {name for name in mentioned(self._reader, self.arch) if self.defined(name)}
            self._asked |= names
            cone = self._cones.closure(names, _ENOUGH)
            self._known = frozenset(cone.symbols) if cone.complete else frozenset()
            self._parsed = self._read() if cone.complete else self._whole()
            if cone.complete:
                self._slices.last[self.arch] = self.digest, self._known, self._parsed
        return self._parsed

    # The state before may have had the same Kconfig.
    def _recall(self) -> None:
        last = self._slices.last.get(self.arch)
        if last is not None and last[0] == self.digest:
            _, self._known, self._parsed = last

    def _read(self) -> Parsed:
        # What this one takes the place of is not kept: a heap full of parses is slow to collect.
        self._parsed = None
        return self._slices.read(self._atlas, Slicer(self._known).cut(self._atlas, self.arch))

    def _whole(self) -> Parsed:
        atlas = self._atlas
        return parse_sources(Sources(atlas.tree), atlas.rules, self.arch, atlas.variables[self.arch])
