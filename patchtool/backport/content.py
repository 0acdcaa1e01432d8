"""Which patches of a series a tree has by content: whole, or some of their hunks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from patchtool.core.finding import Verdict
from patchtool.core.series import ChangeKind, FileChange, Hunk, Patch, Series
from patchtool.core.tree import MissingBlob
from patchtool.tree.excerpt import excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.misfit import hunk_text
from patchtool.tree.stack import DoesNotApply, Stack

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Content:
    """HOLDS: the tree has the whole change. VIOLATED: it has not. UNDECIDED: some, and the rest fits nowhere.

    `why` is a sentence, "" where nothing of the change is there.
    """

    verdict: Verdict
    why: str


class _State(Enum):
    THERE = auto()
    ABSENT = auto()  # its pre-image is there
    NEITHER = auto()


@dataclass(frozen=True, slots=True)
class _Spot:
    # One hunk, or a file that is judged as a whole; `text` is the diff of it alone.
    place: str
    text: bytes
    adds: bool
    state: _State


def contents(scratch: Scratch, tree: str, series: Series) -> Mapping[int, Content]:
    """Every patch of the series, by number, judged on a tree (any id that leads to one).

    Taken off from the last to the first: a patch whose context a later one changed comes off only after
    that one (v4 1/9 of "Fixup page directory freeing" on 5.4.91, after 5 and 2). Where the whole does not
    come off, hunk by hunk, and the hunks that are there are taken off too. What only removes lines counts as
    there where it can't be applied any more. Places are the patch's own, in its pre-image.
    """
    changes = [change for patch in series.patches for change in patch.files]
    paths = {path for change in changes for path in (change.old_path, change.new_path) if path}
    small = excerpt(scratch, tree, paths)
    top, stack = Stack(scratch, small), Stack(scratch, small)
    found: dict[int, Content] = {}
    for patch in reversed(series.patches):
        try:
            found[patch.n] = _judge(patch, stack, top)
        except MissingBlob as error:
            why = f"{error.path}: the file's content is absent from the object store"
            found[patch.n] = Content(Verdict.UNDECIDED, why)
    return found


def is_there(stack: Stack, diff: bytes, adds: bool) -> bool:
    """Whether a state has a diff's post-image; where it `adds` no line, only if it can't be applied.

    Raises MissingBlob.
    """
    return stack.fits(diff, reverse=True) and (adds or not stack.fits(diff))


def adds_lines(patch: Patch) -> bool:
    """Whether any hunk has an added line."""
    return any(hunk.added for change in patch.files for hunk in change.hunks)


def _judge(patch: Patch, stack: Stack, top: Stack) -> Content:
    if not patch.files:
        return Content(Verdict.UNDECIDED, "it changes no file")
    if is_there(stack, patch.diff, adds_lines(patch)):
        stack.apply(patch.diff, reverse=True)
        over = "" if top.fits(patch.diff, reverse=True) else ", under that of later patches"
        return Content(Verdict.HOLDS, f"its content is in the tree{over}")
    if stack.fits(patch.diff):
        return Content(Verdict.VIOLATED, "")
    before = stack.tree
    spots = _off(stack, [spot for change in patch.files for spot in _spots(stack, change)])
    there = [spot for spot in spots if spot.state is _State.THERE]
    # Lines that are gone may never have been there: alone they are no sign.
    if not any(spot.adds for spot in there) and len(there) < len(spots):
        stack.reset(before)
        return Content(Verdict.VIOLATED, "")
    if len(there) < len(spots):
        return _partly(spots, there)
    return Content(Verdict.HOLDS, "its content is in the tree, hunk by hunk")


def _spots(stack: Stack, change: FileChange) -> Iterator[_Spot]:
    whole = change.binary or not change.hunks or change.kind in {ChangeKind.ADD, ChangeKind.DELETE}
    if whole:
        adds = any(hunk.added for hunk in change.hunks) or change.kind is not ChangeKind.DELETE
        yield _Spot(change.path, change.text, adds, _state(stack, change.text, adds))
        return
    lines = _lines(stack, {change.path, change.old_path or change.path})
    for number, hunk in enumerate(change.hunks):
        text, adds = hunk_text(change, (number,)), bool(hunk.added)
        # A line that stands nowhere in the file spares git the question.
        there = all(line.text.strip() in lines for line in hunk.added)
        absent = all(line.text.strip() in lines for line in hunk.removed)
        state = _state(stack, text, adds) if there else _absent(stack, text) if absent else _State.NEITHER
        yield _Spot(_place(change, hunk), text, adds, state)


# Without the blanks around them; raises MissingBlob.
def _lines(stack: Stack, paths: Collection[str]) -> frozenset[str]:
    texts = (stack.read(path) or b"" for path in paths)
    return frozenset(
        line.strip() for text in texts for line in text.decode("utf-8", "surrogateescape").split("\n")
    )


def _state(stack: Stack, text: bytes, adds: bool) -> _State:
    return _State.THERE if is_there(stack, text, adds) else _absent(stack, text)


def _absent(stack: Stack, text: bytes) -> _State:
    return _State.ABSENT if stack.fits(text) else _State.NEITHER


# One by one: two hunks of the same lines may have but one place, and then the second is not there.
def _off(stack: Stack, spots: list[_Spot]) -> list[_Spot]:
    left = []
    for spot in spots:
        state = spot.state
        if state is _State.THERE:
            try:
                stack.apply(spot.text, reverse=True)
            except DoesNotApply:
                state = _State.NEITHER
        left.append(replace(spot, state=state))
    return left


def _place(change: FileChange, hunk: Hunk) -> str:
    first = next((at for at, line in enumerate(hunk.lines) if line.tag != " "), 0)
    before = sum(line.tag != "+" for line in hunk.lines[:first])
    return f"{change.old_path or change.path}:{hunk.old_start + before}"


def _partly(spots: list[_Spot], there: list[_Spot]) -> Content:
    others = [spot for spot in spots if spot.state is not _State.THERE]
    count = f"partly present: {len(there)} of {len(spots)} hunks"
    names = ", ".join(spot.place for spot in others[:_SHOWN])
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    missing = f"{names}{more} {'is' if len(others) == 1 else 'are'} not"
    if any(spot.state is _State.ABSENT for spot in others):
        return Content(Verdict.VIOLATED, f"{count} ({missing})")
    return Content(Verdict.UNDECIDED, f"{count} ({missing}, and nothing there is what they change)")
