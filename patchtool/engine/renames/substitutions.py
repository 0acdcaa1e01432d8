"""Which removed lines of a series came back under another Kconfig symbol."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from patchtool.core.series import FileChange, Hunk, Line, Patch, Series
from patchtool.core.tree import UseKind
from patchtool.engine.renames.skeleton import PROSE, Skeleton, names_on, skeleton

_TOP = re.compile(r"\s*(?:(?:menu)?config|if|endif|(?:end)?menu|(?:end)?choice|[or]*source|comment)\b")
_TRIVIAL = re.compile(r"(?:bool|tristate|help|---help---|default [ynm]|def_bool [yn]|#.*)?\Z")
_WIDE = 8
_LONG = 40
_SIMILAR, _ALIKE, _RESEMBLING = 0.5, 0.7, 4

Pair: TypeAlias = tuple[str, str]
May = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Substitution:
    """One line of patch `patch` in which `old` became `new`, everything else being the same.

    `path` is the file it was removed from, `kind` what it stands in, as in `Skeleton.kinds`. `inverted` is
    None where the line tells no polarity. `strong`: the two lines stand in one place, or say more than the
    names, and are no prose. `certain`: a config entry that kept its body.
    """

    old: str
    new: str
    path: str
    patch: int
    kind: str
    inverted: bool | None
    strong: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class _Side:
    line: Skeleton
    path: str
    patch: int
    body: tuple[str, ...] = ()
    alone: bool = False


@dataclass(slots=True)
class _Run:
    removed: list[_Side] = field(default_factory=list)
    added: list[_Side] = field(default_factory=list)


def substitutions(series: Series, may: May) -> tuple[Substitution, ...]:
    """The substitutions of a series for which `may(old, new)` holds, in its order.

    Removed and added lines are matched first within each run of changed lines, what is left of them within
    each file, then over the whole series (a moved file, an entry dropped by a later patch). Lines that say
    nothing but names are never matched across files, config entries only where their bodies are alike.
    Where several could be meant, the matching is the one that agrees best with the rest of the series.
    """
    names = _all_names(series)
    runs = [run for patch in series.patches for change in patch.files for run in _runs(patch, change, names)]
    prior = _prior(runs, may)
    found: list[Substitution] = []
    found += _settled(runs, may, prior, near=True)
    found += _settled(_regrouped(runs, lambda side: (side.patch, side.path)), may, prior, near=False)
    far = _regrouped(runs, lambda _: (0, ""), wanted=lambda side: not side.line.plain or bool(side.body))
    found += _settled(far, may, prior, near=False)
    return tuple(sorted(found, key=lambda one: one.patch))


def _all_names(series: Series) -> frozenset[str]:
    lines = (
        (change, line)
        for patch in series.patches
        for change in patch.files
        for hunk in change.hunks
        for line in hunk.lines
        if line.tag != " "
    )
    return frozenset(name for change, line in lines for name in names_on(change, line))


# Each stretch of removed lines with the added lines that follow it.
def _runs(patch: Patch, change: FileChange, names: frozenset[str]) -> Iterator[_Run]:
    for hunk in change.hunks:
        run, closed = _Run(), False
        for at, line in enumerate(hunk.lines):
            if line.tag == " " or (line.tag == "-" and closed):
                yield run
                run, closed = _Run(), False
            if line.tag != " ":
                closed = line.tag == "+"
                found = skeleton(change, line, names)
                if found:
                    side = _side(patch, change, hunk, at, found)
                    (run.added if closed else run.removed).append(side)
        yield run


def _side(patch: Patch, change: FileChange, hunk: Hunk, at: int, found: Skeleton) -> _Side:
    line = hunk.lines[at]
    path = (change.old_path if line.tag == "-" else change.new_path) or change.path
    if UseKind.DEFINITION not in found.kinds:
        return _Side(found, path, patch.n)
    around = {"-": (1, -1, "+"), "+": (-1, 1, "-")}[line.tag]
    beside = [hunk.lines[at + step].tag if 0 <= at + step < len(hunk.lines) else " " for step in around[:2]]
    body = tuple(_body(hunk.lines[at + 1 :], line.tag))
    return _Side(found, path, patch.n, body, alone=beside == [around[2], " "])


# The lines of an entry below its first, as one side of the hunk has them.
def _body(below: Sequence[Line], tag: str) -> Iterator[str]:
    for line in below:
        if line.tag in (tag, " "):
            if _TOP.match(line.text) and not line.text[:1].isspace():
                return
            yield line.text.strip()


def _regrouped(
    runs: Iterable[_Run], key: Callable[[_Side], tuple[int, str]], wanted: Callable[[_Side], bool] = bool
) -> list[_Run]:
    groups: dict[tuple[int, str], _Run] = {}
    for run in runs:
        for side in filter(wanted, run.removed):
            groups.setdefault(key(side), _Run()).removed.append(side)
        for side in filter(wanted, run.added):
            groups.setdefault(key(side), _Run()).added.append(side)
    return list(groups.values())


# The lines of a run that could be each other's, by shape.
def _buckets(run: _Run) -> list[_Run]:
    groups: dict[tuple[str, ...], _Run] = {}
    for side in run.removed:
        groups.setdefault(side.line.shape, _Run()).removed.append(side)
    for side in run.added:
        if side.line.shape in groups:
            groups[side.line.shape].added.append(side)
    return [group for group in groups.values() if group.added]


# How often a pair is the only reading of two lines: what ambiguous runs are judged by.
def _prior(runs: Iterable[_Run], may: May) -> Counter[Pair]:
    count: Counter[Pair] = Counter()
    for bucket in (bucket for run in runs for bucket in _buckets(run)):
        options = [
            (i, j, pairs)
            for i, a in enumerate(bucket.removed)
            for j, b in enumerate(bucket.added)
            if (pairs := _pairs(a, b, may))
        ]
        rows, columns = Counter(i for i, _, _ in options), Counter(j for _, j, _ in options)
        for i, j, pairs in options:
            if rows[i] == columns[j] == 1:
                count.update(pairs)
    return count


# What is matched leaves its run: the next, wider search has only the rest.
def _settled(runs: Iterable[_Run], may: May, prior: Counter[Pair], *, near: bool) -> Iterator[Substitution]:
    for run in runs:
        done: set[int] = set()
        for bucket in _buckets(run):
            weights = [
                [_weight(a, b, may, prior, near=near) - abs(i - j) for j, b in enumerate(bucket.added)]
                for i, a in enumerate(bucket.removed)
            ]
            for i, j in best_matching(weights):
                a, b = bucket.removed[i], bucket.added[j]
                done.update((id(a), id(b)))
                yield from _found(a, b, may, near=near)
        run.removed = [side for side in run.removed if id(side) not in done]
        run.added = [side for side in run.added if id(side) not in done]


def _found(a: _Side, b: _Side, may: May, *, near: bool) -> Iterator[Substitution]:
    entry = UseKind.DEFINITION in a.line.kinds
    certain = entry and _is_same_entry(a, b, near=near)
    tells = a.line.tells and b.line.tells
    places = list(zip(a.line.names, b.line.names, strict=True))
    for old, new in _pairs(a, b, may):
        at = places.index((old, new))
        yield Substitution(
            old,
            new,
            a.path,
            a.patch,
            a.line.kinds[at],
            _turned(a, b)[at] if tells else None,
            certain or ((near or not a.line.plain) and not entry and PROSE.isdisjoint(a.line.kinds)),
            certain,
        )


def _turned(a: _Side, b: _Side) -> list[bool]:
    return [one != other for one, other in zip(a.line.negated, b.line.negated, strict=True)]


# Old and new names of two lines that differ in nothing else; empty where they do, or a pair may not be.
def _pairs(a: _Side, b: _Side, may: May) -> tuple[Pair, ...]:
    if a.line.shape != b.line.shape:
        return ()
    pairs = list(zip(a.line.names, b.line.names, strict=True))
    same = [turned for (old, new), turned in zip(pairs, _turned(a, b), strict=True) if old == new]
    found = tuple(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
    return found if not any(same) and all(may(*pair) for pair in found) else ()


# 0 and less: not to be matched.
def _weight(a: _Side, b: _Side, may: May, prior: Counter[Pair], *, near: bool) -> int:
    pairs = _pairs(a, b, may)
    if not pairs:
        return 0
    if UseKind.DEFINITION in a.line.kinds and not (near and a.alone and b.alone):
        share, common = _likeness(a, b)
        if share < _SIMILAR or (not near and not common):
            return 0
    familiar = sum(100 * min(prior[pair], 99) + _resemblance(*pair) for pair in pairs)
    return 100 * (1 + familiar + 10 * (a.patch == b.patch))


# A body of nothing but `bool` is every symbol's: there the names have to resemble each other.
def _is_same_entry(a: _Side, b: _Side, *, near: bool) -> bool:
    share, common = _likeness(a, b)
    if near:
        return common > 0 or (
            a.alone and b.alone and _resemblance(a.line.names[0], b.line.names[0]) >= _RESEMBLING
        )
    return share >= _ALIKE and common > 1


# Which share of the larger body the two entries have in common, and how many lines of it say something.
def _likeness(a: _Side, b: _Side) -> tuple[float, int]:
    one, other = ([line.replace(side.line.names[0], "") for line in side.body] for side in (a, b))
    telling = [Counter(line for line in body if not _TRIVIAL.match(line)) for body in (one, other)]
    common = (telling[0] & telling[1]).total()
    most = max(count.total() for count in telling)
    return (common / most if most else 1.0), common


# 0 to 9: how many of the words of two names are the same.
def _resemblance(old: str, new: str) -> int:
    one, other = set(old.split("_")), set(new.split("_"))
    return 9 * len(one & other) // len(one | other)


def best_matching(weights: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """The pairs (row, column) of greatest total weight, each row and column at most once, in row order.

    Weights of 0 and less are never taken. Exact up to 8 columns and 40 rows, at a cost of 2 to the
    number of columns; beyond that the heaviest pair is taken first.
    """
    width = max(map(len, weights), default=0)
    if width > _WIDE or len(weights) > _LONG:
        return _heaviest_first(weights)

    @cache
    def best(row: int, taken: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        if row == len(weights):
            return 0, ()
        choice = best(row + 1, taken)
        for column, weight in enumerate(weights[row]):
            if weight > 0 and not taken >> column & 1:
                total, rest = best(row + 1, taken | 1 << column)
                if weight + total > choice[0]:
                    choice = weight + total, ((row, column), *rest)
        return choice

    return best(0, 0)[1]


def _heaviest_first(weights: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    cells = [(-weight, i, j) for i, row in enumerate(weights) for j, weight in enumerate(row) if weight > 0]
    rows: dict[int, int] = {}
    for _, i, j in sorted(cells):
        if i not in rows and j not in rows.values():
            rows[i] = j
    return tuple(sorted(rows.items()))
