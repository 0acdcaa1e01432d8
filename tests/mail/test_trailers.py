from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patchtool.core.series import Trailer
from patchtool.mail.series import read_series
from patchtool.mail.trailers import parse_trailers, trailer_block

WRITTEN = [
    "",
    "Why.",
    "Why.\n\nSigned-off-by: A <a@b>",
    "Signed-off-by: A <a@b>",
    "Why.\n\nA: b\nC: d",
    "Why.\n\nA: b\nno trailer",
    "Why.\n\nSigned-off-by: A\n[ what changed ]\nmore\nand more",
    "Why.\n\nSigned-off-by: A\none\ntwo\nthree\nfour",
    "Why.\n\n(cherry picked from commit 1234)\none\ntwo\nthree",
    "Why.\n\nCc: stable@vger.kernel.org\n\nSigned-off-by: A <a@b>",
    'Why.\n\nFixes: 123456789abc ("a very\n long title")\n\tgoes on\nCc: x',
    "Why.\n\n  indented: yes\nA: b",
    "Why.\n\n# comment\nA: b\n# another\n\n# last",
    "Why.\n\nSigned-off by: A\nA : b\nA b: c\n: d",
    "Why.\n\nA: b\n---\nC: d",
    "Why.\n\nA: b\n---",
    "Why.\n\nA: b\n\nConflicts:\n\tx.c\n\ty.c",
    "Why.\n\nA: b\nConflicts:\n\tx.c\nno",
    "Why.\n\nLink: http://x\nA:b\nÜ: c\nSigned-off-by: A",
    "Why.\n\nA: b\n \t\nC: d",
    "Why.\n\nA: b\n\x0cC: d",
    "Why.\n\ntext\n continued\nSigned-off-by: A\nB: c",
]


def by_git(git, subject: str, message: str) -> list[str]:
    # Without a subject a commit's first paragraph is its title.
    text = f"{subject}\n\n{message}\n".lstrip("\n").encode("utf-8", "surrogateescape")
    out = git("interpret-trailers", "--parse", data=text)
    return out.decode("utf-8", "surrogateescape").split("\n")[:-1]


def by_us(subject: str, message: str) -> list[str]:
    return [f"{trailer.key}: {trailer.value}" for trailer in parse_trailers(subject, message)]


@pytest.mark.parametrize("message", WRITTEN)
@pytest.mark.parametrize("subject", ["mm: a", "A: b", ""])
def test_written_blocks_as_git_finds_them(git, subject, message):
    assert by_us(subject, message) == by_git(git, subject, message)


PIECES = [
    "Signed-off-by: A",
    "(cherry picked from commit 1)",
    "A: b",
    "text",
    " more",
    "",
    "",
    "#c",
    "B :c",
    "\tt",
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(lines=st.lists(st.sampled_from(PIECES), max_size=12))
def test_made_up_blocks_as_git_finds_them(git_once, lines):
    message = "\n".join(lines)
    assert by_us("mm: a", message) == by_git(git_once, "mm: a", message)


@pytest.mark.parametrize("name", ["v4.mbox", "stable-4.19.mbox"])
def test_real_blocks_as_git_finds_them(real, git, name):
    patches = read_series(real(name)).patches
    assert len(patches) in (6, 9)
    for patch in patches:
        theirs = by_git(git, patch.subject, patch.message)
        assert [f"{trailer.key}: {trailer.value}" for trailer in patch.trailers] == theirs


def test_lines_of_the_input():
    message = "Why.\n\nA: b\n c\nD: e"
    assert parse_trailers("mm: a", message, (11, 12, 13, 14, 15)) == (
        Trailer("A", "b c", 13),
        Trailer("D", "e", 15),
    )
    assert trailer_block("mm: a", message) == range(2, 5)
    assert trailer_block("mm: a", "Why.") == range(0)
