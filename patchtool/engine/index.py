"""Where symbols and functions stand in each state, read once a blob however many states share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from functools import cached_property

from patchtool.core.rules import Failure
from patchtool.core.series import Patch
from patchtool.core.tree import FunctionPlace, Use
from patchtool.csource.declarations import may_define
from patchtool.csource.words import classify
from patchtool.engine.functions import C_FILES, FunctionReader
from patchtool.engine.states import Step
from patchtool.engine.touched import is_kconfig
from patchtool.kconfig.text import definitions
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable, spelled


class Index:
    """What the states of one series say about its symbols and functions.

    One search of the base for all of them, then each file that holds one is read once a version of it.
    """

    def __init__(
        self,
        base: Snapshot,
        grep: Grep,
        symbols: Collection[str],
        functions: Collection[str],
        reader: FunctionReader,
    ) -> None:
        self._symbols = frozenset(symbols)
        self._reader = reader
        self._hits = frozenset(grep.files(base, [*spelled(self._symbols), *functions]))
        self._uses: dict[str, tuple[Use, ...]] = {}

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
            self._uses[key] = classify(path, data, self._symbols) if data is not None else ()
        return self._uses[key]


class Definitions:
    """Which Kconfig symbols have a `config` or `menuconfig` entry, in the base and in every state.

    Each version of each Kconfig file is read once; the base (1,300 files in a kernel) takes about a second.
    """

    def __init__(self, base: Snapshot) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._base = base
        self._count = Counter(
            name for path in base.paths() if is_kconfig(path) for name in self._names(base, path)
        )

    def defined(self, tree: Snapshot, changed: Iterable[str], symbol: str) -> bool:
        """Whether any Kconfig file of a tree that differs from the base in `changed` defines the symbol."""
        touched = [path for path in changed if is_kconfig(path)]
        before = sum(symbol in self._names(self._base, path) for path in touched)
        after = sum(symbol in self._names(tree, path) for path in touched)
        return self._count[symbol] - before + after > 0

    def _names(self, tree: Snapshot, path: str) -> frozenset[str]:
        blob = tree.blob_id(path)
        if blob is None:
            return frozenset()
        if blob not in self._known:
            data = readable(tree, path) or b""
            self._known[blob] = frozenset(name for name, _ in definitions(data))
        return self._known[blob]


class StateView:
    """A `core.rules.State` over a step."""

    def __init__(self, step: Step, base: Snapshot, index: Index, definitions: Definitions) -> None:
        self.n = step.n
        self.name = step.tree.name
        self._step = step
        self._index = index
        self._definitions = definitions

    @property
    def patch(self) -> Patch | None:
        return self._step.patch

    @property
    def failures(self) -> tuple[Failure, ...]:
        return self._step.failures

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        return self._step.tree.changed()

    @property
    def changed(self) -> tuple[str, ...]:
        return self._changed

    def read(self, path: str) -> bytes | None:
        return self._step.tree.read(path)

    def uses(self, symbol: str) -> tuple[Use, ...]:
        return self._index.uses(self._step.tree, self._changed, symbol)

    def defined(self, symbol: str) -> bool:
        return self._definitions.defined(self._step.tree, self._changed, symbol)

    def functions(self, name: str) -> tuple[FunctionPlace, ...]:
        return self._index.places(self._step.tree, self._changed, name)

    def made_by_macro(self, name: str) -> str:
        return self._index.pasted(self._step.tree, self._changed, name)
