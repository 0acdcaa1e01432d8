"""The project's documents: their blocks of code, their headings, their links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The rest of a line, or of an output, that a document leaves out.
ELISION = "..."
_FENCE = re.compile(r"```(\S*) *(.*)\Z")
_REASON = re.compile(r"<!-- not run: (.+) -->\Z")
_LINK = re.compile(r"\[[^]]*\]\(([^()\s]+)\)")
_NOT_IN_AN_ANCHOR = re.compile(r"[^\w\- ]")


def documents() -> list[Path]:
    """Every Markdown file that people read."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").glob("*.md")])


def label(path: Path) -> str:
    """A document as people name it: from the project's root."""
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is the 1-based line of its fence, `info` what follows the language there.

    `reason` is what a comment on the line before says on why it is not run, "" without one.
    """

    document: Path
    line: int
    language: str
    info: str
    reason: str
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{label(self.document)}:{self.line}"

    @property
    def runs(self) -> bool:
        return (self.language, self.info) == ("console", "mini")

    def commands(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """Each command: the 1-based line in the document, what is typed, what it prints.

        Lines before the first command are left out.
        """
        at = [n for n, line in enumerate(self.lines) if line.startswith("$ ")]
        return [
            (self.line + 1 + start, self.lines[start].removeprefix("$ "), self.lines[start + 1 : end])
            for start, end in pairwise([*at, len(self.lines)])
        ]


def blocks(path: Path) -> list[Block]:
    """A document's fenced blocks; a fence that is never closed ends with the document."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found, start = [], None
    for n, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence and start is None:
            start = n
        elif fence and start is not None:
            found.append(_block(path, lines, start, n))
            start = None
    return found if start is None else [*found, _block(path, lines, start, len(lines))]


def _block(path: Path, lines: Sequence[str], start: int, end: int) -> Block:
    fence, before = _FENCE.match(lines[start]), _REASON.match(lines[start - 1]) if start else None
    assert fence
    reason = before[1] if before else ""
    return Block(path, start + 1, fence[1], fence[2], reason, tuple(lines[start + 1 : end]))


def outside(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are in no fenced block, with their 1-based numbers."""
    inside = {n for one in blocks(path) for n in range(one.line, one.line + len(one.lines) + 2)}
    lines = path.read_text(encoding="utf-8").splitlines()
    return ((n, line) for n, line in enumerate(lines, 1) if n not in inside)


def anchors(path: Path) -> set[str]:
    """What can stand behind a `#` in a link to a document, as GitHub and GitLab make it of the headings."""
    headings = [line.lstrip("#").strip() for _, line in outside(path) if re.match(r"#{1,6} ", line)]
    return {_NOT_IN_AN_ANCHOR.sub("", text.lower()).replace(" ", "-") for text in headings}


def links(path: Path) -> list[tuple[int, str]]:
    """Where the links of a document lead, with their 1-based lines."""
    return [(n, found) for n, line in outside(path) for found in _LINK.findall(line)]


def fits(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether an output is what a document shows.

    A line `...` stands for any lines, `...` in a line for any text. Blanks at a line's end do not count.
    """
    parts: list[list[str]] = [[]]
    for line in expected:
        if line.strip() == ELISION:
            parts.append([])
        else:
            parts[-1].append(line.rstrip())
    rest = [line.rstrip() for line in actual]
    first, *middle = parts
    if not _alike(first, rest[: len(first)]):
        return False
    if not middle:
        return len(first) == len(rest)
    rest, last = rest[len(first) :], middle.pop()
    for part in middle:
        at = next((n for n in range(len(rest) + 1) if _alike(part, rest[n : n + len(part)])), None)
        if at is None:
            return False
        rest = rest[at + len(part) :]
    return len(last) <= len(rest) and _alike(last, rest[len(rest) - len(last) :])


def _alike(expected: Sequence[str], actual: Sequence[str]) -> bool:
    return len(expected) == len(actual) and all(map(_line_fits, expected, actual))


def _line_fits(expected: str, actual: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in expected.split(ELISION))
    return re.fullmatch(pattern, actual) is not None
