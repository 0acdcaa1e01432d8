"""Hidden identifiers held against Kconfig and against one whole configuration: what is reported, and how
sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from patchtool.core.code import Configuration
from patchtool.core.expr import Expr, symbols
from patchtool.core.finding import Verdict
from patchtool.core.kconfig import Answer, Outcome
from patchtool.core.symbol import SymbolFacts
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.preprocess import Symbols
from patchtool.csource.visibility.hidden import Asked, Hidden, hidden

_LONGEST = 32
_MOST_TELLING = 8


class Configurations(Protocol):
    """One architecture's Kconfig in one state, as far as C code hangs on it."""

    def possible(self, expr: Expr) -> Answer:
        """Whether some configuration makes the expression m or y."""
        ...

    def facts(self, symbol: str) -> SymbolFacts:
        """What the Kconfig files say about a symbol."""
        ...

    def values(self, assignment: Mapping[str, str]) -> Symbols:
        """A configuration in which these symbols are set and all else has its default."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A hidden use and its verdict: VIOLATED in the configuration `where`, or UNDECIDED for `reason`."""

    hidden: Hidden
    verdict: Verdict
    where: Configuration
    reason: str = ""


class Exact:
    """One configuration as a `values.Config`; a number where Kconfig says that the symbol is one."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._known: dict[str, str] = {}

    def _value(self, symbol: str) -> str:
        if symbol not in self._known:
            self._known[symbol] = self._symbols.value(symbol) or "n"
        return self._known[symbol]

    def possible(self, symbol: str, /) -> str:
        """See `Config.possible`."""
        value = self._value(symbol)
        return value if value in ("y", "m", "n") else ""

    def text(self, symbol: str, /) -> str | None:
        """See `Config.text`."""
        value = self._value(symbol)
        return None if value in ("y", "m", "n") else value


def judged(
    tree: SourceTree, units: Iterable[tuple[str, Asked]], arch: str, kconfig: Configurations
) -> Iterator[Judged]:
    """Each use that a configuration of the architecture compiles without a declaration, once; `units` are
    .c files with the uses to ask about.

    VIOLATED where a configuration that Kconfig allows makes the condition true and nothing else has a say in
    it; else only where that whole configuration, walked by itself, shows it.
    """
    settled: set[tuple[str, str]] = set()
    doubts: list[Judged] = []
    for unit, asked in units:
        for one in hidden(tree, asked, arch, unit):
            key = (one.use.name, one.use.owner)
            if key in settled:
                continue
            verdict = _judged(tree, asked, one, kconfig)
            if verdict is not None and verdict.verdict is Verdict.VIOLATED:
                settled.add(key)
                yield verdict
            elif verdict is not None:
                doubts.append(verdict)
    for doubt in doubts:
        key = (doubt.hidden.use.name, doubt.hidden.use.owner)
        if key not in settled:
            settled.add(key)
            yield doubt


def _judged(tree: SourceTree, asked: Asked, one: Hidden, kconfig: Configurations) -> Judged | None:
    nowhere = Configuration(one.arch)
    if one.when is None:
        return Judged(one, Verdict.UNDECIDED, nowhere, one.doubt)
    answer = kconfig.possible(one.when)
    if answer.outcome is Outcome.NO:
        return None
    if answer.outcome is Outcome.UNDECIDED:
        return Judged(one, Verdict.UNDECIDED, nowhere, answer.reason)
    config = Exact(kconfig.values(dict(answer.assignment)))
    where = configuration(one.arch, one.when, answer, kconfig, config)
    if one.exact:
        return Judged(one, Verdict.VIOLATED, where)
    real = [h for h in hidden(tree, asked, one.arch, one.unit, config) if _same(h, one)]
    if real:
        return Judged(replace(one, use=real[0].use), Verdict.VIOLATED, where)
    return Judged(one, Verdict.UNDECIDED, where, "a condition on the way is not read")


def configuration(
    arch: str, when: Expr, answer: Answer, kconfig: Configurations, config: Exact
) -> Configuration:
    """The configuration of an answer, with the values of the symbols that decide."""
    deciding = set(symbols(when))
    for symbol in sorted(deciding):
        facts = kconfig.facts(symbol)
        if not any(entry.prompt for entry in facts.entries):
            deciding |= {
                name for select in facts.selected for name in symbols(select.when) if len(name) < _LONGEST
            }
    shown = {name: config.possible(name) or config.text(name) or "" for name in deciding}
    return Configuration(arch, answer.assignment, tuple(sorted(shown.items())[:_MOST_TELLING]))


def _same(a: Hidden, b: Hidden) -> bool:
    return (a.use.name, a.use.owner, a.use.macro) == (b.use.name, b.use.owner, b.use.macro)
