"""The states of a series: the base, and the tree after each patch that applies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from patchtool.core.rules import Failure
from patchtool.core.series import Patch, Series
from patchtool.tree.misfit import explain
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """The progress of a run that nobody watches."""


@dataclass(frozen=True, slots=True)
class Step:
    """The tree after patch `patch` (None: the base). `failures` is empty where the patch went in."""

    n: int
    patch: Patch | None
    tree: Snapshot
    failures: tuple[Failure, ...] = ()


def steps(base: Snapshot, series: Series, progress: Progress = silent) -> Iterator[Step]:
    """The base, then a step a patch; ends after the first patch that does not apply.

    That last step has the tree before the patch. Patches of other numbers than 1, 2, 3 ... are taken in the
    order of the series.
    """
    yield Step(0, None, base)
    stack = Stack(base.scratch, base.oid)
    tree = base
    for patch in series.patches:
        progress(f"applying {patch.name}")
        try:
            oid = stack.apply(patch.diff)
        except DoesNotApply as refusal:
            failures = explain(stack, tree, patch) or (_unexplained(patch, refusal.reason),)
            yield Step(patch.n, patch, tree, failures)
            return
        tree = base.derive(oid, f"{base.name}+{patch.name}")
        yield Step(patch.n, patch, tree)


def _unexplained(patch: Patch, reason: str) -> Failure:
    return Failure(patch.files[0].path if patch.files else "", 0, 0, 0, (), (), reason)
