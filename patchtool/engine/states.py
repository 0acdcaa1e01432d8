"""The states of a series: the base, and the tree after each patch that applies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from patchtool.core.rules import Failure
from patchtool.core.series import Patch, Series
from patchtool.core.tree import MissingBlob
from patchtool.tree.misfit import explain
from patchtool.tree.snapshot import Overlay, Snapshot, overlay_of
from patchtool.tree.stack import DoesNotApply, Stack

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """The progress of a run that nobody watches."""


@dataclass(frozen=True, slots=True)
class Step:
    """The tree after patch `patch` (None: the base). `failures` is empty where the patch went in.

    `absent` is the path whose missing content kept git from trying, "" where nothing was missing.
    """

    n: int
    patch: Patch | None
    tree: Snapshot
    failures: tuple[Failure, ...] = ()
    absent: str = ""


def steps(base: Snapshot, series: Series, progress: Progress = silent) -> Iterator[Step]:
    """The base, then a step a patch; ends after the first patch that does not apply or can't be tried.

    That last step has the tree before the patch. Patches of other numbers than 1, 2, 3 ... are taken in the
    order of the series.
    """
    yield Step(0, None, base)
    scratch, tree = base.scratch, base
    stack = Stack(scratch, base.oid)
    overlay: Overlay = {}
    for patch in series.patches:
        progress(f"applying {patch.name}")
        try:
            after = stack.apply(patch.diff)
        except MissingBlob as missing:
            yield Step(patch.n, patch, tree, absent=missing.path)
            return
        except DoesNotApply as refusal:
            yield _refused(stack, tree, patch, refusal.reason)
            return
        overlay = _joined(base, overlay, overlay_of(scratch.differences(tree.oid, after)))
        tree = base.derive(after, f"{base.name}+{patch.name}", overlay)
        yield Step(patch.n, patch, tree)


# How a tree differs from the base after one more step; what came back to it differs no more.
def _joined(base: Snapshot, before: Overlay, step: Overlay) -> Overlay:
    return {path: blob for path, blob in {**before, **step}.items() if blob != base.blob_id(path)}


def _refused(stack: Stack, tree: Snapshot, patch: Patch, reason: str) -> Step:
    try:
        return Step(patch.n, patch, tree, explain(stack, tree, patch) or (_unexplained(patch, reason),))
    except MissingBlob as missing:
        return Step(patch.n, patch, tree, absent=missing.path)


def _unexplained(patch: Patch, reason: str) -> Failure:
    return Failure(patch.files[0].path if patch.files else "", 0, 0, 0, (), (), reason)
