"""Text that can't do harm: what a mail or a tree says, made safe for a terminal."""

from __future__ import annotations

import unicodedata


def safe(text: str) -> str:
    """The text with control, format and broken characters as escapes; tabs and newlines are kept.

    A hostile subject can hold escape sequences, bidirectional overrides and bytes that are no UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_safe(char) for char in text)


def one_line(text: str) -> str:
    """Like `safe`, and on one line."""
    return safe(text).replace("\n", "\\n").replace("\t", " ")


def _safe(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\n\t" or not (category.startswith("C") or category in {"Zl", "Zp"}):
        return char
    number = ord(char)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{number - 0xDC00:02x}"
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def count(number: int, noun: str) -> str:
    """`1 patch`, `2 patches`."""
    plural = f"{noun}es" if noun.endswith(("ch", "sh", "s")) else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
