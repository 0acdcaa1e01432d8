"""Changes of Kconfig files by what they mean: an attribute of a named entry, a whole entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from patchtool.backport.adaptation.segments import Segment
from patchtool.backport.adaptation.spots import Lost, Spot
from patchtool.backport.adaptation.text import Text, blank, tokens
from patchtool.kconfig.outline import Kind, Outline, Statement, outline

_HEADER = re.compile(r"[ \t]*(?:menu)?config[ \t]+(\w+)")
_BLOCK = re.compile(r"[ \t]*(?:if|endif|menu|endmenu|choice|endchoice|[or]*source|comment)\b")
# Attributes whose order among their like means nothing.
_FREE = re.compile(r"[ \t]*(select|imply|depends)\b[ \t]*(?:on\b)?[ \t]*(.*)")


def by_meaning(segment: Segment, text: Text) -> tuple[Spot, ...] | Lost:
    """Where a segment of a Kconfig file goes, whatever its neighbours are.

    An attribute is changed or removed where its entry has it; an added one goes behind the same attribute as
    upstream, or where a sorted list wants it; a new entry goes behind or in front of the same entry. Several
    spots where the entry has removed lines apart. What only the order decides (`default`, a prompt, help) is
    Lost unless its neighbour is there.
    """
    parts = _outline(text)
    if has_header(segment):
        return _entries(segment, text, parts)
    if not segment.owner:
        return Lost("what it changes is in no entry that is named", absent=False)
    entries = [one for one in parts.statements if one.kind is Kind.CONFIG and one.name == segment.owner]
    if not entries:
        return Lost(f"no entry of {segment.owner}", absent=True)
    if segment.removed:
        return _changed(segment, text, entries)
    if len(entries) > 1:
        lines = tuple(one.line for one in entries)
        return Lost(f"{len(entries)} entries of {segment.owner}", lines)
    return _inserted(segment, text, entries[0])


def has_header(segment: Segment) -> bool:
    """Whether a segment brings, takes or renames a whole entry."""
    return any(_HEADER.match(line) for line in (*segment.removed, *segment.added))


def _outline(text: Text) -> Outline:
    return outline("\n".join(text.lines).encode("utf-8", "surrogateescape"))


def _same(one: str, other: str) -> bool:
    return tokens("Kconfig", [one]) == tokens("Kconfig", [other])


# `select A if B` and `select A`: one attribute in two forms.
def _akin(one: str, other: str) -> bool:
    return one.split()[:2] == other.split()[:2]


# Each removed line at the one place where an entry of the name has it.
def _changed(segment: Segment, text: Text, entries: Sequence[Statement]) -> tuple[Spot, ...] | Lost:
    places = []
    for line in segment.removed:
        found = [at for one in entries for at in range(one.line, one.end) if _same(text.lines[at], line)]
        if len(found) != 1:
            reason = "not there" if not found else "there more than once"
            said = f"`{line.strip()}` is {reason} in {segment.owner}"
            other = [at for one in entries for at in range(one.line, one.end) if _akin(text.lines[at], line)]
            return Lost(said, tuple(at + 1 for at in found or other), absent=not found and not other)
        places.append(found[0])
    if places != sorted(places):
        return Lost(
            f"what it removes stands in another order in {segment.owner}", tuple(at + 1 for at in places)
        )
    return tuple(_paired(places, segment.added))


def _paired(places: Sequence[int], added: Sequence[str]) -> Iterator[Spot]:
    together = places[-1] - places[0] == len(places) - 1
    if together:
        yield Spot(places[0], places[-1] + 1, tuple(added), 0, 0)
        return
    for n, at in enumerate(places):
        own = added[n : n + 1] if n < len(places) - 1 else added[n:]
        yield Spot(at, at + 1, tuple(own), 0, 0)


def _inserted(segment: Segment, text: Text, entry: Statement) -> tuple[Spot, ...] | Lost:
    free = [_FREE.match(line) for line in segment.added]
    if not all(free):
        return Lost(f"its place in {segment.owner} has a meaning, and its neighbours are not there")
    body = range(entry.line, entry.end)
    at = _sorted_place(segment.added, text, body)
    if at is None:
        at = _beside(segment, text, body)
    if at is None:
        same = [n for n in body if (m := _FREE.match(text.lines[n])) and free[0] and m[1] == free[0][1]]
        at = same[-1] + 1 if same else entry.end
    return (Spot(at, at, segment.added, 0, 0),)


# In a list of one keyword that is sorted, where its order wants the line; None in any other.
def _sorted_place(added: Sequence[str], text: Text, body: range) -> int | None:
    own = _FREE.match(added[0])
    if own is None or len(added) != 1:
        return None
    listed = [(n, found[2]) for n in body if (found := _FREE.match(text.lines[n])) and found[1] == own[1]]
    names = [name for _, name in listed]
    if len(names) < 3 or names != sorted(names):
        return None
    return next((n for n, name in listed if name > own[2]), listed[-1][0] + 1)


def _beside(segment: Segment, text: Text, body: range) -> int | None:
    for line in reversed(segment.left):
        if _HEADER.match(line):
            break
        found = [n for n in body if _same(text.lines[n], line)]
        if len(found) == 1:
            return found[0] + 1
    for line in segment.right:
        if _HEADER.match(line):
            break
        found = [n for n in body if _same(text.lines[n], line)]
        if len(found) == 1:
            return found[0]
    return None


def _entries(segment: Segment, text: Text, parts: Outline) -> tuple[Spot, ...] | Lost:
    if segment.removed:
        if not _HEADER.match(segment.removed[0]):
            return Lost("it changes an entry together with what is around it")
        found = list(text.occurrences(segment.removed))
        if len(found) != 1:
            name = _name(segment.removed[0])
            reason = "not there as it is upstream" if not found else "there more than once"
            known = [one.line for one in parts.statements if one.kind is Kind.CONFIG and one.name == name]
            return Lost(f"the entry of {name} is {reason}", tuple(known), absent=not known)
        start, end = found[0]
        if not segment.added and not _is_all(text, parts, start, end):
            return Lost(f"the entry of {_name(segment.removed[0])} says more than upstream", (start + 1,))
        return (_replaced(segment, text, found[0]),)
    if not _HEADER.match(segment.added[0]):
        return Lost("it adds an entry together with lines of another one")
    return _new_entry(segment, text, parts)


def _name(line: str) -> str:
    found = _HEADER.match(line)
    return found[1] if found else ""


# Whether lines that begin with an entry are all of it, and of what follows them in it.
def _is_all(text: Text, parts: Outline, start: int, end: int) -> bool:
    last = max((n for n, one in enumerate(parts.statements) if one.line <= end), default=-1)
    return last >= 0 and _end(text, parts, last) <= end and parts.statements[last].line > start


def _replaced(segment: Segment, text: Text, span: tuple[int, int]) -> Spot:
    start, end = span
    if segment.added:
        return Spot(start, end, _trimmed(segment.post), 0, 0)
    return Spot(start, end + min(1, text.blanks_after(end)), (), 0, 0)


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    inked = [n for n, line in enumerate(lines) if not blank(line)]
    return tuple(lines[inked[0] : inked[-1] + 1])


def _new_entry(segment: Segment, text: Text, parts: Outline) -> tuple[Spot, ...] | Lost:
    lines = _trimmed(segment.post)
    headers = [_name(line) for line in segment.left if _HEADER.match(line)]
    before = headers[-1] if headers else segment.heading
    if any(_BLOCK.match(line) for line in segment.left):
        before = ""
    known = [n for n, one in enumerate(parts.statements) if one.kind is Kind.CONFIG and one.name == before]
    if before and len(known) == 1:
        at = _end(text, parts, known[0])
        return (Spot(at, at, ("", *lines), 0, 0),)
    behind = next((_name(line) for line in segment.right if _HEADER.match(line)), "")
    after = [one for one in parts.statements if one.kind is Kind.CONFIG and one.name == behind]
    if behind and len(after) == 1:
        at = after[0].line - 1
        return (Spot(at, at, (*lines, ""), 0, 0),)
    return Lost(
        f"neither the entry before the new one ({before or 'unknown'}) nor the one behind it is there once"
    )


# Behind an entry and its help text, in front of blanks and comments that belong to what follows.
def _end(text: Text, parts: Outline, at: int) -> int:
    following = parts.statements[at + 1 :]
    closing = [one.close - 1 for one in parts.statements if one.close > parts.statements[at].line]
    stop = min([len(text.lines), *(one.line - 1 for one in following[:1]), *closing])
    while stop > 0 and (blank(text.lines[stop - 1]) or text.lines[stop - 1].startswith("#")):
        stop -= 1
    return stop
