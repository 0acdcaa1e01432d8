"""The offending line in a frame, a caret below the word that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

from patchtool.core.finding import Finding
from patchtool.report.plain import safe

# What a message says word for word: code in backticks, quoted text, names.
_SAID = re.compile(r"`([^`]+)`|\"([^\"]+)\"|(\w[\w-]*\w)")
# What prose has not: parts of names, ids of commits.
_TELLING = re.compile(r"[_-]|\d.*\d.*\d")


def frame(finding: Finding) -> Iterator[tuple[str, str]]:
    """(line, key of a style): the source with its number, and carets below a word of the message in it.

    Nothing without a source. Tabs stay tabs in both lines, so that they align at any width.
    """
    if not finding.source.strip():
        return
    source = safe(finding.source)
    number = str(finding.at.line)
    yield f"{number:>6} | {source}", ""
    span = marked(finding.message, source)
    if span:
        before = "".join("\t" if char == "\t" else " " * cell_len(char) for char in source[: span[0]])
        yield f"{'':>6} | {before}{'^' * cell_len(source[span[0] : span[1]])}", finding.severity.value


def marked(message: str, source: str) -> tuple[int, int] | None:
    """Where (start and end, 0-based) the first name stands that both have; None where they share none.

    A name is code, quoted text, or a word in capitals or with `_`, `-` or digits; CONFIG_ belongs to it.
    """
    for found in _SAID.finditer(message):
        code, quotation, word = found.groups()
        said = code or quotation or word
        if word and not (word.isupper() or _TELLING.search(word)):
            continue
        place = re.search(rf"(?<!\w)(?:CONFIG_)?{re.escape(said)}(?!\w)", source)
        if place:
            return place.span()
    return None
