from __future__ import annotations

from patchtool.mail.lines import LineIndex
from patchtool.mail.mailbox import RawMail


def test_each_text_after_the_one_before():
    index = LineIndex(RawMail("s", 10, b"Subject: a\n\na\nb\n\na\n  c\n"))
    assert index.locate([b"a", b"", b"a", b"c", b"b"]) == ((12, 14, 15, 16, 0), 5)
    assert index.locate([b"a"], 3) == ((15,), 4)
    assert index.locate([b"Subject: a"]) == ((0,), 0)


def test_charsets_do_not_matter():
    index = LineIndex(RawMail("s", 1, b"A: b\n\nJ\xfcrgen <j@x>\n"))
    assert index.locate(["Jürgen <j@x>".encode()])[0] == (3,)


def test_quoted_printable_lines_stand_where_they_start():
    data = b"Content-Transfer-Encoding: quoted-printable\n\na long=\n er=3D\nnext\n"
    assert LineIndex(RawMail("s", 1, data)).locate([b"a long er=", b"next"])[0] == (3, 5)


def test_base64_has_no_lines():
    data = b"Content-Transfer-Encoding: base64\n\nYQo=\n"
    assert LineIndex(RawMail("s", 1, data)).locate([b"a", b"YQo="])[0] == (0, 0)
