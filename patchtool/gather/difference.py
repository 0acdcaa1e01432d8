"""Where two programs part, and whether a patch is about names alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.core.series import ChangeKind, FileChange, Line, Patch
from patchtool.gather.machine.program import Effect, Program

_TOKEN = re.compile(r"\w+|[^\w\s]")
# A line of nothing but comment, in C or in Kconfig.
_COMMENT = re.compile(r"\s*(?:/?\*|//|# )")
_SYMBOL = re.compile(r"(?:CONFIG_)?[A-Z][A-Z0-9_]{2,}\Z")


@dataclass(frozen=True, slots=True)
class Parting:
    """The first effects that differ on some path through both programs; None where one has ended."""

    before: Effect | None
    after: Effect | None


def first_difference(before: Program, after: Program) -> Parting | None:
    """The place where two programs part, nearest to their start; None for equal ones."""
    waiting, seen = [(0, 0)], {(0, 0)}
    for old, new in waiting:
        was, now = before.nodes[old], after.nodes[new]
        if _shape(was.effect) != _shape(now.effect):
            return Parting(was.effect, now.effect)
        there, here = dict(was.ways), dict(now.ways)
        if there.keys() != here.keys():
            return Parting(was.effect, now.effect)
        for answer, number in there.items():
            pair = (number, here[answer])
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
    return None


def _shape(effect: Effect | None) -> str:
    return "end" if effect is None else f"{effect.question} {effect.key}"


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a patch renames: (old, new) without CONFIG_, sorted. `others` are the lines that do more.

    Their line numbers are those after the patch, before it for a removed line.
    """

    names: tuple[tuple[str, str], ...]
    others: tuple[Location, ...]


def renaming(patch: Patch) -> Renaming | None:
    """What a patch renames, if that is most of what it does; None for any other patch.

    A renaming line comes back with nothing but names in upper case exchanged, anywhere in the same file, and
    every old name has one new one. Renaming lines have to outnumber all others; comments, documentation
    and new or deleted files are not counted.
    """
    pairs: list[tuple[_Changed, _Changed]] = []
    others: list[Location] = []
    for change in patch.files:
        if change.kind is not ChangeKind.MODIFY or change.path.startswith("Documentation/"):
            continue
        found, left = _exchanged(change)
        pairs += found
        others += left
    votes = Counter(name for old, new in pairs for name in set(_differing(old.words, new.words)))
    names: dict[str, str] = {}
    for (before, after), _ in votes.most_common():
        names.setdefault(before, after)
    odd = [new.at for old, new in pairs if any(names[a] != b for a, b in _differing(old.words, new.words))]
    others += odd
    if len(others) >= 2 * (len(pairs) - len(odd)):
        return None
    return Renaming(tuple(sorted(names.items())), tuple(sorted(set(others))))


@dataclass(frozen=True, slots=True)
class _Changed:
    words: tuple[str, ...]
    at: Location

    @property
    def masked(self) -> tuple[str, ...]:
        return tuple("" if _SYMBOL.match(word) else word for word in self.words)


def _exchanged(change: FileChange) -> tuple[list[tuple[_Changed, _Changed]], list[Location]]:
    removed = [c for hunk in change.hunks for c in _lines(change.path, hunk.removed)]
    added = [c for hunk in change.hunks for c in _lines(change.path, hunk.added)]
    pairs: list[tuple[_Changed, _Changed]] = []
    for same in (True, False):  # what only moved finds its partner first
        for old in list(removed):
            new = next((n for n in added if (n.words == old.words if same else n.masked == old.masked)), None)
            if new is not None:
                removed.remove(old)
                added.remove(new)
                pairs += [] if same else [(old, new)]
    return pairs, [line.at for line in (*removed, *added)]


def _lines(path: str, lines: tuple[Line, ...]) -> Iterator[_Changed]:
    for line in lines:
        words = tuple(_TOKEN.findall(line.text))
        if words and not _COMMENT.match(line.text):
            yield _Changed(words, Location(path, line.new or line.old))


def _differing(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for before, after in zip(old, new, strict=True):
        if before != after:
            yield before.removeprefix("CONFIG_"), after.removeprefix("CONFIG_")
