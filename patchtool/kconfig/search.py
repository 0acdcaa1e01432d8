"""One question put to the solver, and what it answers tried in the architecture itself.

The clauses hold a few symbols at first and more as the answers go wrong: those whose value turned out to be
another than the model said, and then what stands around them. NO comes from the solver alone, and only while
nothing was ruled out that had merely failed when it was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from patchtool.core.expr import Expr
from patchtool.core.kconfig import Answer, Outcome
from patchtool.kconfig.bounds import Known
from patchtool.kconfig.encoding import Encoding
from patchtool.kconfig.values import Values

Verify: TypeAlias = Callable[[Mapping[str, str]], Values]
"""The values where these symbols are set and all else has its default: `Parsed.with_values`."""

# Symbols that are held to their entries before the solver is asked for the first time.
_STEP = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is spent on one question before it is UNDECIDED.

    `symbols` that are held to their entries, the solver's `conflicts`, configurations tried in vain
    (`failures`), and configurations tried to make the shown one smaller (`trials`).
    """

    symbols: int = 1500
    first: int = 48
    conflicts: int = 20_000
    failures: int = 8
    trials: int = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """How configurations are tried.

    `verify` gives the values of one, `holds` says whether one does what was asked, `usual` gives a symbol's
    value where nothing is set.
    """

    verify: Verify
    holds: Callable[[Mapping[str, str]], bool]
    usual: Callable[[str], str]


class Search:
    """A question (`goal` is not n) on its way to an answer; used once."""

    def __init__(self, known: Known, goal: Expr, trial: Trial | None, limits: Limits) -> None:
        self._known = known
        self._code = Encoding(known)
        self._goal = self._code.literal(goal, 1)
        self._trial = trial
        self._limits = limits
        self._ruled_out = 0

    def answer(self) -> Answer:
        """The outcome; see `Answer`."""
        try:
            return self._answer()
        finally:
            self._code.solver.close()

    def _answer(self) -> Answer:
        self._widen((), _STEP)
        while True:
            model = self._solved()
            if model is None:
                return Answer(Outcome.UNDECIDED, reason=self._gave_up()) if self._ruled_out else _NEVER
            if isinstance(model, str):
                return Answer(Outcome.UNDECIDED, reason=model)
            if self._code.waiting() and len(self._code.guards) < self._limits.first:
                self._widen((), max(_STEP, len(self._code.guards)))
                continue
            chosen = self._chosen(model)
            wrong: tuple[str, ...] = ()
            if self._trial is not None:
                for one in chosen:
                    if self._trial.holds(one):
                        return Answer(Outcome.YES, tuple(self._smaller(one, self._trial).items()))
                wrong = self._deviating(model, self._trial.verify(chosen[-1]))
            if not self._narrowed(chosen[0] or chosen[1], wrong):
                return Answer(Outcome.UNDECIDED, reason=self._gave_up())

    # A model, None where there is none, or why that is not known.
    def _solved(self) -> frozenset[int] | str | None:
        code, asked = self._code, [*self._code.guards.values(), self._goal]
        self._prefer()
        answer = code.solver.solve(asked, self._limits.conflicts)
        if answer is None:
            return f"the solver gave up after {self._limits.conflicts} conflicts"
        return code.solver.model() if answer else None

    # The values of the default configuration, so that a model differs from it in little.
    def _prefer(self) -> None:
        if self._trial is not None:
            for name in self._code.names():
                self._code.solver.prefer(self._code.phases(name, self._trial.usual(name)))

    # Makes the next model another one: by more symbols held to their entries, else by forbidding this one.
    def _narrowed(self, chosen: Mapping[str, str], wrong: Iterable[str]) -> bool:
        code, limits = self._code, self._limits
        room = limits.symbols - len(code.guards)
        if code.waiting() and room > 0:
            self._widen(wrong, min(room, max(limits.first, len(code.guards))))
            return True
        if self._trial is None or self._ruled_out >= limits.failures:
            return False
        self._ruled_out += 1
        tristates = ((name, value) for name, value in chosen.items() if value in ("n", "m", "y"))
        code.solver.add(*(-literal for name, value in tristates for literal in code.phases(name, value)))
        return True

    # Those named here first, then in order of naming.
    def _widen(self, first: Iterable[str], count: int) -> None:
        code = self._code
        done = len(code.guards)
        code.grow(first)
        while code.waiting() and len(code.guards) < done + count:
            code.grow(code.waiting()[: done + count - len(code.guards)])

    # What a user would set for this model: where it is not the default alone, and all of it.
    def _chosen(self, model: frozenset[int]) -> tuple[dict[str, str], dict[str, str]]:
        trial = self._trial
        whole = {
            name: value
            for name in sorted(self._code.names())
            if self._settable(name) and (value := self._code.value(name, model)) is not None
        }
        return {name: v for name, v in whole.items() if trial is None or trial.usual(name) != v}, whole

    def _settable(self, name: str) -> bool:
        facts = self._known.facts(name)
        return facts is not None and (facts.transitional or any(entry.prompt for entry in facts.entries))

    # Symbols that may still have any value, and whose value in the model is not what it came to.
    def _deviating(self, model: frozenset[int], real: Values) -> tuple[str, ...]:
        code = self._code
        return tuple(n for n in code.waiting() if code.value(n, model) not in (None, real.value(n)))

    # Leaves out what is not needed, halves first, then one at a time; says of the rest what it comes to.
    def _smaller(self, chosen: dict[str, str], trial: Trial) -> dict[str, str]:
        left = self._limits.trials
        size = len(chosen)
        while size and left:
            for start in range(0, len(chosen), size):
                part = [*chosen][start : start + size]
                fewer = {name: value for name, value in chosen.items() if name not in part}
                left -= 1
                if left >= 0 and trial.holds(fewer):
                    chosen = fewer
                    break
            else:
                size //= 2
        real = trial.verify(chosen)
        meant = {name: real.value(name) for name in chosen}
        return meant if trial.holds(meant) else chosen

    def _gave_up(self) -> str:
        if self._trial is None:
            return f"no configuration was tried; {len(self._code.guards)} symbols do not rule it out"
        if self._code.waiting():
            return f"more than {self._limits.symbols} symbols have a say"
        return f"{self._ruled_out} configurations were tried in vain"


_NEVER = Answer(Outcome.NO)
