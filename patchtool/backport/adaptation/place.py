"""Where a change belongs in another version of its file: by the lines it removes, neighbours and owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from patchtool.backport.adaptation.gaps import gaps, neighbours
from patchtool.backport.adaptation.owners import FILE_SCOPE, owner_at
from patchtool.backport.adaptation.segments import Segment
from patchtool.backport.adaptation.spots import Lost, Spot
from patchtool.backport.adaptation.text import Text, blank, ink, telling

_NEAR = 9
_REACH = 400
_CONDITION = re.compile(r"\s*#\s*(?:if|el|endif)")


def place(segment: Segment, text: Text, upstream: Text | None = None) -> Spot | Lost:
    """The one place of a segment in a text, or why there is none that is certain.

    Removed lines must all be there, together and in order (white space and line breaks aside), in the owner
    that they have upstream; added ones go between two lines that stand beside each other in both. What
    changed further out does not matter. Two places that fit equally are Lost, with both lines.
    """
    found = list(_removals(segment, text) if segment.removed else gaps(segment, text, upstream))
    if not found:
        return Lost(
            "the lines it removes are not there" if segment.removed else "no line around it is there",
            absent=True,
        )
    own = [spot for spot in found if _is_owned(segment, text, spot)]
    if not own:
        where = f"not in {segment.owner}" if segment.owner else "not at file scope"
        return Lost(f"its lines are there, but {where}", _shown(found), absent=True)
    sure = [spot for spot in own if _is_sure(segment, spot, alone=len(own) == 1, known=upstream is not None)]
    whole = [spot for spot in sure if _is_whole(segment, spot)]
    chosen = whole if len(whole) == 1 else sure
    if len(chosen) == 1 and not whole and _has_more_copies(segment, own):
        return Lost(f"it stands {len(own)} times there, {segment.times} upstream", _shown(own))
    if len(chosen) == 1:
        return chosen[0] if _tells(segment, chosen[0], upstream) else _unsure(segment, chosen)
    if chosen:
        return Lost(f"{len(chosen)} places fit equally", _shown(chosen))
    return _unsure(segment, own)


# `#endif` and its like at file scope are as many as they are.
def _has_more_copies(segment: Segment, own: Sequence[Spot]) -> bool:
    told = any(telling(line) and not _CONDITION.match(line) for line in segment.removed)
    return 0 < segment.times < len(own) and bool(told or segment.owner)


def _unsure(segment: Segment, spots: Sequence[Spot]) -> Lost:
    what = "its lines" if segment.removed else "it"
    return Lost(f"nothing beside {what} says that this is the place", _shown(spots))


# What is known of the place has to single out one place upstream too.
def _tells(segment: Segment, spot: Spot, upstream: Text | None) -> bool:
    if upstream is None:
        return True
    found = _removals(segment, upstream) if segment.removed else neighbours(segment, upstream)
    alike = [one for one in found if one.left >= spot.left and one.right >= spot.right]
    return sum(_is_owned(segment, upstream, one) for one in alike) == 1


def _shown(spots: Sequence[Spot]) -> tuple[int, ...]:
    return tuple(spot.start + 1 for spot in spots)


def _is_owned(segment: Segment, text: Text, spot: Spot) -> bool:
    if segment.owner is None:
        return True
    first = next((at for at in range(spot.start, spot.end) if not blank(text.lines[at])), spot.start)
    return (owner_at(text.path, text.lines, first) or FILE_SCOPE) == segment.owner


def _is_whole(segment: Segment, spot: Spot) -> bool:
    return spot.left == len(segment.left) and spot.right == len(segment.right)


# Removed lines that say something and stood once in their owner need no neighbour; all else needs one.
def _is_sure(segment: Segment, spot: Spot, *, alone: bool, known: bool) -> bool:
    if _is_whole(segment, spot) and (known or (spot.left and spot.right)):
        return True
    near = (*segment.left[len(segment.left) - spot.left :], *segment.right[: spot.right])
    # A line that stands there twice tells no more than once.
    told = len({" ".join(line.split()) for line in near if telling(line) and not _CONDITION.match(line)})
    if not known:  # upstream may have copies: all that the hunk has on one side, and some of the other
        full = spot.left == len(segment.left) or spot.right == len(segment.right)
        held = full and spot.left > 0 and spot.right > 0
        return told > 0 and held
    return told > 0 or (alone and segment.times == 1 and any(map(telling, segment.removed)))


def _removals(segment: Segment, text: Text) -> Iterator[Spot]:
    for start, end in text.occurrences(segment.removed):
        left, right = text.agrees_before(start, segment.left), text.agrees_after(end, segment.right)
        whole = left == len(segment.left) and right == len(segment.right)
        if not whole and _is_torn(segment, text, (start, end)):
            continue
        low, high, lines = _with_blanks(segment, text, (start, end), joined=bool(left and right))
        yield Spot(low, high, lines, left, right, whole and _is_verbatim(segment, text, (low, high)))


# Whether all of the hunk around a segment stands there to the letter, blank lines beside it included.
def _is_verbatim(segment: Segment, text: Text, span: tuple[int, int]) -> bool:
    low, high = span
    before = ink(text.lines[max(0, low - _REACH) : low])
    after = ink(text.lines[high : high + _REACH])
    return (
        text.lines[low:high] == segment.pre
        and tuple(before[len(before) - len(segment.left) :]) == segment.left
        and tuple(after[: len(segment.right)]) == segment.right
    )


# A run of equal lines of which the hunk takes a part: which part is gone can't be told.
def _is_torn(segment: Segment, text: Text, span: tuple[int, int]) -> bool:
    first, last = segment.removed[0].split(), segment.removed[-1].split()
    before = ink(text.lines[max(0, span[0] - _NEAR) : span[0]])[-1:] + list(segment.left[-1:])
    after = ink(text.lines[span[1] : span[1] + _NEAR])[:1] + list(segment.right[:1])
    return any(line.split() == first for line in before) or any(line.split() == last for line in after)


# Blank lines: between two known neighbours as upstream has them after the patch; else what it takes itself.
def _with_blanks(
    segment: Segment, text: Text, span: tuple[int, int], *, joined: bool
) -> tuple[int, int, tuple[str, ...]]:
    start, end = span
    before, after = text.blanks_before(start), text.blanks_after(end)
    if joined:
        return start - before, end + after, segment.post
    pre, post = list(segment.pre), list(segment.post)
    while pre and post and blank(pre[0]) and blank(post[0]):
        pre, post = pre[1:], post[1:]
    while pre and post and blank(pre[-1]) and blank(post[-1]):
        pre, post = pre[:-1], post[:-1]
    leading = next((n for n, line in enumerate(pre) if not blank(line)), len(pre))
    trailing = next((n for n, line in enumerate(reversed(pre)) if not blank(line)), 0)
    return start - min(before, leading), end + min(after, trailing), tuple(post)
