"""Which patches of a series do not fit, as text, without which others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from patchtool.core.finding import Location
from patchtool.core.order import Bond, Constraint
from patchtool.core.series import ChangeKind, FileChange, Hunk, Line, Patch
from patchtool.engine.states import Step
from patchtool.tree.excerpt import excerpt
from patchtool.tree.misfit import hunk_text
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack


def commute(steps: Sequence[Step]) -> tuple[Constraint, ...]:
    """The constraints of the text: the later patches whose files git refuses when an earlier one is left out.

    A patch that is refused only because another one is, which needs the missing one, is bound to that one
    alone. `steps` are the base and the patches that went in. Cost: a `git apply` of one file's diff for each
    pair of patches that share a file.

    Raises MissingBlob.
    """
    found: list[Constraint] = []
    patches = [step.patch for step in steps if step.patch]
    for (before, step), at in zip(pairwise(steps), range(len(patches)), strict=True):
        if step.patch:
            found += _bound(before.tree, step.patch, patches[at + 1 :])
    return tuple(_direct(found))


def _bound(tree: Snapshot, first: Patch, later: Sequence[Patch]) -> Iterator[Constraint]:
    own = {path for change in first.files for path in (change.old_path, change.new_path) if path}
    shared = [
        (patch, change)
        for patch in later
        for change in patch.files
        if own & {change.old_path, change.new_path}
    ]
    if not shared:
        return
    paths = own.union(path for _, change in shared for path in (change.old_path, change.new_path) if path)
    stack = Stack(tree.scratch, excerpt(tree.scratch, tree.oid, paths))
    for patch, change in shared:
        try:
            stack.apply(change.text)
        except DoesNotApply:
            yield _constraint(stack, first, patch, change)


def _constraint(stack: Stack, first: Patch, then: Patch, change: FileChange) -> Constraint:
    path = change.old_path or change.path
    mine = [one for one in first.files if {one.old_path, one.new_path} & {change.old_path, change.new_path}]
    if any(one.kind in (ChangeKind.ADD, ChangeKind.RENAME, ChangeKind.COPY) for one in mine):
        at, source = Location(path), Location(path)
        reason = f"changes {path}, which patch {first.n} adds"
        return Constraint(first.n, then.n, Bond.FILE, path, at, source, reason)
    refused = [n for n in range(len(change.hunks)) if not stack.fits(hunk_text(change, (n,)))]
    hunk = change.hunks[refused[0]] if refused else None
    at = Location(path, _first(hunk))
    line, touched = _touched(hunk, mine)
    reason = f"{touched} patch {first.n}"
    return Constraint(first.n, then.n, Bond.TEXT, path, at, Location(path, line), reason)


def _first(hunk: Hunk | None) -> int:
    changed = [line for line in hunk.lines if line.tag != " "] if hunk else []
    return next((line.old or line.new for line in changed), 0)


# The line of the earlier patch that the hunk builds on, and how: it changes it, or has it around its own.
def _touched(hunk: Hunk | None, mine: Sequence[FileChange]) -> tuple[int, str]:
    added = {
        line.text: line for change in mine for one in change.hunks for line in one.added if line.text.strip()
    }
    for tag, how in (("-", "takes out a line of"), (" ", "stands beside a line of")):
        for line in hunk.lines if hunk else ():
            if line.tag == tag and line.text in added:
                return added[line.text].new, how
    return _gap(hunk, mine), "stands where lines are taken out by"


def _gap(hunk: Hunk | None, mine: Sequence[FileChange]) -> int:
    removed: list[Line] = [line for change in mine for one in change.hunks for line in one.removed]
    at = hunk.old_start if hunk else 0
    return min((line.old for line in removed), key=lambda line: abs(line - at), default=at)


# Without those that follow from others: k is refused since j was, which needs i.
def _direct(found: Sequence[Constraint]) -> Iterator[Constraint]:
    pairs = {(one.first, one.then) for one in found}
    for one in found:
        through = any(
            (one.first, mid) in pairs and (mid, one.then) in pairs for mid in range(one.first + 1, one.then)
        )
        if not through:
            yield one
