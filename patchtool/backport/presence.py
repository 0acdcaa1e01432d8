"""Which patches of a series a tree has already, judged on the series as a stack."""

from __future__ import annotations

from patchtool.core.series import Series
from patchtool.tree.git import Scratch
from patchtool.tree.stack import Stack


def present_in(scratch: Scratch, tree: str, series: Series) -> frozenset[int]:
    """Numbers of the patches whose content the tree holds.

    Taken off from the last to the first: a patch whose context a later one changed comes off only after
    that one (v4 1/9 of "Fixup page directory freeing" on 5.4.91, after 5 and 2). A patch that only removes
    lines counts where it can't be applied any more. By content alone, never by commit id or version; a
    backport that was rewritten is not recognised.
    """
    stack = Stack(scratch, tree)
    present = set()
    for patch in reversed(series.patches):
        if not stack.fits(patch.diff, reverse=True):
            continue
        adds = any(hunk.added for change in patch.files for hunk in change.hunks)
        if adds or not stack.fits(patch.diff):
            stack.apply(patch.diff, reverse=True)
            present.add(patch.n)
    return frozenset(present)
