"""The machine that a program runs on: init, the steps every thread can take, and what each one violates.

U, on CPU 0, runs the program. Every CPU has a hardware walker with a TLB and, where page tables are walked,
a page-walk cache; filling is always possible, eviction never happens (to keep more only adds behaviours).
Software walkers run with interrupts off: on the other CPU, or, with one CPU, while U stands still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from patchtool.gather.machine.program import Effect, Kind, Program, Reach, Scope
from patchtool.gather.reading.world import PAGE, TABLES

# `always` properties, as reported, and the `sometimes` that keep them from holding for want of a walker.
PROPERTIES = ("order", "hw-uaf", "sw-uaf", "page-uaf", "2flush", "dfree", "leak", "deadlock")
IDLE, ROOT = -2, -1
_CPUS, _WALKERS = ("CPU0", "CPU1"), ("SW0", "SW1")
_ALL_TABLES = (1 << TABLES) - 1
_PAGE_BIT = 1 << PAGE


class State(NamedTuple):
    """One state. Bit i of a mask is object i; tuples have one element a CPU.

    `flushed`: per CPU, the objects whose translations were dropped since their unhook. `dirty`: something
    was unhooked since the last flush (or none was made yet). `walks` and `soft` are what a walker reads
    next: IDLE, ROOT or a table. `cached` are tables in the walk cache, `tlb` CPUs that translate the page.
    `rcu` are callbacks: what they free, and the CPUs that they wait for.
    """

    pc: int
    hooked: int
    freed: int
    flushed: tuple[int, ...]
    dirty: bool
    walks: tuple[int, ...]
    cached: tuple[int, ...]
    tlb: int
    soft: tuple[int, ...]
    rcu: tuple[tuple[tuple[int, ...], int], ...]


class Step(NamedTuple):
    """A step: who takes it, what it is, where it leads, which properties it violates, what it witnesses."""

    thread: str
    action: str
    state: State
    violates: tuple[str, ...] = ()
    witness: str = ""


def _set(values: tuple[int, ...], index: int, value: int) -> tuple[int, ...]:
    return (*values[:index], value, *values[index + 1 :])


@dataclass(frozen=True, slots=True)
class Machine:
    """`hardware` is page-table, hashed, refill or none; `nested`: other gathers may have left entries, so no
    flush counts as one too many."""

    program: Program
    cpus: int
    hardware: str
    software: bool
    nested: bool = False

    def init(self) -> State:
        """Everything hooked, nothing cached, all walkers idle."""
        n = self.cpus
        return State(0, _ALL_TABLES | _PAGE_BIT, 0, (0,) * n, True, (IDLE,) * n, (0,) * n, 0, (IDLE,) * n, ())

    def steps(self, state: State) -> Iterator[Step]:
        """Every step that some thread can take now, in a fixed order."""
        if not self.held(state):
            yield from self.unmapper(state)
            yield from self.callbacks(state)
        yield from self.walkers(state)

    def held(self, state: State) -> bool:
        """Whether a software walk, interrupts off on the only CPU, keeps U and the callbacks from running."""
        return self.cpus == 1 and state.soft[0] != IDLE

    def walkers(self, state: State) -> Iterator[Step]:
        """The steps of all walkers, and every use of a TLB entry that hurts.

        They hang on `hooked`, `freed`, whether the page is `flushed` on some CPU, and the walkers' own
        fields; of the other fields they change `rcu` at most, where a software walk ends.
        """
        for cpu in range(self.cpus):
            if self.hardware == "page-table":
                yield from self._hardware(state, cpu)
            elif self.hardware == "hashed":
                yield from self._hashed(state, cpu)
            elif self.hardware == "refill":
                yield from self._refilled(state, cpu)
            if state.tlb >> cpu & 1 and state.freed & _PAGE_BIT:
                yield Step(_CPUS[cpu], "uses the TLB entry of the freed page", state, ("page-uaf",))
            if self.software and cpu == self.cpus - 1:
                yield from self._software(state, cpu)

    def broken(self, state: State) -> tuple[str, ...]:
        """Properties of a state itself: `leak`, where nothing is left that could free what is unhooked."""
        if self.program.nodes[state.pc].effect is not None or state.rcu:
            return ()
        return ("leak",) if ~state.hooked & ~state.freed & (_ALL_TABLES | _PAGE_BIT) else ()

    def finished(self, state: State) -> bool:
        """Whether U has ended and no callback waits."""
        return self.program.nodes[state.pc].effect is None and not state.rcu

    def unmapper(self, state: State) -> Iterator[Step]:
        """U's steps. Of the walkers' fields they hang on `soft`, and an invalidation changes the others."""
        node = self.program.nodes[state.pc]
        effect = node.effect
        if effect is None:
            return
        if effect.kind is Kind.CHOICE:
            for answer, number in node.ways:
                witness = "alloc-fail" if answer == "fail" else ""
                yield Step("U", answer, state._replace(pc=number), (), witness)
            return
        after = state._replace(pc=node.ways[0][1])
        waits = effect.kind is Kind.IPI or effect.reach in (Reach.IPI, Reach.OTHERS)
        if waits and any(position != IDLE for position in state.soft[1:]):
            return
        yield self._effect(effect, after)

    def _effect(self, effect: Effect, state: State) -> Step:
        if effect.kind is Kind.UNHOOK:
            return Step("U", "", state._replace(hooked=state.hooked & ~(1 << effect.objects[0]), dirty=True))
        if effect.kind is Kind.FLUSH:
            twice = not state.dirty and not self.nested
            return Step("U", "", state._replace(dirty=False), ("2flush",) if twice else ())
        if effect.kind is Kind.TLBI:
            return Step("U", "", self._invalidated(effect, state))
        if effect.kind is Kind.FREE:
            freed, violates = self._free(state, effect.objects)
            return Step("U", "", freed, violates)
        if effect.kind is Kind.CALL_RCU:
            waiting = sum(1 << cpu for cpu, at in enumerate(state.soft) if at != IDLE)
            return Step("U", "", state._replace(rcu=tuple(sorted((*state.rcu, (effect.objects, waiting))))))
        return Step("U", "", state)

    def _invalidated(self, effect: Effect, state: State) -> State:
        first = 1 if effect.reach is Reach.OTHERS else 0
        reached = range(first, 1 if effect.reach is Reach.LOCAL else self.cpus)
        dropped = _PAGE_BIT if effect.scope is not Scope.TABLES else 0
        dropped |= _ALL_TABLES if effect.scope is not Scope.LEAF else 0
        flushed, walks, cached, tlb = list(state.flushed), list(state.walks), list(state.cached), state.tlb
        for cpu in reached:
            flushed[cpu] |= dropped & ~state.hooked
            walks[cpu] = IDLE
            if dropped & _ALL_TABLES:
                cached[cpu] = 0
            if dropped & _PAGE_BIT:
                tlb &= ~(1 << cpu)
        return state._replace(flushed=tuple(flushed), walks=tuple(walks), cached=tuple(cached), tlb=tlb)

    def _free(self, state: State, objects: tuple[int, ...]) -> tuple[State, tuple[str, ...]]:
        violates: list[str] = []
        freed = state.freed
        for number in objects:
            bit = 1 << number
            if freed & bit:
                violates.append("dfree")
            elif number != PAGE and not all(mask & bit for mask in state.flushed):
                violates.append("order")
            freed |= bit
        return state._replace(freed=freed), tuple(dict.fromkeys(violates))

    def callbacks(self, state: State) -> Iterator[Step]:
        """The RCU callbacks that wait for no CPU; walkers have no part in them."""
        for index, (objects, waiting) in enumerate(state.rcu):
            if waiting or (index and state.rcu[index - 1] == state.rcu[index]):
                continue
            after, violates = self._free(state, objects)
            after = after._replace(rcu=state.rcu[:index] + state.rcu[index + 1 :])
            late = self.program.nodes[state.pc].effect is None
            yield Step("RCU", f"callback frees {names(objects)}", after, violates, "late" if late else "")

    def _hardware(self, state: State, cpu: int) -> Iterator[Step]:
        pc, hooked, freed, flushed, dirty, walks, cached, tlb, soft, rcu = state
        for move in _hardware_moves(hooked, freed, walks[cpu], cached[cpu]):
            walks_after = _set(walks, cpu, move.at)
            cached_after = cached if move.cached == cached[cpu] else _set(cached, cpu, move.cached)
            tlb_after = tlb | 1 << cpu if move.fills else tlb
            after = State(pc, hooked, freed, flushed, dirty, walks_after, cached_after, tlb_after, soft, rcu)
            yield Step(_CPUS[cpu], move.action, after, move.violates, move.witness)

    def _hashed(self, state: State, cpu: int) -> Iterator[Step]:
        # The translation stays in the hash table until it is invalidated, hooked or not.
        if not state.tlb >> cpu & 1 and not any(mask & _PAGE_BIT for mask in state.flushed):
            after = state._replace(tlb=state.tlb | 1 << cpu)
            yield Step(_CPUS[cpu], "loads the page's translation from the hash table", after, (), "hw-deep")

    # The kernel's miss handler: its last read and the load into the TLB count as one step. What it reads on
    # the way is the software walker's.
    def _refilled(self, state: State, cpu: int) -> Iterator[Step]:
        whole = state.hooked == _ALL_TABLES | _PAGE_BIT
        if whole and not state.tlb >> cpu & 1:
            after = state._replace(tlb=state.tlb | 1 << cpu)
            yield Step(_CPUS[cpu], "misses, and the page's translation is loaded", after, (), "hw-deep")

    def _software(self, state: State, cpu: int) -> Iterator[Step]:
        move = _software_move(state.hooked, state.freed, state.soft[cpu])
        if move.at == IDLE:
            after = self.resumed(state, cpu)
        else:
            after = state._replace(soft=_set(state.soft, cpu, move.at))
        yield Step(_WALKERS[cpu], move.action, after, move.violates, move.witness)

    def resumed(self, state: State, cpu: int) -> State:
        """Interrupts are on again after a software walk: what waits for this CPU need wait no more."""
        rcu = tuple(sorted((objects, waiting & ~(1 << cpu)) for objects, waiting in state.rcu))
        return state._replace(soft=_set(state.soft, cpu, IDLE), rcu=rcu)


@cache
def names(objects: tuple[int, ...]) -> str:
    """Objects as traces call them: the root, `table 0` (the upper one), `table 1`, `the page`."""
    known = {ROOT: "the root", PAGE: "the page"}
    return ", ".join(known.get(number, f"table {number}") for number in objects) or "nothing"


class _Move(NamedTuple):
    # What a walker does next, independent of all other threads: so it is worked out once.
    action: str
    at: int
    cached: int = 0
    fills: bool = False
    violates: tuple[str, ...] = ()
    witness: str = ""


@cache
def _hardware_moves(hooked: int, freed: int, at: int, cached: int) -> tuple[_Move, ...]:
    if at == IDLE:
        tables = [table for table in range(TABLES) if cached >> table & 1]
        starts = [(f"hardware walk starts at {names((t,))}, from the walk cache", t) for t in tables]
        starts.insert(0, ("hardware walk starts at the root", ROOT))
        return tuple(_Move(action, start, cached) for action, start in starts)
    action, below = f"hardware walker reads {names((at,))}", at + 1
    witness = "hw-deep" if below == PAGE else ""
    if at != ROOT and freed >> at & 1:
        move = _Move(f"{action}, which is freed", IDLE, cached, False, ("hw-uaf",), witness)
    elif not hooked >> below & 1:
        move = _Move(f"{action}: no entry", IDLE, cached, witness=witness)
    elif below == PAGE:
        move = _Move(f"{action} and fills the TLB", IDLE, cached, True, witness=witness)
    else:
        move = _Move(f"{action} and caches {names((below,))}", below, cached | 1 << below)
    return (move,)


@cache
def _software_move(hooked: int, freed: int, at: int) -> _Move:
    if at == IDLE:
        return _Move("software walk starts, interrupts off", ROOT)
    action, below = f"software walker reads {names((at,))}", at + 1
    witness = "sw-deep" if below == PAGE else ""
    if at != ROOT and freed >> at & 1:
        return _Move(f"{action}, which is freed", IDLE, violates=("sw-uaf",), witness=witness)
    if below == PAGE or not hooked >> below & 1:
        return _Move(f"{action}; interrupts on", IDLE, witness=witness)
    return _Move(action, below)
