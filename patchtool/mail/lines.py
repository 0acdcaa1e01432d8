"""Which line of the input a line of a decoded mail came from."""

from __future__ import annotations

import binascii
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from patchtool.mail.mailbox import RawMail

_ENCODING = re.compile(rb"^content-transfer-encoding:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
# What a charset or a stripped blank cannot change: two spellings of a line agree in its visible ASCII.
_UNSTABLE = re.compile(rb"[^!-~]+")


class LineIndex:
    """Finds decoded lines in a mail; knows nothing of base64, whose lines are nobody's to look at."""

    def __init__(self, raw: RawMail) -> None:
        self._numbers: list[int] = []
        self._positions: dict[bytes, list[int]] = defaultdict(list)
        for number, text in _decoded_lines(raw):
            self._positions[_UNSTABLE.sub(b"", text)].append(len(self._numbers))
            self._numbers.append(number)

    def locate(self, texts: Iterable[bytes], start: int = 0) -> tuple[tuple[int, ...], int]:
        """The input line of each text (0: not found), and where a following search starts.

        Texts are looked for in order, each after the one before it; an empty one follows its predecessor.
        """
        lines: list[int] = []
        position = start
        for text in texts:
            found = self._find(_UNSTABLE.sub(b"", text), position)
            if found is not None:
                position = found + 1
            lines.append(0 if found is None else self._numbers[found])
        return tuple(lines), position

    def _find(self, key: bytes, position: int) -> int | None:
        positions = self._positions.get(key, [])
        index = bisect_left(positions, position)
        return positions[index] if index < len(positions) else None


def _decoded_lines(raw: RawMail) -> list[tuple[int, bytes]]:
    lines = raw.data.split(b"\n")
    body = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    encodings = {found.lower() for found in _ENCODING.findall(raw.data)}
    if b"base64" in encodings:
        return []
    numbered = [(raw.line + number, lines[number]) for number in range(body + 1, len(lines))]
    return _join_soft_breaks(numbered) if b"quoted-printable" in encodings else numbered


# A quoted-printable line that ends in `=` goes on in the next one; it stands where it starts.
def _join_soft_breaks(lines: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    joined: list[tuple[int, bytes]] = []
    held: list[bytes] = []
    start = 0
    for number, text in lines:
        start = start if held else number
        held.append(text.removesuffix(b"="))
        if not text.endswith(b"="):
            joined.append((start, binascii.a2b_qp(b"".join(held))))
            held = []
    return joined
