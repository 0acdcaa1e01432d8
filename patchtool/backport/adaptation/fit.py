"""One file's hunks, placed in a text of the target: the edits, the steps that say so, or what is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from patchtool.backport.adaptation.kconfig_hunks import by_meaning, has_header
from patchtool.backport.adaptation.place import place
from patchtool.backport.adaptation.segments import Segment, segments
from patchtool.backport.adaptation.spots import Lost, Spot
from patchtool.backport.adaptation.text import Text, telling
from patchtool.core.adapt import Act, Edit, Step
from patchtool.core.finding import Location
from patchtool.core.series import Hunk
from patchtool.engine.touched import is_kconfig


@dataclass(frozen=True, slots=True)
class Placed:
    """A hunk's edits in one text, in order, and the steps that tell how they differ from upstream."""

    edits: tuple[Edit, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A hunk as the patch has it: of `path`, its 1-based number, upstream's file before the patch or None."""

    path: str
    number: int
    hunk: Hunk
    upstream: Text | None


def fit(source: Source, text: Text, ref: str) -> Placed | Lost:
    """Place a hunk in a text; all of it or nothing.

    Every segment has to have its one place, and they have to be in the order of the hunk.
    """
    if any(line.tag not in " -+" for line in source.hunk.lines):
        return Lost("it is about the line break at the end of the file")
    edits: list[Edit] = []
    steps: list[Step] = []
    for segment in segments(source.hunk, source.path, source.upstream):
        found = _placed(segment, text, source.upstream)
        if isinstance(found, Lost):
            return found
        spots, act = found
        own = [_edit(text, spot) for spot in spots]
        step = _step(source, segment, text, spots, act)
        at = Location(text.path, spots[0].start + 1, ref)
        if step is not None:
            steps.append(Step(step[0], source.path, source.number, at, step[1], step[2], tuple(own)))
        edits.extend(own)
    if not is_kconfig(text.path) and not _is_ordered(edits):
        return Lost("its parts would stand in another order", tuple(edit.line for edit in edits))
    return Placed(tuple(edits), tuple(steps))


def _placed(segment: Segment, text: Text, upstream: Text | None) -> tuple[tuple[Spot, ...], Act] | Lost:
    spot = place(segment, text, upstream)
    if is_kconfig(text.path) and has_header(segment):
        # Half an entry is none: what it says more here has to be seen.
        if isinstance(spot, Spot) and spot.same:
            return (spot,), Act.CONTEXT
        spot = Lost("", absent=True)
    if isinstance(spot, Spot):
        return (spot,), Act.CONTEXT
    if not is_kconfig(text.path):
        return spot
    spots = by_meaning(segment, text)
    if isinstance(spots, Lost):
        return spots
    return spots, Act.KCONFIG


def _is_ordered(edits: Sequence[Edit]) -> bool:
    ends = [edit.line + len(edit.removed) for edit in edits]
    return all(end <= edit.line for end, edit in zip(ends, edits[1:], strict=False))


def _edit(text: Text, spot: Spot) -> Edit:
    return Edit(text.path, spot.start + 1, text.lines[spot.start : spot.end], spot.lines)


# What differs from upstream at this place, and why it is the place; None where nothing does.
def _step(
    source: Source, segment: Segment, text: Text, spots: Sequence[Spot], act: Act
) -> tuple[Act, str, str] | None:
    spot = spots[0]
    if act is Act.KCONFIG:
        return act, f"the neighbours of {_first(segment)} differ", _by_meaning(segment, spots)
    if spot.same:
        return None
    missing = _missing(segment, spot)
    if missing:
        return Act.CONTEXT, f"`{missing}` is not beside it", _evidence(segment, spot)
    return Act.REFLOWED, "white space or line breaks differ", _evidence(segment, spot)


# The nearest context line that is not there.
def _missing(segment: Segment, spot: Spot) -> str:
    right = segment.right[spot.right :][:1]
    left = segment.left[: len(segment.left) - spot.left][-1:]
    return next((line.strip() for line in (*right, *left)), "")


def _evidence(segment: Segment, spot: Spot) -> str:
    where = f" in {segment.owner}" if segment.owner else ""
    beside = segment.left[-1:] if spot.left else segment.right[:1]
    near = f" beside `{beside[0].strip()}`" if spot.left or spot.right else ""
    if segment.removed:
        return f"{_first(segment)} stands{where}{near}"
    return f"it goes{where}{near}"


def _by_meaning(segment: Segment, spots: Sequence[Spot]) -> str:
    if not segment.owner:
        return "the entry is a place of its own, whatever stands around it"
    if segment.removed:
        return f"{_first(segment)} stands once in config {segment.owner}"
    return f"the order of such lines in config {segment.owner} means nothing" if spots else ""


def _first(segment: Segment) -> str:
    lines = segment.removed or segment.added
    chosen = next((line for line in lines if telling(line)), lines[0] if lines else "a blank line")
    return f"`{chosen.strip()}`"
