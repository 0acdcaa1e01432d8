"""What was done to a patch so that it fits an older tree: step by step, and what it could not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from patchtool.core.finding import Location


class Act(StrEnum):
    """What a step did."""

    CONTEXT = "context"
    KCONFIG = "kconfig"
    MOVED = "moved"
    REFLOWED = "reflowed"
    TRANSLATED = "translated"
    LEFTOVER = "leftover"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Lines of one file replaced by others: `removed` stand at the 1-based `line` before, `added` after.

    Lines are without their ends; `line` counts in the file as it was before any edit of the patch. With
    `removed` empty, `added` goes in front of `line`. What an edit did is undone by exchanging the two.
    """

    path: str
    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that differs from upstream, in place of hunk `hunk` (1-based, 0 the whole file) of `path`.

    `at` is where it was done in the target; `what` says what differs, `why` on which evidence. `edits` are
    the changes that it stands for, () for a step that only explains those of another one.
    """

    act: Act
    path: str
    hunk: int
    at: Location
    what: str
    why: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Dropped:
    """A hunk (0: the whole file) that the target does not need; `what` is its first telling line."""

    path: str
    hunk: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Adapted:
    """A patch made to fit. `diff` leads from the state before to `tree` (40 hex), as `git apply` takes it.

    `interdiff` shows the changed lines that differ from upstream, "" where none do (only context or places
    differ); `note` is what a stable maintainer's bracket note says, without brackets.
    """

    diff: bytes
    tree: str
    steps: tuple[Step, ...]
    dropped: tuple[Dropped, ...] = ()
    interdiff: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Obstacle:
    """A hunk (0: the whole file) without a certain place; `candidates` are those that it could have."""

    path: str
    hunk: int
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing was adapted; `reasons` are in the order of the patch, `found` the steps that were certain."""

    reasons: tuple[Obstacle, ...]
    found: tuple[Step, ...] = field(default=())
