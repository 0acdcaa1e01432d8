"""Findings that the user has answered for, taken out of a report and listed with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from patchtool.core.finding import Finding
from patchtool.core.report import CheckReport, Waived

# Who answers for a finding, and why; None: nobody.
Answer = Callable[[Finding], Waived | None]


@dataclass(frozen=True, slots=True)
class Suppression:
    """`rule` is a rule's name or `*`, `path` a glob whose `*` crosses folders, `at` where it is written."""

    rule: str
    path: str
    reason: str
    at: str

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is one that this answers for."""
        return self.rule in {"*", finding.rule} and fnmatchcase(finding.at.path, self.path)


def waived(report: CheckReport, answer: Answer) -> CheckReport:
    """The report with every finding that `answer` answers for under `waived`, in the findings' order."""
    answers = [(finding, answer(finding)) for finding in report.findings]
    return replace(
        report,
        findings=tuple(finding for finding, done in answers if done is None),
        waived=(*report.waived, *(done for _, done in answers if done)),
    )


def filtered(report: CheckReport, suppressions: Sequence[Suppression]) -> CheckReport:
    """The report without what suppressions cover; the first that does counts.

    A suppression that covered nothing is named in the notes, if its rule ran (any rule, for `*`).
    """
    used: set[Suppression] = set()

    def answer(finding: Finding) -> Waived | None:
        for one in suppressions:
            if one.covers(finding):
                used.add(one)
                return Waived(finding, one.reason, one.at)
        return None

    done = waived(report, answer)
    idle = [one for one in suppressions if one not in used and one.rule in {"*", *report.rules}]
    notes = (f"{one.at}: the suppression of {one.rule} in {one.path} covers nothing" for one in idle)
    return replace(done, notes=(*done.notes, *notes))
