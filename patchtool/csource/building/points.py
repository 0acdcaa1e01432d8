"""What a walk has met, and the points at which the walk of another state can take it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from patchtool.core.finding import Location
from patchtool.csource.building.formulas import NEVER, Formula, Formulas
from patchtool.csource.building.values import Binding
from patchtool.csource.condition import Macro
from patchtool.csource.layout import Branch, Choice, Item, Layout, Segment

# The first of a walk and the last two serve nearly all; each holds the macros that were known there.
_MOST_POINTS = 3

Row: TypeAlias = Item | Branch | str


@dataclass(frozen=True, slots=True)
class Changing:
    """What the patches of a series change, for walks of one state to begin where those of another one
    agreed.

    `stable` is, for each file that some patch changes, how many of its first lines none does. `moved` are the
    last parts of the headers that some patch adds, removes or renames.
    """

    stable: Mapping[str, int] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()

    def end(self, path: str, plan: Layout) -> int:
        """How many of a file's regions come before the first that some state may have otherwise."""
        lines = self.stable.get(path)
        if lines is None:
            return len(plan.items)
        # A region ends where the next one starts: that line has to be shared, too.
        starts = [_start(item) for item in plan.items[1:]]
        return next((at for at, start in enumerate(starts) if start > lines), max(0, len(plan.items) - 1))


def moved(name: str) -> str:
    """How `Point.spent` spells that a header of this name was looked for."""
    return f"//{name}"


def _start(item: Item) -> int:
    if isinstance(item, Segment):
        return item.first
    return item.branches[0].line if isinstance(item, Choice) else item.line


@dataclass(slots=True)
class Found:
    """What a walk has met so far.

    `visits` are the segments read, in order, with their conditions; `errors` the `#error` lines that can be
    reached; `unresolved` includes that no file of the tree answers; `guessed` those where it has several;
    `unread` conditions that count as open either way; `gone` macros with parameters that were undefined
    again; `files` those that can be read, with their conditions.
    """

    macros: dict[str, Binding] = field(default_factory=dict)
    visits: list[tuple[Formula, str, Segment]] = field(default_factory=list)
    errors: dict[Location, tuple[str, Formula]] = field(default_factory=dict)
    unresolved: dict[str, tuple[Location, Formula]] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)
    unread: dict[Location, str] = field(default_factory=dict)
    gone: dict[str, tuple[Macro, ...]] = field(default_factory=dict)
    files: dict[str, Formula] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Found:
        """One that grows by itself."""
        return Found(
            dict(self.macros), list(self.visits), dict(self.errors), dict(self.unresolved),
            dict(self.guessed), dict(self.unread), dict(self.gone), dict(self.files), dict(self.times),
        )  # fmt: skip


@dataclass(slots=True)
class Frame:
    """Rows that are being read: the regions of a file (`plan` is set) or of a branch, the branches of one
    #if, or the names of files. `at` is the next row, `end` where to stop and look.

    They are read under `when`; `rest`, for branches, is where none before was taken.
    """

    rows: Sequence[Row]
    path: str
    when: Formula
    end: int
    rest: Formula = NEVER
    plan: Layout | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A walk up to a place that another state may have otherwise: what it asked and met, and where it stood.

    `spent` are the files of which it has read more than what all states share. Another state's walk of the
    unit, under the same condition and with the same answers, may go on from here where `spent` holds no file
    that differs.
    """

    formulas: Formulas
    whole: Formula
    asked: Mapping[str, str]
    found: Found
    frames: tuple[Frame, ...]
    spent: frozenset[str]

    def resumed(self, plans: Mapping[str, Layout]) -> list[Frame] | None:
        """Where to go on, the files' regions as they are now; None where a file is made up otherwise."""
        stack = []
        for frame in self.frames:
            plan = frame.plan
            if plan is not None and frame.path in plans:
                now = plans[frame.path]
                if now.once != plan.once or now.broken != plan.broken or frame.at > len(now.items):
                    return None
                end = len(now.items) if frame.path in self.spent else min(frame.end, len(now.items))
                stack.append(replace(frame, rows=now.items, plan=now, end=end))
            else:
                stack.append(replace(frame))
        return stack


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """The few of a walk's points that are kept."""
    return tuple(points) if len(points) <= _MOST_POINTS else (points[0], *points[1 - _MOST_POINTS :])
