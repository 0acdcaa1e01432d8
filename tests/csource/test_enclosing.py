"""The `#if` lines around a line."""

from __future__ import annotations

import pytest

from patchtool.csource.enclosing import enclosing

TEXT = b"""#ifndef _A_H
#define _A_H
int one;
#if A && B
int four;
#ifdef CONFIG_C
int six;
#elif D
int eight;
#else
int ten;
#endif
int twelve;
#else
int sixteen;
#endif
#ifndef E
int f;
#else
int g;
#endif
int last;
#endif
"""


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (b"one", ()),
        (b"four", ("A && B",)),
        (b"six", ("A && B", "defined(CONFIG_C)")),
        (b"eight", ("A && B", "D")),
        (b"ten", ("A && B", "!defined(CONFIG_C) && !(D)")),
        (b"twelve", ("A && B",)),
        (b"sixteen", ("!(A && B)",)),
        (b"int f;", ("!defined(E)",)),
        (b"int g;", ("defined(E)",)),
        (b"last", ()),
    ],
)
def test_every_line_has_what_is_around_it(word: bytes, expected: tuple[str, ...]) -> None:
    line = TEXT.count(b"\n", 0, TEXT.index(word)) + 1
    assert enclosing("a.h", TEXT, line) == expected


def test_what_is_no_line_stands_under_nothing() -> None:
    assert enclosing("a.h", TEXT, 0) == enclosing("a.h", TEXT, 99) == ()
