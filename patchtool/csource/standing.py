"""What one byte of a C file stands in, without reading the file from its top where that can be avoided."""

from __future__ import annotations

from bisect import bisect_right

from patchtool.core.tree import UseKind
from patchtool.csource.words import spans


def standing(path: str, data: bytes, at: int) -> UseKind:
    """COMMENT, STRING or CODE for the byte at offset `at` of a C or assembly file: what `words.spans` says.

    Costs one line where no comment can be open at its start, or where the line that opens one says so; else
    everything before it.
    """
    start = data.rfind(b"\n", 0, at) + 1
    opened, closed = data.rfind(b"/*", 0, start), data.rfind(b"*/", 0, start)
    if abs(opened - closed) == 1 or _continues(data, start):
        return _kind(path, data[: _end(data, at)], at)
    if opened < closed or opened < 0:
        return _kind(path, data[start : _end(data, at)], at - start)
    if data.find(b"*/", start, at) < 0 and _opens_comment(path, data, opened):
        return UseKind.COMMENT
    return _kind(path, data[: _end(data, at)], at)


# Whether a `/*` opens a comment, or stands in one: it does not in a string or behind `//`.
def _opens_comment(path: str, data: bytes, at: int) -> bool:
    start = data.rfind(b"\n", 0, at) + 1
    if _continues(data, start):
        return False
    found = spans(path, data[start : _end(data, at)])
    return any(begin == at - start and kind is UseKind.COMMENT for begin, _, kind in found)


def _continues(data: bytes, start: int) -> bool:
    return data[max(start - 3, 0) : start].rstrip(b"\r\n").endswith(b"\\")


# Behind the line's end, and behind those that backslashes join to it.
def _end(data: bytes, at: int) -> int:
    end = data.find(b"\n", at) + 1
    while end and _continues(data, end):
        end = data.find(b"\n", end) + 1
    return end or len(data)


def _kind(path: str, data: bytes, at: int) -> UseKind:
    found = spans(path, data)
    index = bisect_right([begin for begin, _, _ in found], at) - 1
    return found[index][2] if index >= 0 and at < found[index][1] else UseKind.CODE
