"""An architecture's Kconfig, of which only what is asked for is parsed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from patchtool.core.symbol import SymbolFacts
from patchtool.core.tree import TreeReader
from patchtool.kconfig.atlas import Atlas, Hashed, Outlines
from patchtool.kconfig.cone import Cones
from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.facts import facts_of
from patchtool.kconfig.parser import Parsed, parse_sources
from patchtool.kconfig.slices import Slicer, read
from patchtool.kconfig.values import Base, Setting, Values

# Beyond so many symbols in slices, one parse of all files costs no more.
_ENOUGH = 6000
_MANY = 64


class Shelf:
    """Parses of slices that states of a series share; the oldest go when there are many."""

    def __init__(self) -> None:
        self._held: dict[str, Parsed] = {}

    def read(self, atlas: Atlas, arch: str, symbols: Collection[str]) -> Parsed:
        """See `slices.sliced`."""
        part = Slicer(symbols).cut(atlas, arch)
        found = self._held.pop(part.key, None) or read(atlas, part)
        if part.key:
            self._held[part.key] = found
        if len(self._held) > _MANY:
            del self._held[next(iter(self._held))]
        return found


class Partial:
    """Values and facts of one architecture in one state; a `values.Engine`.

    A symbol's value is computed in a slice with everything that decides it (see `cone.Cones`), and so is the
    one that a parse of all files gives. Cost: mostly 5-50 ms for the first symbol of a cone, nothing for the
    others; where the slices have grown large, the parse of all files.

    Raises, with what it answers:
        KconfigError: what is needed does not parse.
        MissingBlob: a Kconfig file's content is absent.
    """

    def __init__(self, atlas: Atlas, arch: str, shelf: Shelf | None = None) -> None:
        self.arch = arch
        self._atlas = atlas
        self._cones = Cones(atlas, arch)
        self._shelf = shelf or Shelf()
        self._parsed: dict[str, Parsed] = {}
        self._whole: Parsed | None = None
        self._facts: dict[str, SymbolFacts] = {}
        self._held = 0
        self._lock = threading.RLock()

    @property
    def notes(self) -> tuple[str, ...]:
        """See `Parsed.notes`; of what was parsed so far."""
        return tuple(sorted({note for parsed in self._parsed.values() for note in parsed.notes}))

    def lookup(self, symbol: str) -> SymbolFacts | None:
        """A symbol's facts; None where a build machine's answers have a say in them."""
        if symbol not in self._facts:
            cone = self._cones.closure((symbol,), _ENOUGH)
            self._facts |= facts_of(self._reading(symbol), self._atlas.outlines, cone.symbols)
        found = self._facts[symbol]
        return None if found.probed else found

    def defined(self, symbol: str) -> bool:
        """Whether the architecture's Kconfig files have an entry for the symbol; parses nothing."""
        return self._cones.defined(symbol)

    def with_values(self, assignments: Mapping[str, str], base: Base = Base.DEFAULT) -> Values:
        """A configuration; see `Parsed.with_values`."""
        return Values(self, Setting(tuple(assignments.items()), base))

    def compute(self, setting: Setting, symbol: str) -> str:
        """One symbol's value under a setting; `Values.value` is the way to ask."""
        return self._reading(symbol).compute(setting, symbol) if self.defined(symbol) else "n"

    def written(self, setting: Setting) -> dict[str, str]:
        """What .config would hold; `Values.written` is the way to ask. Parses all files."""
        return self._all().written(setting)

    def refusals(self, setting: Setting) -> tuple[str, ...]:
        """One sentence for each assignment that did not take, in the order given."""
        found = [
            next((s for s in self._reading(name).refusals(setting) if s.startswith(f"{name}=")), "")
            for name in dict(setting.assignments)
        ]
        return tuple(filter(None, found))

    # The parse that knows the symbol: one made for another symbol, its own, or the whole.
    def _reading(self, symbol: str) -> Parsed:
        with self._lock:
            if symbol not in self._parsed:
                cone = self._cones.closure((symbol,), _ENOUGH)
                self._held += len(cone.symbols)
                closed = cone.complete and self._held <= _ENOUGH
                parsed = self._shelf.read(self._atlas, self.arch, cone.symbols) if closed else self._all()
                for name in cone.symbols:
                    self._parsed.setdefault(name, parsed)
            return self._parsed[symbol]

    def _all(self) -> Parsed:
        if self._whole is None:
            atlas = self._atlas
            variables = atlas.variables[self.arch]
            self._whole = parse_sources(Sources(atlas.tree), atlas.rules, self.arch, variables)
        return self._whole


def partial(reader: TreeReader, arch: str) -> Partial:
    """An architecture of any tree, `arch` as in `parser.parse`.

    Raises:
        UnknownArch: the tree has no such architecture.
        MissingBlob: a Kconfig file's content is absent.

    Cost: the outlines of all Kconfig files that the architecture reads, 0.6 s for a kernel.
    """
    return Partial(Atlas(Hashed(reader), (arch,), Outlines()), arch)
