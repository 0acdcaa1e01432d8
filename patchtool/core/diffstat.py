"""A diffstat in the text of a mail, as git and GNU diffstat print it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A path, a bar, and a number with its graph, or `Bin 0 -> 12 bytes`.
_ROW = re.compile(r"\s*(?P<path>\S.*?)\s+\|\s*(?:(?P<count>\d+)(?:\s[-+ ]*)?|(?P<other>Bin\b.*|\d+\s*!.*))$")
_SUMMARY = re.compile(
    r"\s*(?P<files>\d+) files? changed(?:, (?P<added>\d+) insertions?\(\+\))?"
    r"(?:, (?P<removed>\d+) deletions?\(-\))?(?:, \d+ modifications?\(!\))?$"
)
_CUT = re.compile(r"\s*\.\.\.$")
_COMPACT = re.compile(r" \((?:new|gone|mode)[^()]*\)$")
_MOVE = re.compile(r"(?P<head>.*?)\{(?P<old>.*?) => (?P<new>.*?)\}(?P<tail>.*)$")


@dataclass(frozen=True, slots=True)
class Row:
    """One file: `path` as printed, `count` of changed lines, None where it is not a count of lines."""

    path: str
    count: int | None

    @property
    def is_move(self) -> bool:
        """Whether it stands for a rename or a copy."""
        return " => " in self.path

    def names(self) -> tuple[str, ...]:
        """The path, or the old and the new one of a move; a shortened one begins with `...`."""
        if found := _MOVE.match(self.path):
            head, tail = found["head"], found["tail"]
            return tuple(f"{head}{part}{tail}".replace("//", "/") for part in (found["old"], found["new"]))
        # What is left of a shortened `{old => new}/tail` has the closing brace alone.
        moved, _, tail = self.path.partition("}")
        return tuple(f"{part}{tail}" for part in moved.split(" => "))

    def means(self, path: str) -> bool:
        """Whether it stands for a path after the change; shortened ones fit, and more or less of a prefix."""
        return _fits(self.names()[-1], path)

    def moves(self, path: str) -> bool:
        """Whether it stands for a rename or a copy of a path."""
        return self.is_move and _fits(self.names()[0], path)


def _fits(name: str, path: str) -> bool:
    end = name[3:] if name.startswith("...") else f"/{name}"
    return path == name or path.endswith(end) or name.endswith(f"/{path}")


@dataclass(frozen=True, slots=True)
class Diffstat:
    """`line` is the first row's (or the summary's), 0-based in the text; `files` None without a summary.

    `cut` says that rows were left out (`--stat-count`).
    """

    line: int
    rows: tuple[Row, ...]
    files: int | None
    added: int
    removed: int
    cut: bool = False


def read_diffstat(text: str) -> Diffstat | None:
    """The last diffstat of a text that ends in a summary line; None where there is none."""
    found: Diffstat | None = None
    rows: list[Row] = []
    start, cut = 0, False
    for number, line in enumerate(text.split("\n")):
        if row := _ROW.match(line):
            start = start if rows else number
            rows.append(Row(_COMPACT.sub("", row["path"]), int(row["count"]) if row["count"] else None))
        elif _CUT.match(line) and rows:
            cut = True
        elif summary := _SUMMARY.match(line):
            added, removed = (int(summary[name] or 0) for name in ("added", "removed"))
            first = start if rows else number
            found = Diffstat(first, tuple(rows), int(summary["files"]), added, removed, cut)
            rows, cut = [], False
        elif line.strip():
            rows, cut = [], False
    return found
