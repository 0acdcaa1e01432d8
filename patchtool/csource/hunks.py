"""Where a diff's lines stand in the file that it was applied to: hunks may have moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from patchtool.core.series import FileChange, Hunk


def added_lines(change: FileChange, data: bytes) -> frozenset[int]:
    """The 1-based lines that a file diff adds, in the file after it (`data`).

    A hunk is looked for by the lines that it leaves, nearest to where it says; one that is not found there
    (the file was changed again) gives nothing.
    """
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    lines = [line.removesuffix("\r") for line in lines]
    return frozenset(number for hunk in change.hunks for number in _added(hunk, lines))


def _added(hunk: Hunk, lines: Sequence[str]) -> Iterator[int]:
    block = [line for line in hunk.lines if line.tag != "-"]
    texts = [line.text.removesuffix("\r") for line in block]
    start = _found(texts, lines, hunk.new_start - 1)
    if start is None or not texts:
        return
    for offset, line in enumerate(block):
        if line.tag == "+":
            yield start + offset + 1


def _found(texts: Sequence[str], lines: Sequence[str], near: int) -> int | None:
    starts = [at for at, line in enumerate(lines) if texts and line == texts[0]]
    for at in sorted(starts, key=lambda at: abs(at - near)):
        if lines[at : at + len(texts)] == list(texts):
            return at
    return None
