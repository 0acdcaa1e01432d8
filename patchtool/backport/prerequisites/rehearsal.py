"""Items applied one after the other on a target's own text, in memory; and the bounds of a search."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from patchtool.backport.prerequisites.items import Item, listed, small_stack, texts_at, widen
from patchtool.core.prerequisite import Applied, Budget
from patchtool.core.series import FileChange
from patchtool.tree.git import Scratch
from patchtool.tree.misfit import hunk_text
from patchtool.tree.stack import DoesNotApply, Stack


class Spent(Exception):
    """A bound was hit; `reason` says which. Caught where the search began."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Meter:
    """Counts against a budget."""

    budget: Budget
    commits: int = 0
    trials: int = 0
    start: float = field(default_factory=time.monotonic)

    def look(self, commits: int = 0, trials: int = 0) -> None:
        """Count and go on, or raise Spent."""
        self.commits += commits
        self.trials += trials
        if self.commits > self.budget.commits:
            raise Spent(f"the bound of {self.budget.commits} commits was reached")
        if self.trials > self.budget.trials:
            raise Spent(f"the bound of {self.budget.trials} trials was reached")
        if time.monotonic() - self.start > self.budget.seconds:
            raise Spent(f"the bound of {self.budget.seconds:g} seconds was reached")


@dataclass(frozen=True, slots=True)
class Trial:
    """How far it went: the items that went in, those by a three-way merge, those that were there already.

    `failed` is the item that git refused, with its `reason`; None where all went in.
    """

    done: tuple[Item, ...]
    merged: frozenset[str]
    present: frozenset[str]
    failed: Item | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _State:
    # A tree of some of the target's files, which ones, and how the last item went in.
    tree: str
    paths: frozenset[str]
    mark: str = ""


class Rehearsal:
    """Applies items on the files of a target that they touch, and only those.

    git's own verdict: as it is, else by a three-way merge without a conflict. What the tree has already is
    passed over. Some 20 ms an item; what a longer list begins with is kept.
    """

    def __init__(self, scratch: Scratch, tree: str, meter: Meter) -> None:
        self._scratch = scratch
        self._tree = tree
        self._meter = meter
        self._stack: Stack | None = None
        self._kept: dict[tuple[str, ...], _State] = {}

    def run(self, items: Sequence[Item]) -> Trial:
        """Try them in order, until one fails. Raises Spent, MissingBlob."""
        self._meter.look(trials=1)
        paths = frozenset().union(*(item.paths for item in items))
        known = _beginning(self._kept, items)
        marks = [self._kept[_key(items[: n + 1])].mark for n in range(known)]
        stack, state = self._at(items[:known], paths)
        for number in range(known, len(items)):
            try:
                tree, mark = _put(stack, items[number])
            except DoesNotApply as refusal:
                return _trial(items[:number], marks, items[number], refusal.reason)
            state = self._kept[_key(items[: number + 1])] = _State(tree, state.paths, mark)
            marks.append(mark)
        return _trial(items, marks)

    def misfits(self, before: Sequence[Item], item: Item) -> tuple[tuple[FileChange, tuple[int, ...]], ...]:
        """The files of an item that git refuses on top of others, each with the hunks that do not fit.

        Hunks by their 0-based number; all of them where each fits alone; () where the file is not there, or
        is there and should not be.
        """
        stack, state = self._at(before, item.paths)
        found = []
        for change in item.changes:
            if not stack.fits(change.text):
                numbers = range(len(change.hunks)) if self._has(state, change.old_path) else ()
                bad = tuple(n for n in numbers if not stack.fits(hunk_text(change, (n,))))
                found.append((change, bad or tuple(numbers)))
        return tuple(found)

    def _has(self, state: _State, path: str | None) -> bool:
        return bool(path) and bool(texts_at(self._scratch, state.tree, [path or ""]))

    # The stack after some items, with at least these files of the target in it.
    def _at(self, before: Sequence[Item], paths: frozenset[str]) -> tuple[Stack, _State]:
        state = self._kept.get(_key(before)) or _State("", frozenset())
        wanted = paths | state.paths
        if self._stack is None or not state.tree:
            self._stack = small_stack(self._scratch, self._tree, sorted(wanted))
            return self._stack, _State(self._stack.tree, wanted)
        if self._stack.tree != state.tree:
            self._stack.reset(state.tree)
        if wanted != state.paths:
            widen(self._stack, self._scratch, listed(self._scratch, self._tree, sorted(wanted - state.paths)))
            state = self._kept[_key(before)] = _State(self._stack.tree, wanted, state.mark)
        return self._stack, state


def _key(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(item.oid for item in items)


# How many of the first items have been applied before, with the same ones before them.
def _beginning(kept: Mapping[tuple[str, ...], _State], items: Sequence[Item]) -> int:
    count = 0
    while count < len(items) and _key(items[: count + 1]) in kept:
        count += 1
    return count


def apply_whole(scratch: Scratch, tree: str, items: Sequence[Item]) -> tuple[Applied, ...]:
    """All items on the whole tree, with the diff that each came to there; those present already left out.

    About 0.3 s and 0.2 s an item on a kernel. Raises DoesNotApply, MissingBlob.
    """
    stack = Stack(scratch, tree)
    found = []
    for item in items:
        before = stack.tree
        after, mark = _put(stack, item)
        if mark != "present":
            diff = scratch.fact("diff-tree", "-r", "-p", "-M", "--binary", "--full-index", before, after)
            found.append(Applied(item.oid, item.subject, after, diff))
    return tuple(found)


def _put(stack: Stack, item: Item) -> tuple[str, str]:
    try:
        return stack.apply(item.diff), "clean"
    except DoesNotApply as refusal:
        if item.oid and stack.fits(item.diff, reverse=True):
            return stack.tree, "present"
        try:
            return stack.apply(item.diff, three_way=True), "merged"
        except DoesNotApply:
            raise refusal from None


def _trial(done: Sequence[Item], marks: Sequence[str], failed: Item | None = None, reason: str = "") -> Trial:
    by_mark = {mark: frozenset(item.oid for item, one in zip(done, marks, strict=False) if one == mark)
               for mark in ("merged", "present")}  # fmt: skip
    return Trial(tuple(done), by_mark["merged"], by_mark["present"], failed, reason)
