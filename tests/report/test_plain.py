"""Text that can't do harm."""

from __future__ import annotations

import pytest

from patchtool.report.plain import count, one_line, safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mm: plain [v2 1/9] :x: [/x]", "mm: plain [v2 1/9] :x: [/x]"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        (
            "bell\x07 back\x08 return\r null\x00 delete\x7f",
            "bell\\x07 back\\x08 return\\x0d null\\x00 delete\\x7f",
        ),
        ("c1 \x9b31m next \x85", "c1 \\x9b31m next \\x85"),
        ("over\u202eride \u2066isolate\u2069", "over\\u202eride \\u2066isolate\\u2069"),
        ("no\u200bwidth \ufeffmark soft\xadhyphen", "no\\u200bwidth \\ufeffmark soft\\xadhyphen"),
        ("line\u2028paragraph\u2029", "line\\u2028paragraph\\u2029"),
        ("bytes \udc80\udcff", "bytes \\x80\\xff"),
        ("lone \ud83d", "lone \\ud83d"),
        ("private \ue000 tag \U000e0041", "private \\ue000 tag \\ue0041"),
        ("Günther 梁 😀", "Günther 梁 😀"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_one_line() -> None:
    assert one_line("a\nb\tc\x1b") == "a\\nb c\\x1b"


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "patch", "1 patch"),
        (2, "patch", "2 patches"),
        (0, "finding", "0 findings"),
        (3, "class", "3 classes"),
    ],
)
def test_count(number: int, noun: str, text: str) -> None:
    assert count(number, noun) == text
