"""What one kind of scenario asked of a configuration's C text, in order, and what it was answered.

A patch that touches a header changes the header's id, and hardly ever what the gather code makes of it. So
the answers are compared: bodies of functions, macros, constants, members. Functions may stand on other lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from patchtool.core.finding import Location
from patchtool.gather.machine.program import Effect

Places = tuple[tuple[str, Location | None], ...]


class FunctionText(NamedTuple):
    """A function as it was found; `line` is that of its opening brace, `lines` how many more its body has."""

    path: str
    unit: str
    text: bytes
    line: int
    lines: int


class MacroText(NamedTuple):
    """A macro without its place, which says nothing."""

    params: tuple[str, ...] | None
    body: str


class Question(NamedTuple):
    """What is asked: of `unit` (the .c file; "" where it does not matter) the thing called `name`.

    `paths` are the files that count, where the question names them.
    """

    kind: str
    name: str = ""
    unit: str = ""
    paths: tuple[str, ...] = ()


Answer = FunctionText | MacroText | tuple[str, Location] | frozenset[str] | str | Places | None
Answers = dict[Question, Answer]
"""In the order of asking; None where there is no such thing."""


def alike(one: Answer, other: Answer) -> bool:
    """Whether two answers to a question differ in the line of a function at most."""
    if isinstance(one, FunctionText) and isinstance(other, FunctionText):
        return one._replace(line=other.line) == other
    return type(one) is type(other) and one == other


class _Span(NamedTuple):
    path: str
    first: int
    last: int
    by: int


class Shift:
    """Where the lines of functions went between two sets of answers that are alike otherwise."""

    def __init__(self, before: Answers, after: Answers) -> None:
        self._spans = frozenset(_spans(before, after))
        self.empty = not any(span.by for span in self._spans)
        """True if every function stands where it stood."""

    def runs(self, runs: Iterable[Sequence[Effect]]) -> list[Sequence[Effect]] | None:
        """The same runs with their places moved; None where a line belongs to functions that went apart."""
        if self.empty:
            return list(runs)
        known: dict[Effect, Effect | None] = {}
        found: list[Sequence[Effect]] = []
        for run in runs:
            for effect in run:
                if effect not in known:
                    known[effect] = self._moved(effect)
            moved = [new for effect in run if (new := known[effect]) is not None]
            if len(moved) != len(run):
                return None
            found.append(moved)
        return found

    # What lies in no function (an initialiser, the place of an unhook) was compared with its line.
    def _moved(self, effect: Effect) -> Effect | None:
        at = effect.at
        if at is None:
            return effect
        by = {s.by for s in self._spans if s.path == at.path and s.first <= at.line <= s.last}
        if len(by) > 1:
            return None
        return replace(effect, at=replace(at, line=at.line + by.pop())) if by else effect


def _spans(before: Answers, after: Answers) -> Iterator[_Span]:
    for asked, old in before.items():
        new = after[asked]
        if isinstance(old, FunctionText) and isinstance(new, FunctionText):
            yield _Span(old.path, old.line, old.line + old.lines, new.line - old.line)
