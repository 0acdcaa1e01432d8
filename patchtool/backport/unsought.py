"""What a plan could not look for, because the history that would say it is not in the repository."""

from __future__ import annotations

from collections.abc import Sequence

from patchtool.backport.ancestry import mainline
from patchtool.core.plan import Target
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

_KERNEL_ORG = "https://git.kernel.org/pub/scm/linux/kernel/git"
# Beside the branches that are there: none of them is moved.
_FETCH = f"git fetch {_KERNEL_ORG}/torvalds/linux.git +master:refs/remotes/mainline/master"
_OF_MAINLINE = "upstream commits, prerequisites, later fixes and reverts"
_OF_TARGET = "backports that were rewritten"


def unsought(scratch: Scratch, targets: Sequence[tuple[Target, Snapshot]]) -> tuple[str, ...]:
    """A sentence for each kind of evidence whose history is absent, with the command that brings it."""
    if scratch.shallow:
        what = f"{_OF_MAINLINE}, {_OF_TARGET}"
        return (f"{what}: as far as the shallow clone is cut off (hint: git fetch --unshallow)",)
    found = []
    tip = mainline(scratch)
    if not tip:
        found.append(f"{_OF_MAINLINE}: there is no branch of mainline (hint: {_FETCH})")
    elif not _has_history(scratch, tip):
        found.append(f"{_OF_MAINLINE}: {tip} is one commit without history (hint: {_FETCH})")
    bare = [target for target, _ in targets if target.commit and not _has_history(scratch, target.commit)]
    found += [
        f"{target.name}: {_OF_TARGET}: {target.ref} is one commit without history{_stable(target)}"
        for target in bare
    ]
    return tuple(found)


def made_on(scratch: Scratch, series: Series, upstream: Snapshot | None) -> Base | None:
    """What the series was made on, as a report says it; None where that is not in the repository."""
    if upstream is None:
        return None
    stated = scratch.resolve(series.base_commit) if series.base_commit else None
    why = "the series' base-commit" if stated == upstream.oid else "it has the series' pre-images"
    return Base(upstream.name, upstream.oid, upstream.version(), why)


def _has_history(scratch: Scratch, rev: str) -> bool:
    told = scratch.run("rev-list", "--max-count=2", "--end-of-options", rev, "--")
    return told.out.count(b"\n") > 1


def _stable(target: Target) -> str:
    if not target.name.endswith(".y"):
        return ""
    branch = f"linux-{target.name}"
    return f" (hint: git fetch {_KERNEL_ORG}/stable/linux.git +{branch}:refs/remotes/stable/{branch})"
