"""Architectures shared out among processes: helpers split off once, each keeps what it learned of its own."""

from __future__ import annotations

import os
import signal
import sys
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, Pipe
from multiprocessing.context import ForkProcess
from typing import Generic, Protocol, TypeVar, runtime_checkable

from patchtool.core.tree import TreeReader

_MOST = 8

Result = TypeVar("Result")
Job = Callable[[TreeReader, Sequence[str]], Result]
"""What is done of a tree for some architectures."""


@runtime_checkable
class _Derivable(TreeReader, Protocol):
    # Another tree of the same repository can be opened by its id.
    @property
    def oid(self) -> str: ...

    def derive(self, oid: str, name: str) -> TreeReader: ...


def processors() -> int:
    """How many processes are worth it: one a CPU that may be used, eight at most; 1 where none can split."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


@dataclass(frozen=True, slots=True)
class _Helper:
    process: ForkProcess
    pipe: Connection


class Crew(Generic[Result]):
    """`count` processes, this one among them, that do a job for architectures.

    A helper starts with all that this process knows, and opens by itself the trees that come later, by their
    ids. It ends with this process; where it fails, what it was to do is done here, errors included; an
    interrupt is this process's alone. A tree without an id and `derive` is this process's alone, too: how it
    is read may bear no company.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._helpers: list[_Helper] = []
        self._places: dict[str, int] = {}
        self._loads = [0] * count
        self._about: object = None
        self._end: Callable[[], object] = _nothing

    def run(
        self, tree: TreeReader, weights: Mapping[str, int], job: Job[Result], about: object
    ) -> Iterator[Result]:
        """The results of the job for all architectures that have a weight, one a process that had a share.

        An architecture stays with its process. `about` is what the job depends on besides the tree: where it
        is another one, the helpers are new.
        """
        if not weights:
            return
        shares = self._shares(weights)
        if not isinstance(tree, _Derivable) or not any(shares[1:]):
            yield job(tree, tuple(weights))
            return
        self._ready(tree, job, about)
        waiting = [(helper, share) for helper, share in zip(self._helpers, shares[1:], strict=True) if share]
        sent = [_send(helper, tree, share) for helper, share in waiting]
        if shares[0]:
            yield job(tree, shares[0])
        failed: list[str] = []
        for (helper, share), good in zip(waiting, sent, strict=True):
            answer: list[Result] = _received(helper) if good else []
            yield from answer
            failed += share if not answer else ()
        if failed:
            self.close()
            yield job(tree, failed)

    def close(self) -> None:
        """End the helpers; the next job has new ones."""
        self._end()
        self._end, self._helpers = _nothing, []

    def _shares(self, weights: Mapping[str, int]) -> list[list[str]]:
        for arch in sorted(weights, key=lambda arch: -weights[arch]):
            if arch not in self._places:
                least = self._loads.index(min(self._loads))
                self._places[arch] = least
                self._loads[least] += weights[arch]
        return [[arch for arch in weights if self._places[arch] == n] for n in range(self._count)]

    def _ready(self, tree: _Derivable, job: Job[Result], about: object) -> None:
        if self._helpers and about == self._about:
            return
        self.close()
        self._about = about
        for _ in range(1, self._count):
            self._helpers.append(_split_off(tree, job, self._helpers))
        self._end = weakref.finalize(self, _end_all, tuple(self._helpers))


def _nothing() -> None:
    pass


def _split_off(tree: _Derivable, job: Job[Result], others: Collection[_Helper]) -> _Helper:
    here, there = Pipe()
    left = [here, *(other.pipe for other in others)]
    process = get_context("fork").Process(target=_work, args=(left, there, tree, job), daemon=True)
    process.start()
    there.close()
    return _Helper(process, here)


# A helper's first and last. What it could say of a failure is said where its work is done again; and who
# reads this process's output waits for no helper.
def _work(left: Sequence[Connection], pipe: Connection, base: _Derivable, job: Job[Result]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    for one in left:
        one.close()
    _serve(pipe, base, job)


def _serve(pipe: Connection, base: _Derivable, job: Job[Result]) -> None:
    tree: TreeReader = base
    known = (base.oid, base.name)
    parent = parent_process()
    while parent is not None and parent.is_alive():
        oid, name, share = pipe.recv()
        if (oid, name) != known:
            tree, known = base.derive(oid, name), (oid, name)
        pipe.send(job(tree, share))


def _send(helper: _Helper, tree: _Derivable, share: Sequence[str]) -> bool:
    try:
        helper.pipe.send((tree.oid, tree.name, list(share)))
    except OSError:
        return False
    return True


def _received(helper: _Helper) -> list[Result]:
    try:
        return [helper.pipe.recv()]
    except (EOFError, OSError):
        return []


def _end_all(helpers: Collection[_Helper]) -> None:
    for helper in helpers:
        helper.pipe.close()
        helper.process.kill()
        helper.process.join()
