"""What `patchtool doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """FINE; LACKING: something does not work without it; OPTIONAL: only something particular does not."""

    FINE = "fine"
    LACKING = "lacking"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that was looked at: `said` is what was found, `cure` a command or an act, "" where fine."""

    name: str
    health: Health
    said: str
    cure: str = ""
