"""A place for a change in a text, and the lack of one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a segment: lines `start` to `end` (0-based, exclusive) become `lines`.

    `left` and `right` count the context lines that stand directly around it, token by token; `same` says that
    all of the hunk's do, and the removed lines too, to the letter.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    left: int
    right: int
    same: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """No certain place: `reason`, and the 1-based lines that it could be at."""

    reason: str
    lines: tuple[int, ...] = ()
    absent: bool = False
