"""A file as lines and as tokens: two texts that differ in white space and line breaks are the same code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from patchtool.engine.touched import is_kconfig

_TOKEN = re.compile(r"[A-Za-z_]\w*|\d\w*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\S")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w{3,}")
_C = frozenset({".c", ".h", ".S", ".dts", ".dtsi", ".lds"})
_COMMON = frozenset(
    _IDENTIFIER.findall(
        """
    auto bool break case char config const continue default define defined depends double elif else endif
    endmenu enum error extern false float from goto have help ifdef ifndef imply include inline line long menu
    NULL pragma prompt range register restrict return select short signed sizeof source static string struct
    switch that then this tristate true typedef undef union unsigned void volatile while with
        """
    )
)


def telling(line: str) -> bool:
    """Whether a line says something of its own, unlike `}` and `return 0;`: an identifier, no keyword."""
    return any(word not in _COMMON for word in _IDENTIFIER.findall(line))


def identifiers(lines: Sequence[str]) -> tuple[str, ...]:
    """The telling identifiers of some lines, each once, in order."""
    return tuple(dict.fromkeys(w for line in lines for w in _IDENTIFIER.findall(line) if w not in _COMMON))


# How the lines of a file are compared: by C tokens, by tokens line by line (Kconfig), or as they are.
def _manner(path: str) -> str:
    if is_kconfig(path):
        return "kconfig"
    return "c" if PurePosixPath(path).suffix in _C else "plain"


@lru_cache(maxsize=65536)
def _lexed(line: str, manner: str) -> tuple[str, ...]:
    if manner == "plain":
        return (line.rstrip(),) if line.strip() else ()
    found = tuple(_TOKEN.findall(line))
    ends = manner == "kconfig" or line.lstrip().startswith("#")
    return (*found, "\n") if found and ends and not line.rstrip().endswith("\\") else found


def tokens(path: str, lines: Sequence[str]) -> tuple[str, ...]:
    """The tokens of some lines of a file; the end of a directive or of a Kconfig line is one of them."""
    manner = _manner(path)
    return tuple(token for line in lines for token in _lexed(line, manner))


def blank(line: str) -> bool:
    """Whether a line holds nothing but white space."""
    return not line.strip()


def ink(lines: Sequence[str]) -> list[str]:
    """The lines that are not blank."""
    return [line for line in lines if not blank(line)]


@dataclass(frozen=True)
class Text:
    """A file's lines (without ends; the last is "" where the file ends with a line break)."""

    path: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, path: str, data: bytes) -> Text:
        return cls(path, tuple(data.decode("utf-8", "surrogateescape").split("\n")))

    @cached_property
    def _stream(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        manner = _manner(self.path)
        found: list[str] = []
        starts = []
        for line in self.lines:
            starts.append(len(found))
            found.extend(_lexed(line, manner))
        return tuple(found), (*starts, len(found))

    def occurrences(self, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where some lines stand as whole lines, token by token: (first, end) 0-based, end exclusive."""
        sought = tokens(self.path, wanted)
        stream, starts = self._stream
        if not sought:
            return
        for at, line in enumerate(self.lines):
            start = starts[at]
            if blank(line) or start >= len(stream) or stream[start] != sought[0]:
                continue
            end = start + len(sought)
            if stream[start:end] == sought:
                last = self._line_ending(at, end)
                if last is not None:
                    yield at, last

    # The line after the one whose last token ends at `end`; None where that is within a line.
    def _line_ending(self, at: int, end: int) -> int | None:
        starts = self._stream[1]
        while starts[at] < end:
            at += 1
        return at if starts[at] == end else None

    def agrees_before(self, at: int, left: Sequence[str]) -> int:
        """How many of the lines `left` (no blanks) stand directly before line `at`, the last first."""
        stream, starts = self._stream
        end, count = starts[at], 0
        for line in reversed(left):
            wanted = tokens(self.path, [line])
            if stream[max(0, end - len(wanted)) : end] != wanted:
                break
            end, count = end - len(wanted), count + 1
        return count

    def agrees_after(self, at: int, right: Sequence[str]) -> int:
        """How many of the lines `right` (no blanks) stand directly from line `at` on."""
        stream, starts = self._stream
        start, count = starts[at], 0
        for line in right:
            wanted = tokens(self.path, [line])
            if stream[start : start + len(wanted)] != wanted:
                break
            start, count = start + len(wanted), count + 1
        return count

    def blanks_before(self, at: int) -> int:
        """How many blank lines stand directly before line `at`."""
        count = 0
        while at - count > 0 and blank(self.lines[at - count - 1]):
            count += 1
        return count

    def blanks_after(self, at: int) -> int:
        """How many blank lines stand from line `at` on; the empty end of the file is none."""
        count = 0
        while at + count < len(self.lines) - 1 and blank(self.lines[at + count]):
            count += 1
        return count
