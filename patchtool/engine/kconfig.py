"""Each architecture's Kconfig in each state of a series, as rules and the ledger ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from patchtool.core.expr import Expr, N, Y, text
from patchtool.core.finding import Location
from patchtool.core.kconfig import Answer, Bounds, Broken, Outcome
from patchtool.core.rules import State
from patchtool.core.symbol import SymbolFacts
from patchtool.core.tree import REFETCH, MissingBlob
from patchtool.kconfig.bounds import Fixed, bounds
from patchtool.kconfig.parser import KconfigError
from patchtool.kconfig.store import FactStore
from patchtool.tree.snapshot import Snapshot

if TYPE_CHECKING:
    from patchtool.kconfig.bounds import Lookup
    from patchtool.kconfig.decide import Decider
    from patchtool.kconfig.search import Verify

# Symbols read with those that a series touches: what decides their values, as far as it takes to say it.
_NEAR = 1500


class Shelf:
    """The views of one series: states in which an architecture says the same share one."""

    def __init__(self, store: FactStore, symbols: Collection[str]) -> None:
        self.store = store
        self._symbols = frozenset(symbols)
        self._views: dict[tuple[str, int], ArchitectureView] = {}

    def view(self, tree: Snapshot, arch: str) -> ArchitectureView:
        """What an architecture says in a state. Raises KconfigError where its files do not parse."""
        near = self.store.closed(tree, arch, self._symbols, _NEAR)
        # The store hands out one object for equal facts; the view keeps it, so its id stays its own.
        key = (arch, id(near))
        if key not in self._views:
            self._views[key] = ArchitectureView(self.store, tree, arch, near)
        return self._views[key]

    def save(self) -> None:
        """Keep what was concluded for the next run."""
        for view in self._views.values():
            view.save()


def absent_kconfig(states: Iterable[State]) -> tuple[str, ...]:
    """A sentence on each Kconfig file that some state could not read, and for which architectures."""
    absent: dict[str, dict[str, None]] = {}
    for broken in (one for state in states for one in state.broken if one.absent):
        absent.setdefault(broken.at.path, {})[broken.arch] = None
    return tuple(
        f"Kconfig of {', '.join(archs)}: {path} is absent from the object store (hint: {REFETCH})"
        for path, archs in absent.items()
    )


class StateKconfig:
    """The architectures of one state; each is parsed, as far as the symbols need it, when it is asked for."""

    def __init__(self, shelf: Shelf, tree: Snapshot) -> None:
        self._shelf = shelf
        self._tree = tree

    @cached_property
    def _read(self) -> dict[str, ArchitectureView | Broken]:
        return {arch: self._try(arch) for arch in self._shelf.store.architectures(self._tree)}

    @cached_property
    def architectures(self) -> tuple[str, ...]:
        """See `core.rules.State`."""
        return tuple(arch for arch, view in self._read.items() if isinstance(view, ArchitectureView))

    @cached_property
    def broken(self) -> tuple[Broken, ...]:
        """See `core.rules.State`."""
        return tuple(view for view in self._read.values() if isinstance(view, Broken))

    def view(self, arch: str) -> ArchitectureView:
        """What one of `architectures` says. Raises KeyError for any other."""
        view = self._read[arch]
        if isinstance(view, Broken):
            raise KeyError(arch)
        return view

    def _try(self, arch: str) -> ArchitectureView | Broken:
        try:
            return self._shelf.view(self._tree, arch)
        except KconfigError as error:
            path, _, line = (error.at or "").rpartition(":")
            at = Location(path, int(line)) if line.isdigit() else Location(error.at or "Kconfig")
            return Broken(arch, at, error.message)
        except MissingBlob as missing:
            return Broken(arch, Location(missing.path), missing.message, absent=True)


class ArchitectureView:
    """A `core.kconfig.Architecture`; `near` are the facts of the series' symbols and what decides them."""

    def __init__(self, store: FactStore, tree: Snapshot, arch: str, near: Mapping[str, SymbolFacts]) -> None:
        self.name = arch
        self._store = store
        self._tree = tree
        self._near = near
        self._fixed = Fixed(self._lookup)
        self._bounds: dict[str, Bounds] = {}
        self._known = store.concluded(near)
        self._kept = len(self._known)
        self._answers: dict[Expr, Answer] = {}
        self._readable: dict[Expr, Expr] = {}

    def save(self) -> None:
        """See `Shelf.save`."""
        if len(self._known) > self._kept:
            self._store.conclude(self._near, self._known)

    def facts(self, symbol: str) -> SymbolFacts:
        """See `core.kconfig.Architecture`."""
        known = self._near.get(symbol)
        return known if known is not None else self._store.facts(self._tree, self.name, (symbol,))[symbol]

    def bounds(self, symbol: str) -> Bounds:
        """See `core.kconfig.Architecture`."""
        if symbol not in self._bounds:
            facts = self.facts(symbol)
            found = Bounds(N, Y) if facts.probed else bounds(facts)
            self._bounds[symbol] = Bounds(self.readable(found.least), self.readable(found.most))
        return self._bounds[symbol]

    def readable(self, expr: Expr) -> Expr:
        """See `core.kconfig.Architecture`."""
        if expr not in self._readable:
            said = text(expr)
            if said not in self._known.readable:
                self._known.readable[said] = self._fixed.resolved(expr)
            self._readable[expr] = self._known.readable[said]
        return self._readable[expr]

    def possible(self, expr: Expr) -> Answer:
        """See `core.kconfig.Architecture`."""
        if expr not in self._answers:
            self._answers[expr] = self._decided(expr)
        return self._answers[expr]

    def never(self, expr: Expr) -> bool:
        """See `core.kconfig.Architecture`."""
        said = text(expr)
        if said not in self._known.never:
            # A proof that leaves symbols free is one all the same.
            self._known.never[said] = _decider(self._lookup).possible(expr).outcome is Outcome.NO
        return self._known.never[said]

    def _decided(self, expr: Expr) -> Answer:
        if self.never(expr):
            return Answer(Outcome.NO)
        whole = self._store.partial(self._tree, self.name)
        return _decider(whole.lookup, whole.with_values).possible(expr)

    # Where the build machine has a say, and beyond what was read, nothing is known.
    def _lookup(self, name: str) -> SymbolFacts | None:
        found = self._near.get(name)
        return None if found is None or found.probed else found


# Not loaded with the rest: where answers of an earlier run are at hand, nothing is decided anew.
def _decider(lookup: Lookup, verify: Verify | None = None) -> Decider:
    from patchtool.kconfig.decide import Decider

    return Decider(lookup, verify)
