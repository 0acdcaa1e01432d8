"""Awkward mails: what people and their mail programs send."""

from __future__ import annotations

import base64
import quopri

DIFF = b"""diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1,3 +1,3 @@
 one
-two
+deux
 three
"""
HEAD = b"""From: A Developer <a@example.org>
Date: Thu, 16 Jan 2020 12:15:22 +0530
Subject: [PATCH] mm: change
"""
BODY = b"Why.\n\nSigned-off-by: A <a@example.org>\n---\n a.c | 2 +-\n\n"
TAIL = b"-- \n2.24.1\n\n"


def mail(*, head: bytes = HEAD, extra: bytes = b"", body: bytes = BODY, diff: bytes = DIFF) -> bytes:
    return head + extra + b"\n" + body + diff + TAIL


def field(name: bytes, value: bytes) -> bytes:
    """The usual header with one field changed, or left out for an empty value."""
    kept = [line for line in HEAD.splitlines(keepends=True) if not line.startswith(name + b":")]
    return b"".join(kept) + (b"%s: %s\n" % (name, value) if value else b"")


def named(name: bytes, hunks: bytes) -> bytes:
    """A file's diff."""
    return b"diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n%s" % (name, name, name, name, hunks)


def encoded(how: str, data: bytes) -> bytes:
    return quopri.encodestring(data) if how == "quoted-printable" else base64.encodebytes(data)


def transfer(how: str, *, charset: str = "utf-8", content: bytes = BODY + DIFF) -> bytes:
    extra = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {how}\n".encode()
    return HEAD + extra + b"\n" + encoded(how, content)


def multipart(kind: str, *parts: bytes) -> bytes:
    head = HEAD + f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="=-x"\n\n'.encode()
    return head + b"preamble\n" + b"".join(b"--=-x\n" + part for part in parts) + b"--=-x--\n"


CRLF_HUNK = b"@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\r\n"
BINARY = b"""diff --git a/bin b/bin
new file mode 100644
index 0000000000000000000000000000000000000000..2ba219bec224c94416e6484e38cc23247b2ceaba
GIT binary patch
literal 4
LcmZQzWa0t<02KfZ

literal 0
HcmV?d00001

"""
PLAIN = b"Content-Type: text/plain\n\n"
ATTACHED = b'Content-Type: text/x-patch; name="0001.patch"\nContent-Disposition: attachment\n\n'

MAILS = {
    "plain": mail(),
    "crlf": mail().replace(b"\n", b"\r\n"),
    "no date": mail(head=field(b"Date", b"")),
    "a date that is none": mail(head=field(b"Date", b"some day")),
    "a date without a zone": mail(head=field(b"Date", b"Thu, 16 Jan 2020 12:15:22")),
    "a date of two digits": mail(head=field(b"Date", b"16 Jan 20 12:15:22 +0530")),
    "a date with a zone's name": mail(head=field(b"Date", b"Thu, 16 Jan 2020 12:15:22 EST")),
    "an ISO date": mail(head=field(b"Date", b"2020-01-16 12:15:22 +0530")),
    "the 32nd": mail(head=field(b"Date", b"Thu, 32 Jan 2020 12:15:22 +0530")),
    "no such month": mail(head=field(b"Date", b"Thu, 16 Xxx 2020 12:15:22 +0530")),
    "25 o'clock": mail(head=field(b"Date", b"Thu, 16 Jan 2020 25:15:22 +0530")),
    "a zone of +9999": mail(head=field(b"Date", b"Thu, 16 Jan 2020 12:15:22 +9999")),
    "no subject": mail(head=field(b"Subject", b"")),
    "no from": mail(head=field(b"From", b"")),
    "reply": mail(head=field(b"Subject", b"Re: [PATCH] mm: change")),
    "two brackets": mail(head=field(b"Subject", b"[PATCH v2 1/2] [media] mm: [x] change")),
    "no brackets": mail(head=field(b"Subject", b"mm: change")),
    "folded subject": mail(head=field(b"Subject", b"[PATCH] mm: a long\n change of\n\tmany words")),
    "encoded subject": mail(
        head=field(b"Subject", b"=?utf-8?q?=5BPATCH=5D_=C3=BCber?=\n =?utf-8?b?IG1tOiB4?=")
    ),
    "subject of a charset unknown": mail(head=field(b"Subject", b"=?x-no?q?=5BPATCH=5D_a?=")),
    "latin-1 subject": mail(head=field(b"Subject", b"=?iso-8859-1?q?=5BPATCH=5D_caf=E9?=")),
    "raw utf-8 header": mail(head=field(b"From", "J\u00fcrgen Groß <j@example.org>".encode())),
    "raw latin-1 header": mail(head=field(b"From", b"J\xfcrgen <j@example.org>")),
    "quoted name": mail(head=field(b"From", b'"Doe, John" <j@example.org>')),
    "name with a dot at its end": mail(head=field(b"From", b"John Doe Jr. <j@example.org>")),
    "quoted name in single quotes": mail(head=field(b"From", b"\"'John Doe'\" <j@example.org>")),
    "name in a comment": mail(head=field(b"From", b"j@example.org (John Doe)")),
    "address alone": mail(head=field(b"From", b"j@example.org")),
    "address in brackets alone": mail(head=field(b"From", b"<j@example.org>")),
    "encoded name with a comma": mail(head=field(b"From", b"=?utf-8?q?Doe=2C_J=C3=BCrgen?= <j@example.org>")),
    "long name": mail(head=field(b"From", b"A" * 70 + b" <j@example.org>")),
    "in-body from": mail(body=b"From: B <b@example.org>\n\n" + BODY),
    "in-body headers": mail(
        body=b"From: B <b@example.org>\nSubject: [PATCH] other: x\nDate: Fri, 1 Jan 2021 00:00:00 +0000\n\n"
        + BODY
    ),
    "in-body header folded": mail(body=b"Subject: [PATCH] other:\n words\n\n" + BODY),
    "blank lines and an in-body from": mail(body=b"\n\n  \nFrom: B <b@example.org>\n\n" + BODY),
    "in-body from after text": mail(body=b"Hello.\n\nFrom: B <b@example.org>\n\n" + BODY),
    "in-body from quoted by an mbox": mail(body=b">From: B <b@example.org>\n\n" + BODY),
    "an in-body header git does not know": mail(body=b"Cc: B <b@example.org>\n\n" + BODY),
    "[PATCH] line first in the body": mail(body=b"[PATCH] other: subject\n\n" + BODY),
    "scissors": mail(body=b"Chatter.\n\n-- >8 --\nSubject: [PATCH] x: y\n\n" + BODY),
    "three dashes first": mail(body=b"Why.\n---\nchatter\n---\n a.c | 2 +-\n\n"),
    "three dashes and words": mail(body=b"Why.\n\n--- a line\nMore.\n---\n\n"),
    "four dashes": mail(body=b"Why.\n----\nMore.\n---\n\n"),
    "dashes with blanks behind": mail(body=b"Why.\n---  \nchatter\n"),
    "no dashes": mail(body=b"Why.\n\n"),
    "no message": mail(body=b"---\n\n"),
    "diff in the message, indented": mail(
        body=b"Why:\n\n  diff --git a/a.c b/a.c\n  --- a/a.c\n\nMore.\n---\n\n"
    ),
    "diff in the message": mail(body=b"Why:\n\ndiff --git a/q b/q\n\nMore.\n---\n\n"),
    "--- file in the message": mail(body=b"Why:\n\n--- a/q\n+++ b/q\n\nMore.\n---\n\n"),
    "Index: in the message": mail(body=b"Why:\n\nIndex: a.c\nMore.\n---\n\n"),
    "lines with # and blanks": mail(body=b"# no comment\n\n\n\n  Why.   \n\t\n#\n---\n\n"),
    "From in the message": mail(body=b"From here on\n\n>From there\n---\n\n"),
    "latin-1 body": mail(extra=b"Content-Type: text/plain; charset=iso-8859-1\n", body=b"caf\xe9\n" + BODY),
    "utf-8 body that says latin-1": mail(
        extra=b"Content-Type: text/plain; charset=iso-8859-1\n", body="ü\n---\n".encode()
    ),
    "windows-1252": mail(
        extra=b'Content-Type: text/plain; charset="windows-1252"\n', body=b"\x93x\x94\n---\n"
    ),
    "iso-2022-jp": mail(
        extra=b"Content-Type: text/plain; charset=iso-2022-jp\n", body=b'\x1b$B$"\x1b(B\n---\n'
    ),
    "gb18030": mail(extra=b"Content-Type: text/plain; charset=gb18030\n", body=b"\xc4\xe3\n---\n"),
    "8 bits without a charset": mail(body=b"caf\xe9\n---\n"),
    "charset unknown": mail(extra=b"Content-Type: text/plain; charset=x-no\n", body=b"caf\xe9\n---\n"),
    "charset y": mail(extra=b"Content-Type: text/plain; charset=y\n"),
    "format=flowed": mail(
        extra=b"Content-Type: text/plain; charset=utf-8; format=flowed\n", body=b"Why \nflows.\n---\n"
    ),
    "format=flowed, stuffed": mail(
        extra=b"Content-Type: text/plain; format=flowed\n", diff=DIFF.replace(b"\n one", b"\n  one")
    ),
    "blanks at line ends lost": mail(diff=DIFF.replace(b" three\n", b"three\n")),
    "quoted-printable": transfer("quoted-printable"),
    "quoted-printable, latin-1": transfer(
        "quoted-printable", charset="iso-8859-1", content=b"caf\xe9\n" + BODY + DIFF
    ),
    "quoted-printable CRs": transfer("quoted-printable", content=(BODY + DIFF).replace(b"\n", b"\r\n")),
    "base64": transfer("base64"),
    "base64 CRs": transfer("base64", content=(BODY + DIFF).replace(b"\n", b"\r\n")),
    "base64, in-body from": transfer("base64", content=b"From: B <b@example.org>\n\n" + BODY + DIFF),
    "base64 cut off": transfer("base64")[:-30],
    "8bit": mail(extra=b"Content-Transfer-Encoding: 8bit\n", body="ü\n---\n".encode()),
    "an encoding unknown": mail(extra=b"Content-Transfer-Encoding: x-uuencode\n"),
    "patch attached": multipart("mixed", PLAIN + b"Why.\n\n", ATTACHED + DIFF),
    "patch attached in base64": multipart(
        "mixed",
        PLAIN + b"Why.\n\n",
        b"Content-Type: text/x-patch\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(DIFF),
    ),
    "patch attached, application": multipart(
        "mixed", PLAIN + b"Why.\n\n", b"Content-Type: application/octet-stream\n\n" + DIFF
    ),
    "format-patch file attached": multipart("mixed", PLAIN + b"See.\n\n", ATTACHED + mail()),
    "signed": multipart("signed", PLAIN + BODY + DIFF, b"Content-Type: application/pgp-signature\n\nxx\n"),
    "html beside": multipart("alternative", PLAIN + BODY + DIFF, b"Content-Type: text/html\n\n<p>no</p>\n"),
    "list footer part": multipart("mixed", PLAIN + BODY + DIFF, PLAIN + b"___\nlist mailing list\n"),
    "boundary never closed": multipart("mixed", PLAIN + BODY + DIFF)[:-8],
    "no boundary": mail(extra=b"Content-Type: multipart/mixed\n"),
    "html only": mail(extra=b"Content-Type: text/html\n"),
    "new file": mail(
        diff=b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"
    ),
    "new empty file": mail(diff=b"diff --git a/n b/n\nnew file mode 100644\nindex 0000000..e69de29\n"),
    "deleted": mail(
        diff=b"diff --git a/no-newline b/no-newline\ndeleted file mode 100644\n"
        b"--- a/no-newline\n+++ /dev/null\n"
        b"@@ -1,2 +0,0 @@\n-first\n-last\n\\ No newline at end of file\n"
    ),
    "newline added at the end": mail(
        diff=b"diff --git a/no-newline b/no-newline\n--- a/no-newline\n+++ b/no-newline\n"
        b"@@ -1,2 +1,2 @@\n first\n-last\n\\ No newline at end of file\n+last\n"
    ),
    "newline added, in German": mail(
        diff=named(
            b"no-newline", b"@@ -1,2 +1,2 @@\n first\n-last\n\\ Kein Zeilenumbruch am Dateiende.\n+last\n"
        )
    ),
    "newline added, in few words": mail(
        diff=named(b"no-newline", b"@@ -1,2 +1,2 @@\n first\n-last\n\\ Nein\n+last\n")
    ),
    "words about no newline between hunks": mail(
        diff=named(
            b"a.c", b"@@ -1,2 +1,2 @@\n-one\n+un\n two\n\\ No newline\n@@ -4,2 +4,2 @@\n-four\n+vier\n five\n"
        )
    ),
    "renamed": mail(diff=b"diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\n"),
    "renamed and changed": mail(
        diff=b"diff --git a/a.c b/b.c\nsimilarity index 80%\nrename from a.c\nrename to b.c\n"
        + DIFF.partition(b"\n")[2].replace(b"+++ b/a.c", b"+++ b/b.c")
    ),
    "copied": mail(diff=b"diff --git a/a.c b/b.c\nsimilarity index 100%\ncopy from a.c\ncopy to b.c\n"),
    "mode": mail(diff=b"diff --git a/a.c b/a.c\nold mode 100644\nnew mode 100755\n"),
    "name with a blank": mail(
        diff=b"diff --git a/name with blank b/name with blank\n"
        b"--- a/name with blank\t\n+++ b/name with blank\t\n"
        b"@@ -1 +1 @@\n-x\n+y\n"
    ),
    "binary": mail(diff=BINARY),
    "binary, damaged": mail(diff=BINARY.replace(b"Lc", b"Kc")),
    "binary files differ": mail(
        diff=b"diff --git a/blob b/blob\nindex c86626638e0bc8cf47ca49bb1525b40e9737ee64..1111111 100644\n"
        b"Binary files a/blob and b/blob differ\n"
    ),
    "no git header": mail(diff=DIFF.partition(b"\n")[2]),
    "latin-1 file": mail(diff=named(b"latin", b"@@ -1,2 +1,2 @@\n caf\xe9\n-plain\n+simple\n")),
    "crlf file, plain mail": mail(diff=named(b"crlf.txt", CRLF_HUNK)),
    "crlf file, base64": transfer("base64", content=BODY + named(b"crlf.txt", CRLF_HUNK)),
    "combined diff": mail(
        diff=b"diff --cc a.c\nindex 1,2..3\n--- a/a.c\n+++ b/a.c\n@@@ -1 -1 +1 @@@\n  one\n"
    ),
    "offset": mail(diff=DIFF.replace(b"@@ -1,3 +1,3 @@", b"@@ -2,3 +2,3 @@")),
    "hunk too short": mail(diff=DIFF.replace(b"-1,3 +1,3", b"-1,30 +1,30")),
    "context that is not there": mail(diff=DIFF.replace(b" one", b" eins")),
    "hunk without a file": mail(diff=b"@@ -1 +1 @@\n-one\n+eins\n"),
    "a file twice": mail(diff=DIFF + DIFF.replace(b"-two\n+deux", b"-deux\n+zwei")),
    "text between files": mail(diff=DIFF + b"some words\n\n" + DIFF.replace(b"-two\n+deux", b"-deux\n+zwei")),
    "outside of the tree": mail(diff=DIFF.replace(b"/a.c", b"/../a.c")),
    "no diff": mail(diff=b""),
    "blank context lines stripped": mail(
        diff=b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+x\n+\n"
    ),
}
