"""Breadth-first search over a machine's states: shortest traces, exact counts, no reduction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.steps import Move, Steps


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


def explore(machine: Machine, bound: int) -> Exploration:
    """Search all states, going on after a violation; stops where more than `bound` states are known.

    Deterministic. Cost: linear in states times steps, some 2,000,000 steps a second.
    """
    search = _Search(machine)
    queue = search.queue
    at = 0
    while at < len(queue) and len(queue) <= bound:
        search.expand(queue[at])
        at += 1
    return Exploration(len(queue), search.traces, frozenset(search.witnesses), at == len(queue))


class _Search:
    def __init__(self, machine: Machine) -> None:
        self.steps = Steps(machine)
        self.queue = [self.steps.first]
        # How a state was reached first: the state before, and the move.
        self.come: dict[int, tuple[int, Move] | None] = {self.steps.first: None}
        self.traces: dict[str, tuple[TraceStep, ...]] = {}
        self.witnesses: set[str] = set()

    def expand(self, code: int) -> None:
        come, queue = self.come, self.queue
        moved = False
        for after, move in self.steps.of(code):
            moved = True
            if move.told:
                self._told(code, move)
            if after not in come:
                come[after] = (code, move)
                queue.append(after)
        broken: Iterable[str] = self.steps.broken(code)
        if not moved and not self.steps.finished(code):
            broken = (*broken, "deadlock")
        for name in broken:
            if name not in self.traces:
                self.traces[name] = self._trace(code, None)

    def _told(self, code: int, move: Move) -> None:
        if move.witness:
            self.witnesses.add(move.witness)
        for name in move.violates:
            if name not in self.traces:
                self.traces[name] = self._trace(code, move)

    def _trace(self, code: int, last: Move | None) -> tuple[TraceStep, ...]:
        steps = [self._step(code, last)] if last is not None else []
        come = self.come[code]
        while come is not None:
            before, move = come
            steps.append(self._step(before, move))
            come = self.come[before]
        return tuple(reversed(steps))

    def _step(self, before: int, move: Move) -> TraceStep:
        pc = self.steps.pc(before) if move.thread == "U" else -1
        return TraceStep(move.thread, move.action, pc)
