"""What `patchtool doctor` found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from patchtool.core.doctor import Checkup, Health
from patchtool.report.as_json import SCHEMA, Json
from patchtool.report.console import Lines
from patchtool.report.plain import count

_STYLES = {Health.FINE: "good", Health.LACKING: "error", Health.OPTIONAL: "warning"}


def doctor_text(checkups: Sequence[Checkup]) -> Lines:
    """A line a thing, below it what to do, and last how many are missing."""
    out = Lines()
    width = max((len(one.name) for one in checkups), default=0)
    for one in checkups:
        out.add((f"{one.health.value:<8}", _STYLES[one.health]), f"  {one.name:<{width}}  {one.said}")
        if one.cure:
            out.add(f"{'':<{width + 12}}", ("do: ", "hint"), one.cure)
    lacking = sum(one.health is Health.LACKING for one in checkups)
    optional = sum(one.health is Health.OPTIONAL for one in checkups)
    out.add("")
    out.add(
        ("examined: ", "head"),
        f"{count(len(checkups), 'thing')}: {lacking} lacking, {optional} optional and not there",
    )
    return out


def doctor_json(checkups: Sequence[Checkup]) -> Json:
    """`patchtool doctor --format json`."""
    return {
        "schema": SCHEMA,
        "checkups": [
            {"name": one.name, "health": one.health.value, "said": one.said, "cure": one.cure}
            for one in checkups
        ],
    }
