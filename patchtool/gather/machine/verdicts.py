"""Explorations kept between runs: equal programs on equal machines are explored once, ever."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

from patchtool.core.cache import JsonCache
from patchtool.gather.crew import Crew, processors
from patchtool.gather.extraction.memo import Memo
from patchtool.gather.extraction.packing import Extracted
from patchtool.gather.extraction.retelling import Retelling
from patchtool.gather.machine.explorer import Exploration, TraceStep, explore
from patchtool.gather.machine.machine import Machine

# What decides an exploration besides the program: another version of these is another question.
_DECIDERS = (
    "machine/machine.py",
    "machine/explorer.py",
    "machine/program.py",
    "machine/steps.py",
    "reading/world.py",
)


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one process found for its architectures: extractions by architecture, and what it explored."""

    extracted: dict[str, list[Extracted]]
    explored: dict[Key, Exploration]


class Explorer:
    """Explores machines; what was explored before comes from memory, or from `folder` (None: no folder).

    `bound` is the number of states after which a search is cut. Traces name nodes of the program and not
    places, so that an answer fits every tree with that program. `memo` keeps the programs themselves,
    `retelling` the runs that they are made of. `processes` is how many share the work (None: one a CPU).
    """

    def __init__(
        self, folder: Path | None = None, *, bound: int = 400_000, processes: int | None = None
    ) -> None:
        self._bound = bound
        self._kept = JsonCache(folder, "model")
        self.memo = Memo(folder)
        self.retelling = Retelling()
        self.crew: Crew[Share] = Crew(processes or processors())
        self._known: dict[Key, Exploration] = {}
        self._told = 0

    def explore(self, machine: Machine) -> Exploration:
        """See `explorer.explore`."""
        return self.look(machine)

    def look(self, machine: Machine) -> Exploration:
        """As `explore`, ahead of the time when the answer is asked for."""
        key = _key(machine, self._bound)
        if key not in self._known:
            found = _read(self._kept.get(*key))
            if found is None:
                found = explore(machine, self._bound)
                self._kept.put(_written(found), *key)
            self._known[key] = found
        return self._known[key]

    def news(self) -> dict[Key, Exploration]:
        """What was explored since this was asked last."""
        found = list(self._known.items())[self._told :]
        self._told += len(found)
        return dict(found)

    def learn(self, explored: dict[Key, Exploration]) -> None:
        """Take over what another process explored."""
        for key, found in explored.items():
            self._known.setdefault(key, found)
        self._told = len(self._known)


def _key(machine: Machine, bound: int) -> tuple[str, ...]:
    kind = (machine.cpus, machine.hardware, machine.software, machine.nested, bound)
    return (_version(), machine.program.id, *map(str, kind))


@cache
def _version() -> str:
    folder = resources.files("patchtool.gather")
    return sha256(b"".join(folder.joinpath(name).read_bytes() for name in _DECIDERS)).hexdigest()


def _written(found: Exploration) -> dict[str, object]:
    return {
        "states": found.states,
        "traces": {
            name: [[step.thread, step.action, step.pc] for step in trace]
            for name, trace in found.traces.items()
        },
        "witnesses": sorted(found.witnesses),
        "complete": found.complete,
    }


def _read(value: object) -> Exploration | None:
    match value:
        case {
            "states": int(states),
            "traces": dict(traces),
            "witnesses": list(seen),
            "complete": bool(complete),
        }:
            try:
                steps = {
                    str(n): tuple(TraceStep(str(t), str(a), int(p)) for t, a, p in s)
                    for n, s in traces.items()
                }
            except (TypeError, ValueError):
                return None
            return Exploration(states, steps, frozenset(map(str, seen)), complete)
    return None
