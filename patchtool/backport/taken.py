"""What goes into a target, in order, and what was decided of every patch."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.adapt import Adapted
from patchtool.core.plan import PatchPlan
from patchtool.core.series import Patch


@dataclass(frozen=True, slots=True)
class Taken:
    """A patch that goes in: the tree after it, the diff that leads there in the target, and its stat.

    `commit` is the 40-hex id of a prerequisite that is a commit of the user's history and no patch of the
    series, "" for such a patch; `needed_by` is the number of the patch that it goes in for, 0 for none.
    """

    patch: Patch
    tree: str
    diff: bytes
    stat: str = ""
    adapted: Adapted | None = None
    commit: str = ""
    needed_by: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cells of one target and what was applied, in order."""

    cells: tuple[PatchPlan, ...]
    taken: tuple[Taken, ...]
