"""What an exploration says of each property, with its trace told in the words of the tree."""

from __future__ import annotations

from dataclasses import replace

from patchtool.core.finding import Verdict
from patchtool.core.model import PropertyVerdict, TraceStep
from patchtool.gather.architectures import Configuration
from patchtool.gather.machine.explorer import Exploration
from patchtool.gather.machine.explorer import TraceStep as Taken
from patchtool.gather.machine.machine import PROPERTIES, names
from patchtool.gather.machine.program import Effect, Kind, Program


def judged(
    row: Configuration, result: Exploration, program: Program, ref: str, *, whole: bool
) -> tuple[PropertyVerdict, ...]:
    """A verdict for each property, in their order; places of traces are those of `ref`.

    `row` is the configuration with the walkers that were explored. `whole` says that the mm has no user.
    """
    verdicts = tuple(_verdict(name, row, result, program, ref) for name in PROPERTIES)
    if row.hardware == "unknown":
        verdicts = tuple(map(_unless_known, verdicts))
    return tuple(_unused(found, row) for found in verdicts) if whole else verdicts


def _unless_known(found: PropertyVerdict) -> PropertyVerdict:
    if found.name == "hw-uaf" and found.verdict is Verdict.VIOLATED:
        reason = "it is not known whether hardware walks Linux page tables here and what it caches of them"
        return PropertyVerdict(found.name, Verdict.UNDECIDED, f"{reason}; if it does, it reads a freed one")
    return found


# Where the mm has no user any more, an entry of a freed page may stay in a TLB: nothing uses it. And where
# only an access of such a user starts a walk, none is under way.
def _unused(found: PropertyVerdict, row: Configuration) -> PropertyVerdict:
    if found.verdict is not Verdict.VIOLATED:
        return found
    if found.name == "page-uaf":
        return PropertyVerdict(found.name, Verdict.HOLDS, "no thread of the mm is left to use a TLB entry")
    if found.name == "order" and row.hardware not in ("page-table", "unknown"):
        reason = "no thread of the mm is left to start a walk, and no hardware walks by itself"
        return replace(found, verdict=Verdict.WAIVED, reason=reason)
    return found


def _verdict(
    name: str, row: Configuration, result: Exploration, program: Program, ref: str
) -> PropertyVerdict:
    taken = result.traces.get(name)
    if taken is not None:
        trace = tuple(_step(step, program, ref) for step in taken)
        if name == "order" and row.waive_order:
            return PropertyVerdict(name, Verdict.WAIVED, row.waive_order, trace)
        return PropertyVerdict(name, Verdict.VIOLATED, "", trace)
    if not result.complete:
        return PropertyVerdict(name, Verdict.UNDECIDED, f"the search was cut at {result.states} states")
    walker = {"hw-uaf": row.hardware in ("page-table", "unknown"), "sw-uaf": row.software}.get(name, True)
    if not walker:
        return PropertyVerdict(name, Verdict.HOLDS, "no such walker of Linux page tables here")
    needed = {"hw-uaf": "hw-deep", "sw-uaf": "sw-deep"}.get(name)
    if needed is not None and needed not in result.witnesses:
        return PropertyVerdict(name, Verdict.UNDECIDED, "vacuous: the walker never reads the last table")
    return PropertyVerdict(name, Verdict.HOLDS)


def _step(step: Taken, program: Program, ref: str) -> TraceStep:
    effect = program.nodes[step.pc].effect if step.pc >= 0 else None
    if effect is None:
        return TraceStep(step.thread, step.action)
    at = replace(effect.at, ref=ref) if effect.at is not None else None
    return TraceStep(step.thread, _say(effect, step.action), effect.function, at)


def _say(effect: Effect, action: str) -> str:
    if effect.kind is Kind.CHOICE:
        known = {"ok": "allocates a batch page", "fail": "fails to allocate a batch page"}
        what = "page" if effect.question == "size" else "table batch"
        return known.get(action, f"{what}: {action}")
    objects = names(effect.objects)
    return {
        Kind.UNHOOK: f"unhooks {objects}",
        Kind.FLUSH: "calls tlb_flush()",
        Kind.TLBI: f"invalidates ({effect.scope}, {effect.reach})",
        Kind.FREE: f"frees {objects}",
        Kind.CALL_RCU: f"call_rcu() for {objects}",
        Kind.IPI: "interrupts the other CPUs and waits",
    }[effect.kind]
