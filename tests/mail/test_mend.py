from __future__ import annotations

import gzip

import pytest

from patchtool.core.finding import Finding, Location, Mend, Severity
from patchtool.mail.mailbox import MailError
from patchtool.mail.mend import Change, Left, Mended, mend

HEAD = b"From: A <a@example.org>\nSubject: [PATCH] a\n"


def wanted(line: int, old: str, new: str, path: str = "s") -> Finding:
    return Finding("r", Severity.ERROR, Location(path, line), "m", "k", mend=Mend(old, new))


def test_one_line_and_not_a_byte_besides():
    data = HEAD + b"\nWhy. \xff\t\n\nAcked-by: B <b@c\r\nAcked-by: D <d@e\n---\nno newline"
    found = [
        wanted(7, "Acked-by: D <d@e", "Acked-by: D <d@e>"),
        wanted(6, "Acked-by: B <b@c", "Acked-by: B <b@c>"),
    ]
    assert mend(data, "s", found) == Mended(
        HEAD + b"\nWhy. \xff\t\n\nAcked-by: B <b@c>\r\nAcked-by: D <d@e>\n---\nno newline",
        (
            Change("s", 6, ("Acked-by: B <b@c",), "Acked-by: B <b@c>"),
            Change("s", 7, ("Acked-by: D <d@e",), "Acked-by: D <d@e>"),
        ),
        (),
    )


def test_a_wrapped_line_becomes_one():
    data = HEAD + b'\nFixes: 123456789abc ("a\n title")\nCc: B <b@c\n'
    found = [
        wanted(4, 'Fixes: 123456789abc ("a title")', 'Fixes: 123456789abc ("a title")'),
        wanted(6, "Cc: B <b@c", "Cc: B <b@c>"),
    ]
    mended = mend(data, "s", found)
    assert mended.data == HEAD + b'\nFixes: 123456789abc ("a title")\nCc: B <b@c>\n'
    assert [change.old for change in mended.changes] == [
        ('Fixes: 123456789abc ("a', ' title")'),
        ("Cc: B <b@c",),
    ]


def test_a_line_is_changed_once():
    data = HEAD + b"\nCc: B <b@c\n"
    found = [wanted(4, "Cc: B <b@c", "Cc: B <b@c>"), wanted(4, "Cc: B <b@c", "Cc: other")]
    assert mend(data, "s", found).data == HEAD + b"\nCc: B <b@c>\n"


@pytest.mark.parametrize("encoding", [b"base64", b"Quoted-Printable"])
def test_encoded_mails_are_left_and_said(encoding):
    encoded = HEAD + b"Content-Transfer-Encoding: " + encoding + b"\n\nCc: B <b@c\n"
    plain = HEAD + b"\nCc: B <b@c\n"
    separator = b"From git@z Thu Jan  1 00:00:00 1970\n"
    data = separator + encoded + separator + plain
    found = [wanted(6, "Cc: B <b@c", "Cc: B <b@c>"), wanted(11, "Cc: B <b@c", "Cc: B <b@c>")]
    assert mend(data, "s", found) == Mended(
        separator + encoded + separator + HEAD + b"\nCc: B <b@c>\n",
        (Change("s", 11, ("Cc: B <b@c",), "Cc: B <b@c>"),),
        (Left("s", 6, "Cc: B <b@c", "the mail is encoded"),),
    )


def test_what_is_not_there_and_what_is_not_asked():
    data = HEAD + b"\nWhy.\n"
    other = Finding("r", Severity.ERROR, Location("s", 4), "m", "k")
    found = [
        wanted(4, "Cc: B", "Cc: C"),
        wanted(4, "Why.", "x", path="t"),
        other,
        wanted(0, "Cc: D", "Cc: E"),
    ]
    assert mend(data, "s", found) == Mended(
        data,
        (),
        (
            Left("s", 0, "Cc: D", "the mail is encoded"),
            Left("s", 4, "Cc: B", "the line was not found as it was read"),
        ),
    )


def test_a_compressed_mailbox_is_refused():
    with pytest.raises(MailError, match="a compressed mailbox is not mended"):
        mend(gzip.compress(HEAD), "s.gz", [])
