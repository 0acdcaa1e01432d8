"""The cover letter that b4 keeps in an empty commit of a branch being prepared."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from patchtool.core.series import Cover, Series

MARKER = "--- b4-submit-tracking ---"
_OBJECT = re.compile(r"^\{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PrepCover:
    """What such a commit says: the cover's subject and text, the revision being prepared, the change-id."""

    subject: str
    text: str
    revision: int
    change_id: str


def read_prep(message: str) -> PrepCover | None:
    """The cover in a commit message; None where it holds no tracking data, or data that cannot be read."""
    above, marker, below = message.partition(MARKER)
    start = _OBJECT.search(below)
    if not marker or start is None:
        return None
    try:
        data, _ = json.JSONDecoder().raw_decode(below, start.start())
    except ValueError:
        return None
    series = data.get("series")
    if not isinstance(series, dict):
        return None
    subject, _, text = above.strip().partition("\n")
    revision, change_id = series.get("revision"), series.get("change-id")
    return PrepCover(
        subject=subject.strip(),
        text=text.strip("\n"),
        revision=revision if isinstance(revision, int) and revision > 0 else 1,
        change_id=change_id if isinstance(change_id, str) else "",
    )


def with_prep(series: Series, commits: tuple[str, ...]) -> Series:
    """A branch's series with the cover, revision and change-id that one of its commit messages holds."""
    found = next((prep for commit in commits if (prep := read_prep(commit))), None)
    if found is None:
        return series
    return replace(
        series,
        subject=found.subject,
        version=found.revision,
        cover=Cover(found.subject, found.text, series.source),
        change_id=found.change_id,
    )
