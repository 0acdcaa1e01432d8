"""A machine's steps by number: each is worked out once for all states in which it is the same.

A state is a pair of numbers: of what U and the callbacks change (the shared part), and of what walkers change
(their own part). What a thread does hangs on a few fields, so the same step turns up in thousands of states.
`Machine` says what the steps are; here it is only asked less often.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from patchtool.gather.machine.machine import IDLE, Machine, State, Step
from patchtool.gather.machine.program import Kind
from patchtool.gather.reading.world import PAGE

_WIDTH = 20
_MASK = (1 << _WIDTH) - 1

# pc, hooked, freed, flushed, dirty, rcu; and walks, cached, tlb, soft.
_Shared = tuple[int, int, int, tuple[int, ...], bool, tuple[tuple[tuple[int, ...], int], ...]]
_Own = tuple[tuple[int, ...], tuple[int, ...], int, tuple[int, ...]]


class Move(NamedTuple):
    """A step without its states; `told` says that it violates or witnesses something."""

    thread: str
    action: str
    violates: tuple[str, ...]
    witness: str
    told: bool


# Where the shared part goes, and whether the walkers' own parts change with it.
_Unmaps = tuple[tuple[int, Move, bool], ...]
# Where the walkers' own part goes, and the CPU that has interrupts on again, else -1.
_Walks = tuple[tuple[int, Move, int], ...]


class _Walkers:
    # What is known of walkers, whatever the program.
    def __init__(self) -> None:
        self.numbers: dict[_Own, int] = {}
        self.parts: list[_Own] = []
        self.held: list[bool] = []
        self.walks: dict[tuple[int, int, bool], dict[int, _Walks]] = {}
        self.drops: dict[tuple[object, object], dict[int, int]] = {}

    def number(self, state: State, machine: Machine) -> int:
        own = state.walks, state.cached, state.tlb, state.soft
        found = self.numbers.get(own)
        if found is None:
            found = self.numbers[own] = len(self.parts)
            self.parts.append(own)
            self.held.append(machine.held(state))
        return found


@cache
def _walkers(_cpus: int, _hardware: str, _software: bool) -> _Walkers:
    return _Walkers()


class _Row:
    # What is known of one shared part. Only an invalidation changes what walkers hold.
    def __init__(self, state: State, machine: Machine, walkers: _Walkers) -> None:
        effect = machine.program.nodes[state.pc].effect
        loads = any(mask >> PAGE & 1 for mask in state.flushed)
        self.state = state
        self.walks = walkers.walks.setdefault((state.hooked, state.freed, loads), {})
        self.invalidates = effect is not None and effect.kind is Kind.TLBI
        self.drops = walkers.drops.setdefault((effect.scope, effect.reach), {}) if effect else {}
        self.unmaps: dict[tuple[int, ...], _Unmaps] = {}
        self.resumed: dict[int, int] = {}
        self.broken = machine.broken(state)
        self.finished = machine.finished(state)


class Steps:
    """The steps of one machine. Codes of states are this object's own; `first` is the one at the start."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._walkers = _walkers(machine.cpus, machine.hardware, machine.software)
        self._shared: dict[_Shared, int] = {}
        self._rows: list[_Row] = []
        start = machine.init()
        self.first = self._base(start) | self._walkers.number(start, machine)

    def pc(self, code: int) -> int:
        """The node of the program that U is at."""
        return self._rows[code >> _WIDTH].state.pc

    def broken(self, code: int) -> tuple[str, ...]:
        """See `Machine.broken`."""
        return self._rows[code >> _WIDTH].broken

    def finished(self, code: int) -> bool:
        """See `Machine.finished`."""
        return self._rows[code >> _WIDTH].finished

    def of(self, code: int) -> list[tuple[int, Move]]:
        """Every step from a state, in the order of `Machine.steps`: where it leads, and what it is."""
        own, row = code & _MASK, self._rows[code >> _WIDTH]
        found: list[tuple[int, Move]] = []
        if not self._walkers.held[own]:
            soft = self._walkers.parts[own][3]
            unmaps = row.unmaps.get(soft)
            if unmaps is None:
                unmaps = row.unmaps[soft] = self._unmapped(row, own)
            for base, move, drops in unmaps:
                found.append((base | (self._dropped(row, own) if drops else own), move))
        walks = row.walks.get(own)
        if walks is None:
            walks = row.walks[own] = self._walked(row, own)
        here = code ^ own
        for after, move, cpu in walks:
            found.append(((self._resumed(row, cpu) if cpu >= 0 else here) | after, move))
        return found

    # U and the callbacks: of the walkers' own fields only `soft` has a say in what they do.
    def _unmapped(self, row: _Row, own: int) -> _Unmaps:
        state = self._state(row, own)
        unmapper = [
            (self._base(step.state), _move(step), row.invalidates) for step in self._machine.unmapper(state)
        ]
        callbacks = [(self._base(step.state), _move(step), False) for step in self._machine.callbacks(state)]
        return (*unmapper, *callbacks)

    # What an invalidation leaves of the walkers' own part hangs on nothing else.
    def _dropped(self, row: _Row, own: int) -> int:
        if own not in row.drops:
            (step,) = self._machine.unmapper(self._state(row, own))
            row.drops[own] = self._walkers.number(step.state, self._machine)
        return row.drops[own]

    def _walked(self, row: _Row, own: int) -> _Walks:
        state = self._state(row, own)
        return tuple(
            (self._walkers.number(step.state, self._machine), _move(step), _resuming(state, step.state))
            for step in self._machine.walkers(state)
        )

    # Callbacks wait no more for a CPU whose software walker has turned interrupts on.
    def _resumed(self, row: _Row, cpu: int) -> int:
        if cpu not in row.resumed:
            row.resumed[cpu] = self._base(self._machine.resumed(row.state, cpu))
        return row.resumed[cpu]

    def _state(self, row: _Row, own: int) -> State:
        walks, cached, tlb, soft = self._walkers.parts[own]
        return row.state._replace(walks=walks, cached=cached, tlb=tlb, soft=soft)

    # The shared part's number, where the own one's is 0.
    def _base(self, state: State) -> int:
        shared = (state.pc, state.hooked, state.freed, state.flushed, state.dirty, state.rcu)
        number = self._shared.get(shared)
        if number is None:
            number = self._shared[shared] = len(self._rows)
            self._rows.append(_Row(state, self._machine, self._walkers))
        return number << _WIDTH


def _resuming(before: State, after: State) -> int:
    pairs = enumerate(zip(before.soft, after.soft, strict=True))
    return next((cpu for cpu, (was, now) in pairs if was != IDLE and now == IDLE), -1)


def _move(step: Step) -> Move:
    told = bool(step.violates or step.witness)
    return Move(step.thread, step.action, step.violates, step.witness, told)
