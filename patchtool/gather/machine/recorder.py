"""What a model run explored, kept for those who need more than verdicts: twins, replays, differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from patchtool.core.model import ModelReport, ModelRun, ObjectState, PropertyVerdict
from patchtool.gather.machine.explorer import Exploration
from patchtool.gather.machine.explorer import TraceStep as Taken
from patchtool.gather.machine.machine import Machine, State, names
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.reading.world import PAGE, TABLES

_OBJECTS = (*range(TABLES), PAGE)
Objects = tuple[ObjectState, ...]


class Recorder(Explorer):
    """An explorer that remembers each machine it was given, with the places of the tree it came from."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._seen: dict[tuple[object, ...], tuple[Machine, Exploration]] = {}
        self._by_program: dict[str, list[tuple[Machine, Exploration]]] = {}
        self._replays: dict[tuple[object, ...], tuple[Objects, ...]] = {}

    def explore(self, machine: Machine) -> Exploration:
        """See `Explorer.explore`."""
        found = super().explore(machine)
        key = _key(machine)
        if key not in self._seen:
            self._seen[key] = machine, found
            self._by_program.setdefault(machine.program.id, []).append((machine, found))
        return found

    def machines(self) -> tuple[Machine, ...]:
        """Every machine, in the order in which they came up."""
        return tuple(machine for machine, _ in self._seen.values())

    def machine_of(self, run: ModelRun) -> Machine | None:
        """The machine that gave a run its verdicts; None where no program was extracted."""
        found = self._found(run)
        return found[0] if found else None

    def with_objects(self, report: ModelReport) -> ModelReport:
        """The same report, each step of a trace with the state of all objects after it."""
        return replace(report, runs=tuple(map(self._with_objects, report.runs)))

    def _with_objects(self, run: ModelRun) -> ModelRun:
        found = self._found(run)
        if found is None:
            return run
        machine, result = found
        return replace(run, properties=tuple(self._replayed(p, machine, result) for p in run.properties))

    def _found(self, run: ModelRun) -> tuple[Machine, Exploration] | None:
        for machine, result in self._by_program.get(run.program, ()):
            alike = machine.nested == (run.scenario == "nested")
            if alike and result.states == run.states and _same_traces(run, result):
                return machine, result
        return None

    def _replayed(self, verdict: PropertyVerdict, machine: Machine, result: Exploration) -> PropertyVerdict:
        taken = result.traces.get(verdict.name, ())
        if not taken or len(taken) != len(verdict.trace):
            return verdict
        key = (*_key(machine), verdict.name)
        if key not in self._replays:
            self._replays[key] = tuple(map(_objects, replay(machine, taken)))
        steps = zip(verdict.trace, self._replays[key], strict=True)
        return replace(verdict, trace=tuple(replace(step, objects=objects) for step, objects in steps))


def _key(machine: Machine) -> tuple[object, ...]:
    return machine.program.id, machine.cpus, machine.hardware, machine.software, machine.nested


# Equal programs may run on machines with other walkers.
def _same_traces(run: ModelRun, result: Exploration) -> bool:
    traces = {p.name: p.trace for p in run.properties if p.trace}
    return traces.keys() == result.traces.keys() and all(
        [step.thread for step in traces[name]] == [step.thread for step in taken]
        for name, taken in result.traces.items()
    )


def replay(machine: Machine, taken: Sequence[Taken]) -> Iterator[State]:
    """The state after each step of a trace; the steps must be the machine's own."""
    state = machine.init()
    for step in taken:
        state = next(
            found.state
            for found in machine.steps(state)
            if (found.thread, found.action) == (step.thread, step.action)
        )
        yield state


def _objects(state: State) -> Objects:
    return tuple(_object(number, state) for number in _OBJECTS)


def _object(number: int, state: State) -> ObjectState:
    bit = 1 << number
    holders = []
    for cpu, cached in enumerate(state.cached):
        if cached & bit and number != PAGE:
            holders.append(f"CPU{cpu} walk cache")
        if state.walks[cpu] == number:
            holders.append(f"CPU{cpu} reads next")
        if state.soft[cpu] == number:
            holders.append(f"SW{cpu} reads next")
        if number == PAGE and state.tlb >> cpu & 1:
            holders.append(f"CPU{cpu} TLB")
    holders += ["RCU callback"] * any(number in objects for objects, _ in state.rcu)
    return ObjectState(names((number,)), bool(state.hooked & bit), bool(state.freed & bit), tuple(holders))
