"""What a rule says: one fact, where, how sure, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The three outcomes of every question; UNDECIDED is never a pass. WAIVED carries its reason."""

    HOLDS = "HOLDS"
    VIOLATED = "VIOLATED"
    UNDECIDED = "UNDECIDED"
    WAIVED = "WAIVED"


class Severity(StrEnum):
    """How much a finding matters, most first: `error` breaks a build or a rule of the kernel's process."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest; for sorting and for `--fail-on`."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a tree or in a mail.

    `ref` is the state's name ("" for a mail or a plain file), `path` relative to the tree's top or as the
    user wrote it, `line` 1-based, 0 for the whole file.
    """

    path: str
    line: int = 0
    ref: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{self.ref}:{place}" if self.ref else place


@dataclass(frozen=True, slots=True)
class Mend:
    """A line of a mail, `old` as written (a wrapped one joined by single blanks), and what it should be."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect, or one question left open (`verdict` UNDECIDED).

    `patch` is the 1-based number of the patch that brings it, None for the series as a whole; `fixed_by`
    the number of the later patch of the same series after which it is gone (a bisect hazard), else None.
    `message` states a fact in one sentence; `hint` is an act or "". `key` names the defect independently
    of line numbers, so that the engine recognises it in the next state; rules make it from symbol, path
    and text. `mend` is set where the line at `at` can be put right without a person's judgement.
    `source` is that line as it stands there, which the engine fills in; "" where it is not known.
    """

    rule: str
    severity: Severity
    at: Location
    message: str
    key: str
    hint: str = ""
    patch: int | None = None
    fixed_by: int | None = None
    verdict: Verdict = Verdict.VIOLATED
    evidence: tuple[str, ...] = ()
    mend: Mend | None = None
    source: str = ""
