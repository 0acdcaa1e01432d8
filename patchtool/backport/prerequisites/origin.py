"""The tree that a patch was made on: a commit of the user's, with the series' earlier patches on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from patchtool.backport.prerequisites.items import Item, patch_item, small_stack
from patchtool.backport.prerequisites.lineage import committed, own_bases
from patchtool.core.series import Patch
from patchtool.core.tree import MissingBlob
from patchtool.tree.git import Scratch
from patchtool.tree.stack import DoesNotApply, Stack


@dataclass(frozen=True, slots=True)
class Origin:
    """`base` is the user's commit, `commit` what the patch was made on (the same without earlier patches).

    `item` is the patch there. `patches` are the commits, in the scratch alone, of the series' earlier
    patches, with their numbers.
    """

    base: str
    commit: str
    item: Item
    patches: Mapping[str, int]


def origin(scratch: Scratch, patches: Sequence[Patch], tip: str) -> Origin | None:
    """Where the last of some patches was made, in the history of `tip` (40 hex); None where none takes it.

    With the others before it, else alone. Costs a `git log` limited to the files, and a `git apply` for each
    of at most 60 commits.
    """
    for chain in (patches, patches[-1:]):
        paths = sorted({path for one in chain for path in paths_of(one)})
        for base in own_bases(scratch, chain[0], tip):
            if _fit(scratch, base, paths, chain):
                return _made(scratch, base, chain)
        if len(patches) == 1:
            break
    return None


def paths_of(patch: Patch) -> tuple[str, ...]:
    """Every path that a patch reads or writes, sorted."""
    return tuple(sorted({path for c in patch.files for path in (c.old_path, c.new_path) if path}))


def _fit(scratch: Scratch, base: str, paths: Sequence[str], chain: Sequence[Patch]) -> bool:
    stack = small_stack(scratch, base, paths)
    try:
        for patch in chain:
            stack.apply(patch.diff)
    except (DoesNotApply, MissingBlob):
        return False
    return True


def _made(scratch: Scratch, base: str, chain: Sequence[Patch]) -> Origin:
    stack = Stack(scratch, base)
    at, earlier = base, {}
    for patch in chain[:-1]:
        at = committed(scratch, stack.apply(patch.diff), at, patch.subject)
        earlier[at] = patch.n
    before = stack.tree
    item = patch_item(scratch, (before, stack.apply(chain[-1].diff)), at, chain[-1].subject)
    return Origin(base, at, item, earlier)
