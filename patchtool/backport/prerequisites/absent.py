"""Where no history leads from a target to a patch: what is missing by name, and how to get the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from patchtool.backport.prerequisites.items import Item, bare_item, commit_item, patch_item, small_stack
from patchtool.backport.prerequisites.lacking import Lacking
from patchtool.backport.prerequisites.names import Name
from patchtool.backport.prerequisites.origin import Origin, paths_of
from patchtool.core.plan import Target
from patchtool.core.prerequisite import Lack, NoHistory
from patchtool.core.series import Patch
from patchtool.core.tree import MissingBlob
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply
from patchtool.tree.words import Grep

_KERNEL_ORG = "https://git.kernel.org/pub/scm/linux/kernel/git"


def no_history(target: Target, tree: Snapshot, patch: Patch, own: Origin | None, grep: Grep) -> NoHistory:
    """What the patch uses that the target does not have; `own` is None where no commit takes the patch.

    A name is missing where the patch's own tree declares it and the target does not; without such a tree,
    where it stands nowhere in the target's headers. Costs a search of each tree's headers.
    """
    scratch = tree.scratch
    notes: list[str] = []
    lacks: dict[tuple[str, str, str], Lack] = {}
    try:
        item = own.item if own else _item(tree, patch, notes)
        base = Snapshot(scratch, own.commit, own.base[:12]) if own else None
        lacking = Lacking(tree, base, grep)
        series = _series_names(scratch, lacking, own.patches if own else {})
        for lack in lacking.of(item, ()):
            known = replace(lack, patch=series.get(Name(lack.kind, lack.name, lack.owner), 0))
            lacks.setdefault((lack.kind, lack.owner, lack.name), known)
        notes += lacking.undecided
    except MissingBlob as missing:
        notes.append(str(missing))
    return NoHistory(
        _reason(scratch, target, own), _commands(scratch, target, own), tuple(lacks.values()), tuple(notes)
    )


# What the series' earlier patches bring, each with the number of the first that does.
def _series_names(scratch: Scratch, lacking: Lacking, patches: Mapping[str, int]) -> Mapping[Name, int]:
    found: dict[Name, int] = {}
    for oid, number in patches.items():
        item = commit_item(scratch, oid)
        for name in lacking.brought(item) if item else ():
            found.setdefault(name, number)
    return found


# On the target, else what the hunks show.
def _item(tree: Snapshot, patch: Patch, notes: list[str]) -> Item:
    stack = small_stack(tree.scratch, tree.oid, paths_of(patch))
    before = stack.tree
    try:
        return patch_item(tree.scratch, (before, stack.apply(patch.diff)), "", patch.subject)
    except DoesNotApply:
        notes.append("the patch fits no tree that is at hand: of its C code nothing was looked at")
        return bare_item(patch.files, patch.diff, patch.subject)


def _reason(scratch: Scratch, target: Target, own: Origin | None) -> str:
    if own is None:
        return "no commit that the patch fits is in the repository"
    both = f"no commit is in the history of both {target.ref} and {own.base[:12]}"
    return f"a shallow clone: {both}" if scratch.shallow else f"{both}: one of them is an import"


def _commands(scratch: Scratch, target: Target, own: Origin | None) -> tuple[str, ...]:
    if scratch.shallow:
        return ("git fetch --unshallow",)
    mainline = f"git fetch {_KERNEL_ORG}/torvalds/linux.git +master:refs/remotes/mainline/master"
    branch = f"linux-{target.name}" if target.name.endswith(".y") else ""
    stable = f"git fetch {_KERNEL_ORG}/stable/linux.git +{branch}:refs/remotes/stable/{branch}"
    return (mainline, stable) if own and branch else (mainline,)
