"""A trace as plain text, one column a thread."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from patchtool.core.model import TraceStep

_WIDTH = 34


def timeline(trace: Sequence[TraceStep]) -> str:
    """One row a step, numbered from 1, in the column of its thread; U first, then CPUs, walkers, RCU.

    A step that the tree's code makes names its C function and `file:line`. Lines have no trailing blanks
    and end in a newline; "" for an empty trace.
    """
    threads = sorted({step.thread for step in trace}, key=_order)
    if not threads:
        return ""
    rows = [_row("", threads, dict(zip(threads, threads, strict=True)))]
    for number, step in enumerate(trace, 1):
        for index, line in enumerate(_cell(step)):
            rows.append(_row(str(number) if index == 0 else "", threads, {step.thread: line}))
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
