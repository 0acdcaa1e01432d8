"""A byte stands in what the whole file's reading says, however little of the file was read."""

from __future__ import annotations

import random

import pytest

from patchtool.core.tree import UseKind
from patchtool.csource.standing import standing
from patchtool.csource.words import spans

AWKWARD = rb"""/* one */ a /* two
 b * / "c" // d
*/ e "/* f" g '"' h
// i /* j
k "*/" l
#error it's /* m
n /*/ o */ p */* q */ r
"s\" /* t" u
// v \
w /* x
y /* z
 */* A
 B */
#define C "D \
E" /* F
G"""


def by_the_whole(path: str, data: bytes, at: int) -> UseKind:
    return next((kind for start, end, kind in spans(path, data) if start <= at < end), UseKind.CODE)


@pytest.mark.parametrize("path", ["mm/a.c", "arch/arm/kernel/head.S", "arch/x86/entry/entry.S"])
def test_every_byte_of_an_awkward_file(path: str) -> None:
    for at in range(len(AWKWARD)):
        assert standing(path, AWKWARD, at) is by_the_whole(path, AWKWARD, at), (at, AWKWARD[at - 5 : at + 5])


def test_files_made_of_what_is_awkward() -> None:
    pieces = [
        b"/*",
        b"*/",
        b"//",
        b'"',
        b"'",
        b"\\",
        b"\\\n",
        b"\n",
        b"\n",
        b" X ",
        b"/",
        b"*",
        b"#error ",
        b"\r\n",
    ]
    dice = random.Random(5)
    seen = set()
    for _ in range(400):
        data = b"".join(dice.choices(pieces, k=40))
        for at in range(len(data)):
            if data[at : at + 1] == b"X":
                expected = by_the_whole("mm/a.c", data, at)
                assert standing("mm/a.c", data, at) is expected, (data, at)
                seen.add(expected)
    assert seen == {UseKind.CODE, UseKind.COMMENT, UseKind.STRING}
