"""The door: a patch made to fit a tree that it was not made for, or what keeps it from fitting."""

from __future__ import annotations

from collections.abc import Sequence

from patchtool.backport.adaptation.edits import difference, edited, overlap, write_tree
from patchtool.backport.adaptation.files import Adapter, Work
from patchtool.backport.adaptation.interdiff import interdiff, note
from patchtool.backport.adaptation.leftovers import leftovers
from patchtool.backport.adaptation.relocate import Trees
from patchtool.backport.adaptation.text import Text
from patchtool.backport.adaptation.translate import translation
from patchtool.core.adapt import Adapted, Blocked, Obstacle
from patchtool.core.rename import Rename
from patchtool.core.series import FileChange, Patch
from patchtool.mail.diff import parse_diff
from patchtool.tree.excerpt import excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack


def adapt(
    stack: Stack,
    target: Snapshot,
    patch: Patch,
    upstream: Snapshot | None = None,
    renames: Sequence[Rename] = (),
) -> Adapted | Blocked:
    """Make a patch fit the tree that `stack` stands at, which stays there.

    `target` is the tree that the stack began with. `upstream` is the tree that the patch was made for (the
    series' base will do), None where it is not at hand: fewer changes have a certain place then. `renames`
    are symbols that the target may still call by their old names.

    Every deviation from the patch is a step with its evidence; what has no certain place blocks the whole
    patch, with its candidates. By content alone, never by version.

    Raises:
        MissingBlob: a file that the patch changes is absent from the object store.
    """
    rest, tree = _take_what_fits(target.scratch, stack.tree, patch)
    state = target.derive(tree, target.name)
    trees = Trees(state, upstream, frozenset(change.path for change in patch.files))
    adapter = Adapter(patch, trees, translation(patch, renames, state))
    for change in rest:
        adapter.adapt(change)
    work = adapter.work
    extra = tuple(leftovers(work.edits, state))
    work.steps.extend(extra)
    work.edits.extend(edit for step in extra for edit in step.edits)
    _refuse_overlaps(work)
    if work.obstacles:
        return Blocked(tuple(work.obstacles), tuple(work.steps))
    return _finished(stack.tree, state, patch, work)


# The files that git does not take as they are, and the tree with the others.
def _take_what_fits(scratch: Scratch, tree: str, patch: Patch) -> tuple[list[FileChange], str]:
    paths = {path for change in patch.files for path in (change.old_path, change.new_path) if path}
    trial = Stack(scratch, excerpt(scratch, tree, paths))
    rest = [change for change in patch.files if not trial.fits(change.text)]
    clean = b"".join(change.text for change in patch.files if change not in rest)
    return rest, Stack(scratch, tree).apply(clean) if clean else tree


def _refuse_overlaps(work: Work) -> None:
    clash = overlap(work.edits)
    if clash:
        one, other = clash
        places = (f"{one.path}:{one.line}", f"{other.path}:{other.line}")
        work.obstacles.append(Obstacle(one.path, 0, "two of its hunks meet in one place", places))


def _finished(before: str, state: Snapshot, patch: Patch, work: Work) -> Adapted | Blocked:
    files = {}
    for path in sorted({edit.path for edit in work.edits}):
        text = Text.of(path, state.read(path) or b"")
        files[path] = edited(text.lines, [edit for edit in work.edits if edit.path == path])
    tree = write_tree(state.scratch, state.oid, files) if files else state.oid
    diff = difference(state.scratch, before, tree)
    if not diff:
        return Blocked((Obstacle("", 0, "nothing of the patch is left to do"),), tuple(work.steps))
    shown = interdiff(patch.files, parse_diff(diff, patch.source), work.homes)
    said = note(work.steps, work.dropped, {change.path: len(change.hunks) for change in patch.files})
    return Adapted(diff, tree, tuple(work.steps), tuple(work.dropped), shown, said)
