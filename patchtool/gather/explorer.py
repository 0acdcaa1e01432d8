"""Breadth-first search over a machine's states: shortest traces, exact counts, no reduction."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from patchtool.gather.machine import Machine, State, Step


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A step of a trace: `pc` is the program's node for U (its effect), -1 for the other threads."""

    thread: str
    action: str
    pc: int


@dataclass(frozen=True, slots=True)
class Exploration:
    """`states` counts distinct states seen. `traces` has the shortest trace of each violated property.

    `witnesses` are the `sometimes` that were met. `complete` is False where the bound cut the search:
    what is not violated then is not decided.
    """

    states: int
    traces: dict[str, tuple[TraceStep, ...]]
    witnesses: frozenset[str]
    complete: bool


Parents = dict[State, tuple[State, Step] | None]


def explore(machine: Machine, bound: int) -> Exploration:
    """Search all states, going on after a violation; stops where more than `bound` states are known.

    Deterministic. Cost: linear in states times steps, some 100,000 steps a second.
    """
    first = machine.init()
    parents: Parents = {first: None}
    traces: dict[str, tuple[TraceStep, ...]] = {}
    witnesses: set[str] = set()
    queue = deque([first])
    while queue and len(parents) <= bound:
        state = queue.popleft()
        moved = False
        for step in machine.steps(state):
            moved = True
            _, _, after, violates, witness = step
            if witness:
                witnesses.add(witness)
            for name in violates:
                if name not in traces:
                    traces[name] = _trace(parents, state, step)
            if after not in parents:
                parents[after] = (state, step)
                queue.append(after)
        broken = machine.broken(state)
        if not moved and not machine.finished(state):
            broken = (*broken, "deadlock")
        for name in broken:
            traces.setdefault(name, _trace(parents, state, None))
    return Exploration(len(parents), traces, frozenset(witnesses), not queue)


def _trace(parents: Parents, state: State, last: Step | None) -> tuple[TraceStep, ...]:
    steps: list[TraceStep] = []
    if last is not None:
        steps.append(_step(state, last))
    come = parents[state]
    while come is not None:
        before, step = come
        steps.append(_step(before, step))
        come = parents[before]
    return tuple(reversed(steps))


def _step(before: State, step: Step) -> TraceStep:
    return TraceStep(step.thread, step.action, before.pc if step.thread == "U" else -1)
