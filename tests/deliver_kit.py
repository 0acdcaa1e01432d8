"""What a planner leaves, made by hand on a repository of three files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kit import diff, git, kernel, one
from kit import patch as kit_patch
from patchtool.backport.taken import Outcome, Taken
from patchtool.core.plan import Decision, How, PatchPlan, Target
from patchtool.core.series import Patch, Person, Series

MAINTAINER = Person("Maja Tainer", "maja@example.org")
AUTHOR = Person("Bö Example", "bo@example.net")
DATE = "Tue, 11 Feb 2020 12:15:23 +0530"
MESSAGE = "Why it is so.\n\nCc: <stable@vger.kernel.org>\nSigned-off-by: Bö Example <bo@example.net>\n"


def repository(folder: Path) -> tuple[Path, Target]:
    """A kernel, and its branch as a target."""
    repo = kernel(folder)
    return repo, Target("5.4.y", "main", one(repo, "rev-parse", "HEAD"), "5.4.18")


def took(repo: Path, n: int, total: int, files: Mapping[str, str | bytes | None]) -> Taken:
    """Patch `n`, which makes these changes on HEAD; HEAD goes to the state after it."""
    text = diff(repo, files)
    git(repo, "apply", "--index", data=text)
    tree = one(repo, "write-tree")
    git(repo, "commit", "-q", "-m", "step")
    patch = replace(
        kit_patch(text, n, total), subject=f"mm: Change {n}", author=AUTHOR, date=DATE, message=MESSAGE
    )
    return Taken(patch, tree, text, f" file{n} | 1 +")


def cell(patch: Patch, how: How | None = How.CLEAN, upstream: str = "") -> PatchPlan:
    """Its cell: taken, or with `how` None skipped."""
    if how is None:
        return PatchPlan(patch.n, patch.subject, Decision.SKIP, ("no Cc: stable tag and no Fixes tag",))
    return PatchPlan(patch.n, patch.subject, Decision.TAKE, ("applies",), how, upstream=upstream)


def outcome(*taken: Taken, upstream: str = "ab" * 20) -> Outcome:
    """All of them taken as they are."""
    return Outcome(tuple(cell(done.patch, upstream=upstream) for done in taken), taken)


def series_of(*patches: Patch) -> Series:
    """A series of patches."""
    return Series("s.mbox", "Change everything", 2, patches, total=len(patches))
