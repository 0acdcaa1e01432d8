"""One translation unit, walked as the preprocessor walks it, for every configuration at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from patchtool.core.expr import Compare
from patchtool.core.finding import Location
from patchtool.core.tree import TreeReader
from patchtool.csource.building.formulas import ALWAYS, NEVER, Formula, Formulas
from patchtool.csource.building.headers import Headers
from patchtool.csource.building.terms import parsed
from patchtool.csource.building.values import Binding, Config, Gate, Opaque, Values
from patchtool.csource.condition import Macro
from patchtool.csource.layout import Choice, Include, Item, Segment, layout

# Headers nest some forty deep; what includes itself without a guard would never end.
_DEEPEST = 150
_MOST_VISITS = 60


class Asking:
    """A configuration that remembers what it was asked."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.asked: dict[str, str] = {}

    def possible(self, symbol: str, /) -> str:
        """See `Config.possible`."""
        if symbol not in self.asked:
            self.asked[symbol] = self._config.possible(symbol)
        return self.asked[symbol]

    def text(self, symbol: str, /) -> str | None:
        """See `Config.text`."""
        return self._config.text(symbol)


@dataclass(slots=True)
class Found:
    """What a walk has met so far.

    `visits` are the segments read, in order, with their conditions; `errors` the `#error` lines that can be
    reached; `unresolved` includes that no file of the tree answers; `guessed` those where it has several;
    `unread` conditions that count as open either way; `gone` macros with parameters that were undefined
    again.
    """

    macros: dict[str, Binding]
    visits: list[tuple[Formula, str, Segment]]
    errors: dict[Location, tuple[str, Formula]]
    unresolved: dict[str, tuple[Location, Formula]]
    guessed: dict[str, str]
    unread: dict[Location, str]
    gone: dict[str, Macro]

    def copy(self) -> Found:
        """One that grows by itself."""
        return Found(
            dict(self.macros), list(self.visits), dict(self.errors), dict(self.unresolved),
            dict(self.guessed), dict(self.unread), dict(self.gone),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prefix:
    """A walk up to the first file that a series changes: what it asked, decided and met.

    Another state's walk of the unit under the same condition begins alike where the answers are the same.
    """

    formulas: Formulas
    when: Formula
    asked: dict[str, str]
    decided: tuple[Formula, ...]
    found: Found


class Walk:
    """The unit's files in the order the preprocessor reads them, for all configurations of `config` at
    once.

    A region is read under its condition: a macro defined there is defined under that condition. `files` are
    those that can be read, with their conditions; for the rest see `Found`. `volatile` are files that the
    next states change: before the first of them, `prefix` is kept; a walk that is given one resumes there.
    Does not see `_Pragma`, computed includes, nor what a macro declares by pasting names.
    """

    def __init__(
        self,
        reader: TreeReader,
        headers: Headers,
        config: Config,
        *,
        volatile: frozenset[str] = frozenset(),
        resumed: Prefix | None = None,
    ) -> None:
        self.formulas = resumed.formulas if resumed else Formulas()
        self.config = Asking(config)
        self.macros: dict[str, Binding] = {}
        self.values = Values(self.formulas, self.config, self.macros, unsure=not headers.arch)
        self.found = Found(self.macros, [], {}, {}, {}, {}, {})
        self.files: dict[str, Formula] = {}
        self.prefix: Prefix | None = resumed
        self.unsure = not headers.arch
        self._reader = reader
        self._headers = headers
        self._volatile = volatile
        self._behind = resumed is not None
        self._decided: list[Formula] = []
        self._when = self.whole = ALWAYS
        self._visits: Counter[str] = Counter()
        self._depth = 0
        self._unit = ""

    @property
    def visits(self) -> list[tuple[Formula, str, Segment]]:
        """See `Found.visits`."""
        return self.found.visits

    def run(self, unit: str, when: Formula, first: Iterable[str] = ()) -> Walk:
        """Walk the headers `first` (as the build's -include does) and the unit, built under a condition.

        Raises:
            TooLarge: its conditions are too many.
        """
        self._unit = unit
        self._when = self.whole = when
        for path in (*first, unit):
            self._file(path)
        return self

    def define(self, name: str, value: Macro | None) -> None:
        """`#define`, or `#undef` for None, under the condition of the region that is being read."""
        if self._when == self.whole:
            self.macros[name] = value
            return
        before = self.macros.get(name)
        if isinstance(before, Gate) and before.when == self._when:
            before = before.before
        self.macros[name] = Gate(self._when, value, before)

    def define_when(self, when: Formula, macro: Macro) -> None:
        """`#define` under one more condition."""
        outer = self._when
        self._when = self.formulas.both(outer, when)
        if self._when != NEVER:
            self.define(macro.name, macro)
        self._when = outer

    def _file(self, path: str) -> None:
        data = self._reader.read(path)
        if data is None or self._depth > _DEEPEST or self._visits[path] > _MOST_VISITS:
            return
        if path in self._volatile:
            self._pass()
        plan = layout(path, data)
        outer, before = self._when, self.files.get(path, NEVER)
        when = self.formulas.without(outer, before) if plan.once else outer
        if when == NEVER:
            return
        self._visits[path] += 1
        self.files[path] = self.formulas.either(before, when)
        self._when = when
        self._depth += 1
        self._items(plan.items, path)
        self._depth -= 1
        self._when = outer

    def _items(self, items: Iterable[Item], path: str) -> None:
        for item in items:
            if isinstance(item, Segment):
                self._segment(item, path)
            elif isinstance(item, Choice):
                self._choice(item, path)
            elif isinstance(item, Include):
                self._include(item, path)
            elif not self._behind:
                at = Location(path, item.line)
                _, before = self.found.errors.get(at, ("", NEVER))
                self.found.errors[at] = (item.text, self.formulas.either(before, self._when))

    def _segment(self, segment: Segment, path: str) -> None:
        if self._behind:
            return
        for name, macro in segment.changes:
            if macro is None:
                self._undefined(name)
            self.define(name, macro)
        self.found.visits.append((self._when, path, segment))

    # What a macro made stays when the macro goes.
    def _undefined(self, name: str) -> None:
        for _, macro in self.values.bindings(name, self._when):
            if macro is not None and macro.params is not None:
                self.found.gone[name] = macro

    def _include(self, include: Include, path: str) -> None:
        if not include.spec:
            return
        found = self._headers.find(include.spec, path, self._unit)
        if found.guessed:
            self.found.guessed.setdefault(include.spec, found.path)
        if found.path:
            self._file(found.path)
        elif not self._behind:
            at, before = self.found.unresolved.get(include.spec, (Location(path, include.line), NEVER))
            self.found.unresolved[include.spec] = (at, self.formulas.either(before, self._when))

    def _choice(self, choice: Choice, path: str) -> None:
        outer = rest = self._when
        for branch in choice.branches:
            taken = rest
            if branch.condition is not None:
                taken = self._decide(branch.condition, rest, Location(path, branch.line))
            if taken != NEVER:
                self._when = taken
                self._items(branch.items, path)
                rest = self.formulas.without(rest, taken)
            if rest == NEVER:
                break
        self._when = outer

    # Up to the point where a prefix ends, what was decided then is decided now.
    def _decide(self, condition: str, within: Formula, at: Location) -> Formula:
        if self._behind and self.prefix is not None:
            taken = self.prefix.decided[len(self._decided)]
        else:
            taken = self._holds(condition, within, at)
        self._decided.append(taken)
        return taken

    # The first file that changes between states: what went before is kept, or taken up again.
    def _pass(self) -> None:
        if self.prefix is None:
            asked, decided = dict(self.config.asked), tuple(self._decided)
            self.prefix = Prefix(self.formulas, self.whole, asked, decided, self.found.copy())
        elif self._behind:
            self._behind = False
            self.found = self.prefix.found.copy()
            self.macros.clear()
            self.macros.update(self.found.macros)
            self.found.macros = self.macros
            self.config.asked.update(self.prefix.asked)

    def _holds(self, condition: str, within: Formula, at: Location) -> Formula:
        try:
            return self.values.truth(parsed(condition), within)
        except Opaque:
            self.found.unread.setdefault(at, condition)
            return self.formulas.both(within, self.formulas.atom(Compare(f"?{at}", "=", '"y"')))
