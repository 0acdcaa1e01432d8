"""Questions about all configurations of an architecture: possible, never, the same, with proof or example.

A NO to `possible` rests on a proof: the clauses of `encoding` allow everything that scripts/kconfig can
compute from any .config (each symbol between its `bounds`, which name every way a value can come about), so
where they have no model there is no such configuration. A YES was tried: the assignment is one that a user
can make, and the architecture's own evaluation gives it the values that were asked for. Everything else is
UNDECIDED, with the reason.

Rests on the facts being right. A value that Kconfig asks the build machine for (`$(cc-option,...)`) has to be
a symbol that the lookup answers None for, or the answer holds for the machine that answers "no" alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from patchtool.core.expr import Expr, N, both, either, exceeds, negated, raised, symbols, value
from patchtool.core.kconfig import Answer, Bounds, Outcome
from patchtool.core.symbol import Select, SymbolFacts
from patchtool.kconfig.bounds import TRISTATE, Known, Lookup, bounds
from patchtool.kconfig.search import Limits, Search, Trial, Verify
from patchtool.kconfig.values import Values

_NEVER = Answer(Outcome.NO)


@dataclass(frozen=True, slots=True)
class Change:
    """Two conditions compared: where the new one is above the old one (`gained`), and below it (`lost`)."""

    gained: Answer
    lost: Answer

    @property
    def same(self) -> bool:
        """Proved: neither can be."""
        return self.gained.outcome is self.lost.outcome is Outcome.NO


class Decider:
    """Answers for one architecture in one state.

    `lookup` says what is known of a symbol (see `Lookup`), `verify` computes a configuration's values from
    the architecture's whole Kconfig, or from a slice that holds all that has a say. Without it no answer is
    YES. Cost of a question: some ms for each hundred symbols that have a say, and what `verify` costs a few
    to some dozen times where the answer is YES.
    """

    def __init__(self, lookup: Lookup, verify: Verify | None = None, limits: Limits | None = None) -> None:
        self.known = Known(lookup)
        self.verify = verify
        self.limits = limits or Limits()
        self._defaults: dict[str, str] = {}

    def possible(self, expr: Expr) -> Answer:
        """Whether the expression is above n in some configuration."""

        def holds(chosen: Mapping[str, str], verify: Verify) -> bool:
            return _value(expr, verify(chosen)) != "n"

        return self.decided(expr, holds)

    def exceeds(self, high: Expr, low: Expr) -> Answer:
        """Whether `high` is above `low` (n < m < y) in some configuration."""
        return self.possible(exceeds(high, low))

    def implies(self, condition: Expr, consequence: Expr) -> Answer:
        """Whether `condition` is never above `consequence`: YES is proved, NO comes with a configuration."""
        return _turned(self.exceeds(condition, consequence))

    def same(self, one: Expr, two: Expr) -> Answer:
        """Whether both are always equal: YES is proved, NO comes with a configuration where they are not."""
        return _turned(self.possible(either(exceeds(one, two), exceeds(two, one))))

    def decided(self, goal: Expr, holds: Callable[[Mapping[str, str], Verify], bool]) -> Answer:
        """Whether `goal` is above n in some configuration whose assignment `holds` accepts."""
        if goal == N:
            return _NEVER
        verify = self.verify
        if verify is None:
            return Search(self.known, goal, None, self.limits).answer()
        trial = Trial(verify, lambda chosen: holds(chosen, verify), self._usual(verify({})))
        return Search(self.known, goal, trial, self.limits).answer()

    # Values of the default configuration, kept: each is asked for in every question around it.
    def _usual(self, values: Values) -> Callable[[str], str]:
        known = self._defaults

        def usual(name: str) -> str:
            if name not in known:
                known[name] = values.value(name)
            return known[name]

        return usual


def unmet(decider: Decider, select: Select, target: SymbolFacts) -> Answer:
    """Whether the select can set its target above what that depends on: the kernel's "unmet dependencies".

    NO for a target without entries: that is another defect. The rule of sym_warn_unmet_dep() in
    scripts/kconfig/symbol.c: for a bool, m counts as y on both sides.
    """
    if not target.defined or target.kind not in TRISTATE:
        return _NEVER
    depends = either(*(entry.depends for entry in target.entries))
    if target.kind == "bool":
        return decider.possible(both(raised(select.in_force), negated(raised(depends))))
    return decider.exceeds(select.in_force, depends)


def settable(decider: Decider, facts: SymbolFacts) -> Answer:
    """Whether any configuration gives the symbol a value: above n, or where it is no tristate, any at all.

    NO is a dead symbol; so is one without entries.
    """
    if not facts.defined:
        return _NEVER
    if facts.kind in TRISTATE:
        return decider.possible(bounds(facts).most)
    prompts = (entry.visible for entry in facts.entries)
    return decider.possible(either(*prompts, *(default.when for default in facts.defaults)))


def compare(old: Bounds, new: Bounds, decider: Decider, before: Verify | None = None) -> Change:
    """What a change of a symbol's bounds gains and loses: `most` first, and where that is the same `least`.

    `decider` is the new state's, and so are the constraints; a symbol that is not the same in both states
    should be unknown to its lookup (see `agreed`). `before` computes values in the old state, where the old
    bounds are then taken; without it both are taken in the new one. The old bounds are in the new state's
    names. For a bool both bounds should be `raised`.
    """
    return Change(
        _above((new.most, old.most), (new.least, old.least), decider, (None, before)),
        _above((old.most, new.most), (old.least, new.least), decider, (before, None)),
    )


def agreed(old: Lookup, new: Lookup) -> Lookup:
    """What both states say of a symbol, or the one that has entries for it; None where they differ.

    Lines and files do not count. What is proved with it holds whichever of the two a symbol follows.
    """

    def lookup(name: str) -> SymbolFacts | None:
        first, second = old(name), new(name)
        if first is None or second is None:
            return None
        if not first.defined or not second.defined:
            return first if first.defined else second
        return second if _without_places(first) == _without_places(second) else None

    return lookup


def _above(
    most: tuple[Expr, Expr],
    least: tuple[Expr, Expr],
    decider: Decider,
    where: tuple[Verify | None, Verify | None],
) -> Answer:
    found = _NEVER
    for high, low in dict.fromkeys((most, least)):
        found = _tried_apart(high, low, decider, where)
        if found.outcome is not Outcome.NO:
            break
    return found


def _tried_apart(
    high: Expr, low: Expr, decider: Decider, where: tuple[Verify | None, Verify | None]
) -> Answer:
    def holds(chosen: Mapping[str, str], verify: Verify) -> bool:
        above, below = (_value(e, (at or verify)(chosen)) for e, at in zip((high, low), where, strict=True))
        return "nmy".index(above) > "nmy".index(below)

    return decider.decided(exceeds(high, low), holds)


# The value in a configuration; what is not defined is not among the values: its name is its text.
def _value(expr: Expr, values: Values) -> str:
    return value(expr, {name: values.value(name) for name in symbols(expr) if values.defined(name)})


def _turned(answer: Answer) -> Answer:
    turned = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES}
    return Answer(turned.get(answer.outcome, answer.outcome), answer.assignment, answer.reason)


# All that decides its value, and nothing of where it stands.
def _without_places(facts: SymbolFacts) -> tuple[object, ...]:
    entries = tuple((bool(e.prompt), e.visible, e.depends) for e in facts.entries)
    edges = tuple(
        frozenset((edge.by, edge.when, edge.depends) for edge in kind)
        for kind in (facts.selected, facts.implied)
    )
    marks = (facts.choice, facts.mandatory, facts.transitional, facts.probed)
    return (facts.kind, entries, facts.defaults, edges, facts.ranges, marks)
