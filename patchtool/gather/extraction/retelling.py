"""Runs kept in memory for configurations whose C text answers as it did before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from patchtool.gather.architectures import Configuration
from patchtool.gather.extraction.answers import Answer, Answers, Question, Shift, alike
from patchtool.gather.extraction.extract import Runs, Undecided, extract
from patchtool.gather.extraction.scenarios import Kind
from patchtool.gather.extraction.source import Source

_HELD = 8


@dataclass(frozen=True, slots=True)
class _Told:
    answers: Answers
    runs: Runs | Undecided


class Retelling:
    """`extract`, with what it gave before for each configuration and kind; the last eight are held.

    Cost of a retelling: the questions asked again, a millisecond or two.
    """

    def __init__(self) -> None:
        self._rings: dict[tuple[Configuration, Kind], list[_Told]] = {}

    def extract(self, source: Source, configuration: Configuration, kind: Kind) -> Runs | Undecided:
        """See `extract.extract`: the same, places included."""
        ring = self._rings.setdefault((configuration, kind), [])
        if not source.blemished:
            for told in ring:
                found = _retold(told, source)
                if found is not None:
                    return found
        source.listen()
        runs = extract(source, configuration, kind)
        if not source.blemished:
            ring.insert(0, _Told(source.heard, runs))
            del ring[_HELD:]
        return runs


# In the order of asking, and no further than the first other answer: what a new run would ask too. To ask
# may read files, and bring to light what speaks against this configuration.
def _retold(told: _Told, source: Source) -> Runs | Undecided | None:
    source.listen()
    for question, answer in told.answers.items():
        if not alike(answer, _answer(source, question)) or source.blemished:
            return None
    shift = Shift(told.answers, source.heard)
    if isinstance(told.runs, Undecided):
        return told.runs if shift.empty else None
    return shift.runs(told.runs)


_ASK: dict[str, Callable[[Source, Question], object]] = {
    "macro": lambda source, asked: source.unit(asked.unit).macro(asked.name),
    "function": lambda source, asked: source.function(asked.name, source.unit(asked.unit)),
    "constant": lambda source, asked: source.constant(asked.name, source.unit(asked.unit)),
    "members": lambda source, asked: source.members(asked.name),
    "arrays": lambda source, asked: source.arrays(asked.name),
    "assigned": lambda source, asked: source.assigned(asked.name, asked.paths),
    "unhooks": lambda source, asked: source.unhooks(),
}


def _answer(source: Source, question: Question) -> Answer:
    _ASK[question.kind](source, question)
    return source.heard[question]
