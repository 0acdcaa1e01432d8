"""`patchtool kconfig` without its printing: how every touched symbol stands, state by state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from patchtool.core.errors import PatchtoolError
from patchtool.core.kconfig import Architecture
from patchtool.core.ledger import ABSENT, LedgerReport, Shift, Standing
from patchtool.core.rename import Rename
from patchtool.core.report import Base
from patchtool.core.rules import Facts, State
from patchtool.core.series import Series
from patchtool.engine.kconfig import absent_kconfig
from patchtool.engine.standing import place, renamed, standing
from patchtool.engine.walk import Options, walk
from patchtool.tree.snapshot import Snapshot

Groups = tuple[tuple[tuple[str, ...], Standing], ...]


class NotInLedger(PatchtoolError):
    """A symbol or an architecture was asked for that the ledger does not have."""


@dataclass(frozen=True, slots=True)
class Only:
    """What a ledger is limited to; an empty set is no limit."""

    architectures: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()


def ledger(
    series: Series, tree: Snapshot, base: Base, options: Options, only: Only | None = None
) -> LedgerReport:
    """The ledger of a series on a base, as far as its patches apply.

    Raises:
        GitError: git can't read the repository.
        NotInLedger: `only` names what the series does not touch, or the tree does not have.
    """
    walked = walk(series, tree, options)
    options.progress("reading Kconfig")
    facts, only = walked.facts, only or Only()
    states, last = facts.states, facts.states[-1]
    every = sorted({arch for state in states for arch in state.architectures})
    archs = _chosen(every, only.architectures, "the tree has no Kconfig for architecture")
    # A rename is told under the name that goes.
    olds = {row.old for row in facts.renames if row.patch is not None and row.new in only.symbols}
    asked = only.symbols | (olds & facts.touched)
    symbols = _chosen(sorted(facts.touched), asked, "the series does not touch")
    standings = _Standings()
    shifts = tuple(
        shift
        for before, after in pairwise(states)
        for shift in _Step(before, after, facts, archs, standings).shifts(symbols)
    )
    final = {name: standings.groups(last, name, archs) for name in symbols}
    facts.shelf.save()
    shifted = {name for shift in shifts for name in (shift.symbol, shift.renamed)}
    return LedgerReport(
        series=series,
        base=base,
        architectures=archs,
        symbols=symbols,
        shifts=shifts,
        standings=final,
        uses=walked.uses((shifted | facts.subjects).intersection(symbols)),
        changes={n: tuple(s for s in names if s in symbols) for n, names in walked.changes.items()},
        broken=tuple(
            broken
            for broken in last.broken
            if not broken.absent and (broken.arch in archs or not only.architectures)
        ),
        states=walked.reached,
        undecided=(*walked.undecided, *absent_kconfig(states)),
    )


def _chosen(known: Iterable[str], wanted: frozenset[str], complaint: str) -> tuple[str, ...]:
    names = tuple(known)
    for name in sorted(wanted - set(names)):
        raise NotInLedger(f"{complaint} {name}", hint=f"choose of: {', '.join(names)}")
    return tuple(name for name in names if name in wanted) if wanted else names


# States in which an architecture says the same share its view, and so what stands in it.
class _Standings:
    def __init__(self) -> None:
        self._known: dict[tuple[Architecture, str], Standing] = {}

    def of(self, state: State, arch: str, symbol: str) -> Standing:
        if arch not in state.architectures:
            return ABSENT
        key = (state.kconfig(arch), symbol)
        if key not in self._known:
            self._known[key] = standing(*key)
        return self._known[key]

    def groups(self, state: State, symbol: str, archs: tuple[str, ...]) -> Groups:
        groups: dict[Standing, list[str]] = {}
        for arch in archs:
            groups.setdefault(self.of(state, arch, symbol), []).append(arch)
        return tuple((tuple(names), found) for found, names in groups.items())


@dataclass(frozen=True, slots=True)
class _Step:
    before: State
    after: State
    facts: Facts
    archs: tuple[str, ...]
    standings: _Standings

    def shifts(self, symbols: tuple[str, ...]) -> Iterator[Shift]:
        pairs = {rename.old: rename for rename in self._renames()}
        arrived = {rename.new for rename in pairs.values()}
        for symbol in symbols:
            if symbol in pairs:
                yield from self._shifts(symbol, pairs[symbol].new)
            elif symbol not in arrived:
                yield from self._shifts(symbol, "")

    # Renames whose old entry goes in this step, and whose new one is there after it.
    def _renames(self) -> Iterator[Rename]:
        for rename in self.facts.renames:
            gone = self.before.defined(rename.old) and not self.after.defined(rename.old)
            if rename.patch is not None and gone and self.after.defined(rename.new):
                yield rename

    def _shifts(self, symbol: str, new: str) -> Iterator[Shift]:
        groups: dict[tuple[Standing, Standing], list[str]] = {}
        for arch in self.archs:
            if not new and self._same(arch):
                continue
            before = self.standings.of(self.before, arch, symbol)
            after = self.standings.of(self.after, arch, new or symbol)
            if new:
                before = renamed(before, (r for r in self.facts.renames if r.patch is not None))
            if before != after or (new and after != ABSENT):
                groups.setdefault((before, after), []).append(arch)
        for (before, after), archs in groups.items():
            first = archs[0]
            seen = (self.after, new or symbol) if after != ABSENT else (self.before, symbol)
            at = place(seen[0].kconfig(first), seen[1]) if first in seen[0].architectures else None
            yield Shift(self.after.n, symbol, new, tuple(archs), before, after, at)

    # States in which an architecture says the same share what they know of it.
    def _same(self, arch: str) -> bool:
        there = arch in self.before.architectures and arch in self.after.architectures
        return there and self.before.kconfig(arch) is self.after.kconfig(arch)
