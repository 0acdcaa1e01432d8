"""Random files of repetitive code, a change to them, and versions of them that drifted apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

BODY = (
    "\tthing->value_0 = flag;",
    "\tthing->value_1 = flag;",
    "\tthing->value_2 = flag;",
    "\tprepare_thing(thing);",
    "",
    "#ifdef CONFIG_SMP",
    "#endif",
    "\tif (flag)",
    "\t\treturn 0;",
)


@dataclass(frozen=True)
class Row:
    """A line that keeps its identity wherever it drifts; `number` is negative for one that upstream lacks."""

    number: int
    text: str


@dataclass(frozen=True)
class Change:
    """Upstream's rows from `at` on, `count` of them, become `added`."""

    at: int
    count: int
    added: tuple[str, ...]

    def made(self, lines: Sequence[str]) -> list[str]:
        return [*lines[: self.at], *self.added, *lines[self.at + self.count :]]


def a_file(random: Random) -> list[Row]:
    lines = ["#include <linux/mm.h>", ""]
    for n in range(random.randint(2, 5)):
        body = [random.choice(BODY) for _ in range(random.randint(3, 9))]
        lines += [
            f"static int func_{n}(struct thing *thing, int flag)",
            "{",
            *body,
            "\treturn flag;",
            "}",
            "",
        ]
    return [Row(n, text) for n, text in enumerate(lines)]


def a_change(random: Random, rows: Sequence[Row]) -> Change:
    count = random.choice([0, 0, 1, 1, 2, 3])
    added = tuple(f"\tfixed_{n}(thing);" for n in range(random.randint(0 if count else 1, 2)))
    return Change(random.randrange(2, len(rows) - count), count, added)


def drifted(random: Random, rows: Sequence[Row], change: Change) -> list[Row]:
    """Another version: lines inserted, reworded and removed, functions moved.

    No line is inserted that the change removes: with its own gone, such a one is a line that moved.
    """
    gone = {row.text for row in rows[change.at : change.at + change.count]}
    fresh = [text for text in (*BODY, "\tnew_line(thing);") if text not in gone]
    found = list(rows)
    for n in range(random.randint(1, 4)):
        at = random.randrange(len(found))
        kind = random.randrange(4)
        if kind == 0:
            found.insert(at, Row(-1 - n, random.choice(fresh)))
        elif kind == 1:
            found[at] = Row(found[at].number, found[at].text.replace("thing", "other") + "/* here */")
        elif kind == 2 and len(found) > 1:
            del found[at]
        else:
            _move(random, found)
    return found


def _move(random: Random, rows: list[Row]) -> None:
    heads = [n for n, row in enumerate(rows) if row.text.startswith("static int")]
    ends = [n for n, row in enumerate(rows) if row.text == "}"]
    spans = [(head, end + 1) for head in heads for end in ends if end > head][:1]
    for start, end in spans:
        block = rows[start:end]
        del rows[start:end]
        left = [n for n, row in enumerate(rows) if row.text.startswith("static int")]
        at = random.choice([*left, len(rows)])
        rows[at:at] = block


def right_ones(upstream: Sequence[Row], here: Sequence[Row], change: Change) -> set[tuple[str, ...]]:
    """Every result that is right, without blanks, by the identity of the rows, however git shows it."""
    lines = [row.text for row in upstream]
    wanted = change.made(lines)
    shown = (Change(at, change.count, change.added) for at in range(len(lines)))
    return {one for same in shown if same.made(lines) == wanted for one in _right(upstream, here, same)}


def _right(upstream: Sequence[Row], here: Sequence[Row], change: Change) -> Iterator[tuple[str, ...]]:
    removed = _ink(upstream[change.at : change.at + change.count])
    standing = _ink(here)
    numbers = [row.number for row in standing]
    texts = [bare(row.text) for row in standing]
    if removed:
        at = numbers.index(removed[0].number) if removed[0].number in numbers else len(numbers)
        if standing[at : at + len(removed)] == removed:
            yield (*texts[:at], *map(bare, change.added), *texts[at + len(removed) :])
        return
    before, after = _ink(upstream[: change.at])[-1:], _ink(upstream[change.at :])[:1]
    for row, step in ((before, 1), (after, 0)):
        if row and row[0].number in numbers:
            at = numbers.index(row[0].number) + step
            yield (*texts[:at], *map(bare, change.added), *texts[at:])


def _ink(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.text.strip()]


def bare(text: str) -> str:
    """A line with its white space set aside."""
    return " ".join(text.split())
