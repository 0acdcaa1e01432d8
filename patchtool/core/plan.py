"""What `patchtool backport` decides: patch by patch, target by target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from patchtool.core.adapt import Adapted
from patchtool.core.companion import Companion
from patchtool.core.finding import Finding, Verdict
from patchtool.core.model import ModelReport
from patchtool.core.prerequisite import Found, NoHistory
from patchtool.core.report import Base
from patchtool.core.series import Series


class Decision(StrEnum):
    """What happens to a patch in a target."""

    TAKE = "take"
    PRESENT = "present"
    SKIP = "skip"
    NOT_AFFECTED = "not-affected"
    BLOCKED = "blocked"


class How(StrEnum):
    """How a taken patch went in."""

    CLEAN = "clean"
    THREE_WAY = "3way"
    ADAPTED = "adapted"


@dataclass(frozen=True, slots=True)
class Target:
    """A stable tree: `name` as the user calls it (`5.4.y`), `ref` as git does, `commit` 40 hex."""

    name: str
    ref: str
    commit: str
    version: str


@dataclass(frozen=True, slots=True)
class PatchPlan:
    """One cell of the plan. `because` are the reasons, the deciding one first; `how` is None unless taken.

    `upstream` is the 40-hex id of the patch's commit in the user's mainline, "" where it was not found.
    `adapted` is what was done to it, `needs` what was looked for beside it, each None where nothing was.
    """

    n: int
    subject: str
    decision: Decision
    because: tuple[str, ...]
    how: How | None = None
    upstream: str = ""
    adapted: Adapted | None = None
    needs: Found | NoHistory | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was examined on the result: rule findings new in it, and the model before and after.

    `summary` are sentences for people, `rules` the names of those that ran; `verdict` is HOLDS only where
    every taken patch was examined, no error is new and no hazard of the model stands that the target did not
    have.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    before: ModelReport | None
    after: ModelReport | None
    summary: tuple[str, ...]
    undecided: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """All patches for one target. `tree` is the 40-hex id of the result, "" where nothing is taken.

    `mbox` is the mailbox that was written, `mails` the folder with a file a mail, `certificate` the JSON file
    beside them, `branch` the local branch that was made; each "" where none was. `companions` fix or revert
    what the target has then.
    """

    target: Target
    patches: tuple[PatchPlan, ...]
    verification: Verification | None
    verdict: Verdict
    tree: str = ""
    mbox: str = ""
    mails: str = ""
    certificate: str = ""
    branch: str = ""
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class BackportReport:
    """The whole plan; `notes` say what was looked for and not found, `unsought` what could not be looked for.

    `base` is what the series was made on, None where that is not in the repository.
    """

    series: Series
    targets: tuple[TargetPlan, ...]
    notes: tuple[str, ...] = ()
    base: Base | None = None
    unsought: tuple[str, ...] = ()
