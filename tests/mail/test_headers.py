from __future__ import annotations

import pytest

from patchtool.core.series import Person
from patchtool.mail.headers import decode_words, header_line, read_envelope, read_person


def test_fields_are_decoded_and_unfolded():
    data = (
        b"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: =?utf-8?q?M=C3=BCller=2C_Jan?= <j@example.org>\n"
        b"Subject: =?utf-8?b?W1BBVENIXQ==?=\n a\n  long one\nCc: J\xc3\xbcrgen <a@b>\n"
        b"References: <1@x>\n\t<2@x>\n\nbody\n"
    )
    envelope = read_envelope(data)
    assert envelope.fields == (
        ("from", "=?utf-8?q?M=C3=BCller=2C_Jan?= <j@example.org>"),
        ("subject", "[PATCH] a long one"),
        ("cc", "Jürgen <a@b>"),
        ("references", "<1@x> <2@x>"),
    )
    assert envelope.text == "body\n"
    assert envelope.ids("references") == ("1@x", "2@x")
    assert envelope.field("to") == ""
    assert read_person(envelope.field("from")) == Person("Müller, Jan", "j@example.org")


def test_what_cannot_be_decoded_is_kept():
    assert decode_words("=?nope?q?a?= b") == "=?nope?q?a?= b"
    assert decode_words("=?utf-8?q?a=FF?=") == "a�"
    assert read_envelope(b"Subject: \xff\n\nx").field("subject") == "�"


def test_text_of_encoded_parts():
    mixed = (
        b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n"
        b"\nJ=FCrg\n--b\n"
        b"Content-Type: text/plain; charset=made-up\n\nplain\n--b\n"
        b"Content-Type: application/octet-stream; name=a.patch\n"
        b"Content-Transfer-Encoding: base64\n\nZGlmZgo=\n--b--\n"
    )
    assert read_envelope(mixed).text == "Jürg\nplain\ndiff\n"


def test_header_line():
    data = b"From x\nTo: a\nsubject: b\n\nDate: c\n"
    assert (header_line(data, b"subject"), header_line(data, b"date")) == (3, 0)
    assert header_line(b"To: a", b"date") == 0


@pytest.mark.parametrize("charset", ["no-such", "x\0y", "idna", "hex", ""])
def test_a_charset_that_is_none(charset):
    data = f'Content-Type: text/plain; charset="{charset}"\n\ncaf\u00e9\n'.encode()
    assert read_envelope(data).text == "caf\u00e9\n"
