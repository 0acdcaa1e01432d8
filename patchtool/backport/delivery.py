"""What a backport leaves behind: files to send, and commits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from patchtool.backport.branch import BranchError, branch_names, commit, publish
from patchtool.backport.certificate import Made
from patchtool.backport.message import worded
from patchtool.backport.outgoing import Style, Written, gaps, outgoing, write
from patchtool.backport.taken import Outcome
from patchtool.core.finding import Verdict
from patchtool.core.plan import Target, Verification
from patchtool.core.series import Series
from patchtool.tree.git import Scratch


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the user wants written, and where.

    `folder` gets the mails, None for none. `branch` is the name of a new branch of the repository `repo`, ""
    for none. `tool` names this program and its version in certificates.
    """

    folder: Path | None = None
    repo: Path | None = None
    branch: str = ""
    style: Style = field(default_factory=Style)
    tool: str = "patchtool"


class Deliverer:
    """Writes the outcome of target after target; branches come last, all together.

    Raises:
        BranchError: a branch can't be made under its name, or nobody is there to commit.
    """

    def __init__(self, series: Series, scratch: Scratch, delivery: Delivery, targets: list[Target]) -> None:
        self._series = series
        self._scratch = scratch
        self._delivery = delivery
        self._tips: dict[str, str] = {}
        self._names: dict[str, str] = {}
        if delivery.branch:
            if delivery.style.sender is None:
                raise BranchError(
                    "git's configuration names no committer",
                    at=delivery.branch,
                    hint="git config user.name and user.email",
                )
            self._names = branch_names(scratch, delivery.branch, targets)

    def branch_of(self, target: Target) -> str:
        """The branch that `publish` makes for a target, "" for none."""
        name = self._names.get(target.name, "")
        return name if name in self._tips else ""

    def deliver(
        self,
        target: Target,
        outcome: Outcome,
        check: Verification | None,
        verdict: Verdict,
        *,
        beside: tuple[str, ...] = (),
    ) -> tuple[Written | None, tuple[str, ...]]:
        """The files of one target, None where there are none to write, and what their reader has to know.

        `beside` are sentences on what else belongs to it, for the letter.

        Raises:
            OutputError: they can't be written.
            BranchError: an author date is none that can be read.
        """
        style = self._delivery.style
        name = self._names.get(target.name, "")
        if not outcome.taken or (self._delivery.folder is None and not name):
            return None, ()
        done = worded(outcome, style.sender)
        left = gaps(done, style.sender)
        if name and style.sender:
            self._tips[name] = commit(self._scratch, target, done, style.sender, int(time.time()))
        if self._delivery.folder is None:
            return None, left
        tree = self._scratch.out("rev-parse", "--verify", f"{target.commit}^{{tree}}").decode().strip()
        made = Made(self._series, target, tree, outcome, check, verdict, done)
        made = replace(made, tool=self._delivery.tool, gaps=left, beside=beside)
        return write(self._delivery.folder, outgoing(made, style)), left

    def publish(self) -> None:
        """Make the branches.

        Raises:
            BranchError: git refuses; branches made before that one stay.
        """
        for name, tip in self._tips.items():
            publish(self._delivery.repo or Path(), self._scratch, name, tip)
