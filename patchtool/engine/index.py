"""Where symbols and functions stand in each state, read once a blob however many states share it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from patchtool.core.tree import FunctionPlace, Use
from patchtool.csource.declarations import may_define
from patchtool.csource.words import classify
from patchtool.engine.functions import C_FILES, FunctionReader
from patchtool.engine.touched import is_kconfig
from patchtool.kconfig.store import FactStore
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable, spelled


class Index:
    """What the states of one series say about its symbols and functions.

    One search of the base for all of them, begun at once and waited for when it is first needed; then each
    file that holds one is read once a version of it.
    """

    def __init__(
        self,
        base: Snapshot,
        grep: Grep,
        symbols: Collection[str],
        functions: Collection[str] = (),
        reader: FunctionReader | None = None,
    ) -> None:
        self.symbols = frozenset(symbols)
        self._reader = reader or FunctionReader()
        self._search = grep.search(base, [*spelled(self.symbols), *functions])
        self._uses: dict[str, tuple[Use, ...]] = {}

    # The files of the base that hold one of them.
    @cached_property
    def _hits(self) -> frozenset[str]:
        return frozenset(self._search())

    def wait(self) -> None:
        """End the search: what it could not read is known then."""
        _ = self._hits

    def uses(self, tree: Snapshot, changed: Iterable[str], symbol: str) -> tuple[Use, ...]:
        """Every occurrence of a symbol in a tree that differs from the base in `changed`."""
        found = (
            use
            for path in sorted(self._hits.union(changed))
            for use in self._uses_of(tree, path)
            if use.symbol == symbol
        )
        return tuple(found)

    def places(self, tree: Snapshot, changed: Iterable[str], name: str) -> tuple[FunctionPlace, ...]:
        """Every declaration and definition of one of the index's functions."""
        places = (
            place for path in sorted(self._hits.union(changed)) for place in self._reader.places(tree, path)
        )
        return tuple(place for place in places if place.name == name)

    def pasted(self, tree: Snapshot, changed: Iterable[str], name: str) -> str:
        """`path:line` where a macro may make the function, "" if nowhere that was searched."""
        for path in sorted(self._hits.union(changed)):
            data = readable(tree, path) if path.endswith(C_FILES) else None
            line = may_define(path, data, name) if data else 0
            if line:
                return f"{path}:{line}"
        return ""

    def _uses_of(self, tree: Snapshot, path: str) -> tuple[Use, ...]:
        blob = tree.blob_id(path)
        if blob is None:
            return ()
        key = f"{blob}:{path}"
        if key not in self._uses:
            data = readable(tree, path)
            self._uses[key] = classify(path, data, self.symbols) if data is not None else ()
        return self._uses[key]


class Definitions:
    """Which Kconfig symbols have a `config` or `menuconfig` entry, in the base and in every state.

    `facts` has read the base's Kconfig files, or does: a kernel has some 1,400, whichever architecture reads
    them.
    """

    def __init__(self, base: Snapshot, facts: FactStore) -> None:
        self._base = base
        self._facts = facts
        self._names = facts.names(base)

    def defined(self, tree: Snapshot, changed: Iterable[str], symbol: str) -> bool:
        """Whether any Kconfig file of a tree that differs from the base in `changed` defines the symbol."""
        touched = [path for path in changed if is_kconfig(path)]
        before = sum(symbol in self._facts.outline(self._base, path).defined for path in touched)
        after = sum(symbol in self._facts.outline(tree, path).defined for path in touched)
        return self._names.defined.get(symbol, 0) - before + after > 0

    def asked_for(self, symbol: str) -> bool:
        """Whether a condition or a default of the base names the symbol; a select gives, it does not ask."""
        return symbol in self._names.mentioned
