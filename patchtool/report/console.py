"""Where reports go: rich on a terminal, the same lines without colour anywhere else."""

from __future__ import annotations

import io
from typing import TextIO

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


class Lines:
    """Lines of (text, style) parts, collected first and printed once.

    The text is the same with and without colour, and never folded: what a pipe gets can be compared.
    """

    def __init__(self) -> None:
        self._lines: list[Text] = []

    def add(self, *parts: str | tuple[str, str]) -> None:
        """One line; a part is text, or text with a key of `STYLES`. Newlines in it are shown as escapes."""
        line = Text()
        for part in parts:
            text, style = (part, "") if isinstance(part, str) else part
            line.append(safe(text).replace("\n", "\\n"), STYLES.get(style, ""))
        self._lines.append(line)

    def plain(self) -> str:
        """All lines without colour, newline-terminated."""
        return "".join(f"{line.plain}\n" for line in self._lines)

    def coloured(self) -> str:
        """All lines with terminal colours, newline-terminated."""
        out = io.StringIO()
        console = Console(
            file=out, force_terminal=True, color_system="standard", markup=False, emoji=False, highlight=False
        )
        for line in self._lines:
            # As segments: a Text would have its tabs expanded.
            console.print(Segments(line.render(console, end="\n")), soft_wrap=True)
        return out.getvalue()

    def write(self, stream: TextIO, *, colour: bool) -> None:
        """Print everything to a text stream."""
        stream.write(self.coloured() if colour else self.plain())
