"""What a symbol's value hangs on: the symbols of its conditions, of theirs, and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from patchtool.kconfig.atlas import TOP, Atlas
from patchtool.kconfig.outline import Kind

# What every tristate symbol, and every `m` in a condition, hangs on.
_MODULES = "MODULES"


@dataclass(frozen=True, slots=True)
class Cone:
    """Symbols with all that their values hang on, the nearest first; `complete` is False where it was cut.

    In a slice for the symbols of a complete cone every one of them has the value that the whole has. In one
    for a cone that was cut, what lies beyond counts as undefined: facts are right there, values need not be.
    A name that no file defines is among them where a condition has it. `depths[n]` is the number of symbols
    that at most n steps lead to.
    """

    symbols: tuple[str, ...]
    complete: bool
    depths: tuple[int, ...]


class Cones:
    """The cones of one architecture in one state. Cost: some 10 us a symbol that has a say."""

    def __init__(self, atlas: Atlas, arch: str) -> None:
        self._atlas = atlas
        self._arch = arch
        self._context: dict[str, frozenset[str] | None] = {TOP: frozenset()}
        self._near: dict[str, tuple[str, ...]] = {}
        self._choices: dict[tuple[str, int], tuple[str, ...]] = {}

    def closure(self, symbols: Collection[str], limit: int) -> Cone:
        """These symbols, and breadth first what decides them, until there is no more or `limit` is passed.

        What decides a symbol: the conditions of its entries and of the blocks and `source` lines around
        them, its defaults, who selects or implies it and under which conditions, and the other members of
        its choice. Errs on the side of too many.
        """
        ring = sorted({*symbols, _MODULES})
        known = dict.fromkeys(ring)
        depths = [len(known)]
        while ring:
            ring = sorted({name for symbol in ring for name in self.near(symbol)}.difference(known))
            if len(known) + len(ring) > limit:
                return Cone(tuple(known), False, tuple(depths))
            known |= dict.fromkeys(ring)
            depths.append(len(known))
        return Cone(tuple(known), True, tuple(depths[:-1]))

    def near(self, symbol: str) -> tuple[str, ...]:
        """The symbols that decide this one directly, sorted."""
        if symbol not in self._near:
            self._near[symbol] = tuple(sorted(set(self._deciding(symbol)) - {symbol}))
        return self._near[symbol]

    def defined(self, symbol: str) -> bool:
        """Whether the architecture reads an entry for the symbol."""
        places = ((path, self._atlas.outlines[path]) for path in self._atlas.places(symbol))
        return any(
            one.statements[at].name == symbol and self._above(path) is not None
            for path, one in places
            for at in one.places.get(symbol, ())
        )

    def _deciding(self, symbol: str) -> Iterator[str]:
        for path in self._atlas.places(symbol):
            above = self._above(path)
            if above is None:
                continue
            one = self._atlas.outlines[path]
            for at in one.places.get(symbol, ()):
                entry = one.statements[at]
                if entry.name == symbol:
                    yield from entry.mentions
                    yield from above
                    yield from self._blocks(path, at)
                for edge in entry.raises:
                    if edge.target == symbol:
                        yield entry.name
                        yield from edge.mentions

    # Names in the conditions that a file is sourced under; None for one that the architecture does not read.
    def _above(self, path: str) -> frozenset[str] | None:
        if path not in self._context:
            self._context[path] = None  # for as long as we look, and for a circle
            found = [
                context.union(self._blocks(parent, at))
                for parent in self._atlas.sourced_by(self._arch, path)
                if (context := self._above(parent)) is not None
                for at in self._sourcing(parent, path)
            ]
            self._context[path] = frozenset().union(*found) if found else None
        return self._context[path]

    def _sourcing(self, parent: str, path: str) -> Iterator[int]:
        for at, this in enumerate(self._atlas.outlines[parent].statements):
            if this.kind is Kind.SOURCE:
                targets = self._atlas.targets(self._arch, parent, this)
                if targets is not None and path in targets:
                    yield at

    # Names in the conditions of the blocks around a statement; of a choice, its members too.
    def _blocks(self, path: str, at: int) -> Iterator[str]:
        one = self._atlas.outlines[path]
        for block in one.around(at):
            yield from one.statements[block].mentions
            if one.statements[block].kind is Kind.CHOICE:
                if (path, block) not in self._choices:
                    self._choices[path, block] = tuple(self._members(path, block))
                yield from self._choices[path, block]

    def _members(self, path: str, block: int | None) -> Iterator[str]:
        one = self._atlas.outlines[path]
        for at, inner in enumerate(one.statements):
            if block is not None and block not in one.around(at):
                continue
            if inner.kind is Kind.CONFIG:
                yield inner.name
            elif inner.kind is Kind.SOURCE:
                for target in self._atlas.targets(self._arch, path, inner) or ():
                    yield from self._members(target, None)
