from __future__ import annotations

import pytest

from patchtool.core.series import Patch, Person, Trailer
from patchtool.mail.diff import parse_diff
from patchtool.mail.mailbox import MailError, RawMail
from patchtool.mail.message import read_message
from patchtool.mail.patch import read_patch


def test_whole_record(mail, diff):
    data = mail("[PATCH v2 1/2] mm: a", extra="Cc: B <b@example.org>\nMessage-Id: <1@x>\nX-Other: no\n")
    patch = read_patch(read_message(RawMail("s", 101, data)), 1, 2)
    assert patch == Patch(
        n=1,
        total=2,
        subject="mm: a",
        prefix="PATCH v2 1/2",
        author=Person("A Developer", "a@example.org"),
        sender=Person("A Developer", "a@example.org"),
        date="Thu, 16 Jan 2020 12:15:22 +0530",
        message="Why.\n\nSigned-off-by: A <a@example.org>",
        trailers=(Trailer("Signed-off-by", "A <a@example.org>", 110),),
        files=parse_diff(diff, "s", tuple(range(114, 125))),
        diff=diff,
        source="s",
        line=101,
        subject_line=103,
        message_id="1@x",
        headers=(("date", "Thu, 16 Jan 2020 12:15:22 +0530"), ("cc", "B <b@example.org>")),
        message_lines=(108, 109, 110),
        notes=" mm/gather.c | 2 +-\n\n",
        notes_lines=(112, 113),
    )
    assert patch.files[0].hunks[0].at == 118


def test_author_of_an_in_body_from(mail):
    data = mail("[PATCH] mm: a", body="From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\n\nWhy.")
    patch = read_patch(read_message(RawMail("s", 1, data)), 1, 1)
    assert patch is not None
    assert (patch.author, patch.sender.email) == (Person("Jürgen", "j@example.org"), "a@example.org")
    assert (patch.message, patch.message_lines) == ("Why.", (7,))


def test_a_diff_that_is_none(mail):
    data = mail("[PATCH] mm: a", patch=b"diff --git a/x b/x\nno more\n")
    assert read_patch(read_message(RawMail("s", 1, data)), 1, 1) is None


def test_the_place_of_a_corrupt_hunk(mail, diff):
    data = mail("[PATCH] mm: a", patch=diff.replace(b"@@ -1,3", b"@@ -1,9"))
    with pytest.raises(MailError) as error:
        read_patch(read_message(RawMail("s", 101, data)), 1, 1)
    # The signature's "-- " stands for one more removed line; then the mail is over.
    assert (error.value.at, error.value.message) == ("s:115", "the hunk ends before its announced length")
