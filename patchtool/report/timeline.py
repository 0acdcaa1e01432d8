"""A trace as plain text, one column a thread."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from patchtool.core.model import TraceStep

_WIDTH = 34
# What the last step of a trace comes to, for readers who do not know the properties' names.
MEANINGS = {
    "order": "a page table is freed before a TLB invalidation that began after its unhooking",
    "hw-uaf": "a hardware walker reads a page table after it was freed",
    "sw-uaf": "a software walker reads a page table after it was freed",
    "page-uaf": "a TLB entry leads to a page after it was freed",
    "2flush": "the TLB is flushed again with nothing unhooked since the last time",
    "dfree": "something is freed twice",
    "leak": "something is unhooked and will never be freed",
    "deadlock": "nothing can go on",
}


def thread_role(thread: str) -> str:
    """What a thread is, in a few words; "" for a name that the model does not use."""
    if thread in ("U", "RCU"):
        return {"U": "the CPU that unmaps", "RCU": "callbacks after a grace period"}[thread]
    kind, number = thread[:-1], thread[-1:]
    if kind == "CPU":
        return f"hardware walker of CPU {number}"
    return f"software walker on CPU {number}" if kind == "SW" else ""


def threads_of(trace: Sequence[TraceStep]) -> list[str]:
    """The threads of a trace: U first, then CPUs, software walkers, RCU."""
    return sorted({step.thread for step in trace}, key=_order)


def timeline(trace: Sequence[TraceStep], name: str = "") -> str:
    """One row a step, numbered from 1, in the column of its thread; U first, then CPUs, walkers, RCU.

    A step that the tree's code makes names its C function and `file:line`. With the property's `name` the
    last line says what it violates. Lines have no trailing blanks and end in a newline; "" for an empty
    trace.
    """
    threads = threads_of(trace)
    if not threads:
        return ""
    heads = {thread: f"{thread}: {role}" if (role := thread_role(thread)) else thread for thread in threads}
    rows = [_row("", threads, heads)]
    for number, step in enumerate(trace, 1):
        for index, line in enumerate(_cell(step)):
            rows.append(_row(str(number) if index == 0 else "", threads, {step.thread: line}))
    if name in MEANINGS:
        rows.append(f"  => {name}: {MEANINGS[name]}")
    return "\n".join(rows) + "\n"


def _order(thread: str) -> tuple[int, str]:
    return (["U", "C", "S", "R"].index(thread[0]) if thread[0] in "UCSR" else 4, thread)


def _row(number: str, threads: Sequence[str], cells: dict[str, str]) -> str:
    columns = [cells.get(thread, "").ljust(_WIDTH) for thread in threads]
    return f"{number:>3}  {'  '.join(columns)}".rstrip()


def _cell(step: TraceStep) -> list[str]:
    lines = wrap(step.action, _WIDTH) or [""]
    if step.function:
        lines += wrap(f"{step.function}()", _WIDTH)
    if step.at is not None:
        # A path is one word and stays whole, so that it can be clicked.
        lines.append(str(step.at))
    return lines
