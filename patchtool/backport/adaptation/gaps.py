"""Places for lines that are only added: between the two lines that stand around them upstream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from patchtool.backport.adaptation.segments import Segment
from patchtool.backport.adaptation.spots import Spot
from patchtool.backport.adaptation.text import Text, blank, ink, telling, tokens

_ALIKE = 0.5
_AHEAD = 3


def neighbours(segment: Segment, text: Text) -> Iterator[Spot]:
    """Every gap behind the line before a segment, or in front of the line behind it, certain or not.

    A gap is the blank lines between two others (0 or more); a spot's `lines` are as upstream has them.
    """
    seen = set()
    for line, is_left in ((segment.left[-1:], True), (segment.right[:1], False)):
        for start, end in text.occurrences(line):
            low = end if is_left else start - text.blanks_before(start)
            if low not in seen:
                seen.add(low)
                yield _spot(segment, text, low)


def gaps(segment: Segment, text: Text, upstream: Text | None) -> Iterator[Spot]:
    """Those neighbours where the place of the lines is one: both lines around them are there, side by side.

    Of one alone it is, where the other is gone and the next one follows; or where another line stands in its
    place that is like it and that upstream has nowhere. With lines between the two, it is not.
    """
    known = {tokens(text.path, [line]) for line in upstream.lines} if upstream else None
    for spot in neighbours(segment, text):
        if _is_within_equals(segment) and not _is_whole(segment, spot):
            continue
        if spot.left and spot.right:
            yield spot
            continue
        behind = ink(text.lines[spot.end : spot.end + 4 * _AHEAD])
        before = ink(text.lines[max(0, spot.start - 4 * _AHEAD) : spot.start][::-1])
        beyond = (segment.right, behind) if spot.left else (segment.left[::-1], before)
        if _follows(*beyond, text.path, known) or (not beyond[0] and not beyond[1]):
            yield _fitted(segment, spot)


def _spot(segment: Segment, text: Text, low: int) -> Spot:
    high = low + text.blanks_after(low)
    left, right = text.agrees_before(low, segment.left), text.agrees_after(high, segment.right)
    found = Spot(low, high, segment.post, left, right)
    return replace(found, same=_is_whole(segment, found) and text.lines[low:high] == segment.pre)


# Between two equal lines: with one of them gone, nobody can tell which.
def _is_within_equals(segment: Segment) -> bool:
    return bool(segment.left and segment.right) and segment.left[-1].split() == segment.right[0].split()


def _is_whole(segment: Segment, spot: Spot) -> bool:
    return spot.left == len(segment.left) and spot.right == len(segment.right)


# The lines beyond the gap: upstream's are gone, or as many others that are like them stand in their place.
def _follows(
    wanted: Sequence[str], standing: Sequence[str], path: str, known: set[tuple[str, ...]] | None
) -> bool:
    want, have = [tokens(path, [one]) for one in wanted], [tokens(path, [one]) for one in standing]
    for gone in range(1, min(len(want), _AHEAD + 1)):
        if not any(telling(line) for line in wanted[gone : gone + 2]):
            continue
        if have[:1] == [want[gone]]:
            return True
        if have[gone : gone + 1] == [want[gone]]:
            changed = zip(want[:gone], have[:gone], strict=True)
            return known is not None and all(b not in known and _like(a, b) for a, b in changed)
    return False


def _like(one: Sequence[str], other: Sequence[str]) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


# The spot where one neighbour is known: beside that one, with the blank lines that the patch itself brings.
def _fitted(segment: Segment, spot: Spot) -> Spot:
    low, high = spot.start, spot.end
    pre, post = list(segment.pre), list(segment.post)
    while pre and post and blank(post[0]) and blank(pre[0]) and low < high:
        pre, post, low = pre[1:], post[1:], low + 1
    while pre and post and blank(post[-1]) and blank(pre[-1]) and low < high:
        pre, post, high = pre[:-1], post[:-1], high - 1
    at = low if spot.left else high
    return Spot(at, at, tuple(post), spot.left, spot.right)
