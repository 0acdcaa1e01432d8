"""Series that is not what its numbers announce.

What it does     names the announced patches that are not there, numbers that two different mails have, a
                 number above the total, and a cover letter that announces another number of patches.
Why it is bad    what is missing is not checked, not reviewed, and not applied; of two mails with one number
                 somebody has to guess which one is meant.
Decides by       the `n/total` of the subjects, and the cover letter's subject and shortlog.
Limits           a mailbox from one list lacks what was sent to other lists only: take the whole thread (b4).
                 A second copy of one mail is no duplicate.
Example          fixtures/rules/incomplete-series/
History          silent on v4 of "Fixup page directory freeing". Over 1,235 series of linux-arch from 2019 to
                 2021: seven cover letters with another count, three numbers above the total, one series of
                 which two revisions have the same version, and 172 of which the archive lacks patches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import History, Rule
from patchtool.core.series import Cover, Duplicate, Patch, Series

NAME = "incomplete-series"
# git shortlog: `Name (3):`, and below it three subjects.
_AUTHOR = re.compile(r"^(?P<name>\S.*) \((?P<count>\d+)\):\r?\n", re.MULTILINE)


def check(series: Series, history: History) -> Iterator[Finding]:
    """One finding for all that is missing, one a duplicate, one for the cover letter's count."""
    if series.missing:
        yield _missing(series)
    for duplicate in series.duplicates:
        yield _twice(series, duplicate)
    for patch in series.patches:
        if patch.n > patch.total:
            yield _beyond(patch)
    if series.cover:
        yield from _cover(series.cover, series)


def _missing(series: Series) -> Finding:
    names = [f"{n}/{series.total}" for n in series.missing]
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    verb = "is" if len(names) == 1 else "are"
    first = series.patches[0]
    message = f"{shown} {verb} not in the input."
    return _finding(Location(first.source), message, "get the whole thread, or send the rest")


def _twice(series: Series, duplicate: Duplicate) -> Finding:
    message = (
        f"{duplicate.n}/{series.total} is there twice: {duplicate.kept} counts, {duplicate.dropped} does not."
    )
    path, _, line = duplicate.dropped.rpartition(":")
    at = Location(path, int(line)) if line.isdigit() else Location(duplicate.dropped)
    return _finding(at, message, "take the mail out that is not meant")


def _beyond(patch: Patch) -> Finding:
    message = f"The subject's number is {patch.name}."
    at = Location(patch.source, patch.subject_line or patch.line)
    return _finding(at, message, "number the series anew with git format-patch", patch)


def _cover(cover: Cover, series: Series) -> Iterator[Finding]:
    at = Location(cover.source, cover.line)
    if cover.total and cover.total != series.total:
        message = f"The cover letter's subject announces {cover.total} patches, the patches {series.total}."
        yield _finding(at, message, "number the series anew with git format-patch")
    listed = _shortlog(cover.text)
    if listed and listed != series.total:
        message = f"The cover letter's shortlog lists {listed} patches of {series.total}."
        yield _finding(at, message, "make the cover letter's shortlog anew")


# The number of patches by the text's last shortlog: paragraphs of one author each. 0 without one.
def _shortlog(text: str) -> int:
    found: dict[str, int] = {}
    current: dict[str, int] = {}
    for paragraph in re.split(r"\n\s*\n", text):
        author = _AUTHOR.search(paragraph)
        if author is None or author["name"] in current:
            current = {}
        if author:
            current[author["name"]] = int(author["count"])
            found = current
    return sum(found.values())


def _finding(at: Location, message: str, hint: str, patch: Patch | None = None) -> Finding:
    return Finding(
        rule=NAME,
        severity=Severity.WARNING,
        at=at,
        message=message,
        key=message,
        hint=hint,
        patch=patch.n if patch else None,
    )


RULE = Rule(id="PT206", name=NAME, severity=Severity.WARNING, since="0.1", doc=__doc__ or "", on_series=check)
