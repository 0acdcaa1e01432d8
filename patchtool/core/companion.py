"""Later commits that belong to a patch: what fixes it and what takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CompanionKind(StrEnum):
    """What a companion says of the commit it names."""

    FIXES = "fixes"
    REVERTS = "reverts"


class CompanionState(StrEnum):
    """How a companion stands to the tree that a backport gives.

    `irrelevant`: none of the files that it changes is there. `undecided`: one of them can't be read.
    """

    APPLIES = "applies"
    PRESENT = "present"
    DOES_NOT_APPLY = "does-not-apply"
    IRRELEVANT = "irrelevant"
    UNDECIDED = "undecided"

    @property
    def missing(self) -> bool:
        """Whether the tree should perhaps have it, and has not."""
        return self not in {CompanionState.PRESENT, CompanionState.IRRELEVANT}


@dataclass(frozen=True, slots=True)
class Companion:
    """A commit of mainline, or a later patch of the series, that fixes or reverts what a target gets.

    `oid` is its 40-hex id, "" for a patch of the series that mainline has not; `n` is its number in the
    series, 0 for none. `of` is the 40-hex id of the commit that it names, which may be a companion itself, ""
    where that is a patch not in mainline; `patch` is the number of the patch to which this leads in the end.
    `why` is the evidence for `state`, one sentence.
    """

    oid: str
    subject: str
    kind: CompanionKind
    of: str
    patch: int
    state: CompanionState
    why: str
    n: int = 0

    @property
    def sentence(self) -> str:
        """`0123456789ab ("mm: Fix it") fixes patch 2: applies`, for a letter."""
        name = f'{self.oid[:12]} ("{self.subject}")' if self.oid else f'patch {self.n} ("{self.subject}")'
        return f"{name} {self.kind.value} patch {self.patch}: {self.state.value}"
