"""Where reports go: rich on a terminal, the same lines without colour anywhere else."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segments
from rich.text import Text

from patchtool.report.plain import safe

STYLES = {
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "hint": "green",
    "head": "bold",
    "dim": "dim",
    "good": "green",
    "bad": "bold red",
}


# What sets a line's kind apart at its beginning: `note: `, `base: `; "head" for any other.
_KINDS = {"note": "note", "base": "dim"}
# Columns that a folded sentence has at least.
_LEAST = 30


class Lines:
    """Lines of (text, style) parts, collected first and printed once.

    The text is the same with and without colour. What a pipe gets is never folded, so that it can be
    compared; on a terminal sentences are, and lines of code and of tables are not.
    """

    def __init__(self) -> None:
        # Each with the column from which it may be folded, 0 where it may not.
        self._lines: list[tuple[Text, int]] = []

    def add(self, *parts: str | tuple[str, str]) -> None:
        """One line; a part is text, or text with a key of `STYLES`. Newlines in it are shown as escapes."""
        self._lines.append((_text(*parts), 0))

    def words(self, kind: str, *parts: str | tuple[str, str]) -> None:
        """A sentence behind its kind, such as `not checked: `; folded lines hang below its first word."""
        label = f"{kind}: "
        self._lines.append((_text((label, _KINDS.get(kind, "head")), *parts), len(label)))

    def plain(self, *, width: int = 0) -> str:
        """All lines without colour, newline-terminated; sentences folded at `width` columns, 0 for never."""
        return "".join(f"{line.plain}\n" for line in self._folded(width))

    def coloured(self, *, width: int = 0) -> str:
        """The same with terminal colours."""
        out = io.StringIO()
        console = Console(
            file=out, force_terminal=True, color_system="standard", markup=False, emoji=False, highlight=False
        )
        for line in self._folded(width):
            # As segments: a Text would have its tabs expanded.
            console.print(Segments(line.render(console, end="\n")), soft_wrap=True)
        return out.getvalue()

    def write(self, stream: TextIO, *, colour: bool, width: int = 0) -> None:
        """Print everything to a text stream; `width` is 0 where it is no terminal."""
        stream.write(self.coloured(width=width) if colour else self.plain(width=width))

    def _folded(self, width: int) -> Iterator[Text]:
        for line, column in self._lines:
            if width and column and line.cell_len > width:
                yield from _fold(line, width, column)
            else:
                yield line


def _text(*parts: str | tuple[str, str]) -> Text:
    line = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        line.append(safe(text).replace("\n", "\\n"), STYLES.get(style, ""))
    return line


# A word that is longer than the line, as a path can be, stays whole: it is there to be copied.
def _fold(line: Text, width: int, column: int) -> Iterator[Text]:
    if width - column < _LEAST:
        yield from _broken(line, width)
        return
    label, sentence = line.divide([column])
    for part in _broken(sentence, width - column):
        yield label.append_text(part)
        label = Text(" " * column)


def _broken(line: Text, width: int) -> Iterator[Text]:
    breaks, column = [], 0
    for word in re.finditer(r"\S+\s*", line.plain):
        if column and column + cell_len(word[0].rstrip()) > width:
            breaks.append(word.start())
            column = 0
        column += cell_len(word[0])
    for part in line.divide(breaks):
        part.rstrip()
        yield part
