from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patchtool.core.series import Person
from patchtool.mail.compose import OutgoingPatch, compose, file_name, mbox
from patchtool.mail.mailbox import MailError, RawMail, split
from patchtool.mail.message import read_message
from patchtool.mail.patch import read_patch
from patchtool.mail.series import read_series

SENDER = Person("A Backporter", "back@example.org")
AUTHOR = Person("Müller, Jürgen (X) K.V", "j@example.org")
DATE = "Thu, 16 Jan 2020 12:15:22 +0530"


@pytest.fixture
def outgoing(diff) -> OutgoingPatch:
    return OutgoingPatch(
        sender=SENDER,
        author=AUTHOR,
        date=DATE,
        prefix="PATCH 5.4.y 1/2",
        subject="mm: a",
        body="[ Upstream commit 0123 ]\n\nÜber.\n\nSigned-off-by: A <a@example.org>",
        diff=diff,
        notes=" mm/gather.c | 2 +-",
        to=(Person("", "stable@vger.kernel.org"),),
        cc=(AUTHOR,),
    )


def back(data: bytes):
    patch = read_patch(read_message(RawMail("s", 1, data)), 1, 1)
    assert patch is not None
    return patch


def test_whole_mail(outgoing, diff):
    head = """From: A Backporter <back@example.org>
To: stable@vger.kernel.org
Cc: =?utf-8?b?TcO8bGxlciwgSsO8cmdlbiAoWCkgSy5W?= <j@example.org>
Date: Thu, 16 Jan 2020 12:15:22 +0530
Subject: [PATCH 5.4.y 1/2] mm: a
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

From: =?utf-8?b?TcO8bGxlciwgSsO8cmdlbiAoWCkgSy5W?= <j@example.org>

[ Upstream commit 0123 ]

Über.

Signed-off-by: A <a@example.org>
---
 mm/gather.c | 2 +-

"""
    assert compose(outgoing) == head.encode() + diff + b"-- \npatchtool\n"


def test_round_trip(outgoing, diff):
    patch = back(compose(outgoing))
    assert (patch.author, patch.sender, patch.date) == (AUTHOR, SENDER, DATE)
    assert (patch.subject, patch.prefix) == (outgoing.subject, outgoing.prefix)
    assert (patch.message, patch.diff) == (outgoing.body, diff)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", "From the start\n\nFrom here Mon Sep 17 00:00:00 2001\n>From there"),
        ("body", "From: Not Me <n@example.org>\n\nWhy."),
        ("body", "Subject: not this"),
        ("body", "a" * 1200 + " =3D"),
        ("body", ""),
        ("subject", "mm: über " + "long " * 30 + "subject"),
        ("subject", "mm: =?utf-8?q?a?="),
        ("author", SENDER),
        ("author", Person('A "Q" B', "a@example.org")),
        ("diff", b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+\xff\t \r\n"),
    ],
)
def test_round_trip_of_what_mail_would_change(outgoing, field, value):
    mail = replace(outgoing, **{field: value})
    (patch,) = [back(part.data) for part in split(mbox([compose(mail)]), "s")]
    wanted = value.strip() if isinstance(value, str) else value
    held = {"body": patch.message, "subject": patch.subject, "author": patch.author, "diff": patch.diff}
    assert held[field] == wanted


TEXT = st.text(st.sampled_from("aF=? \r\tü€\u2028.>"), max_size=30)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(lines=st.lists(st.tuples(st.sampled_from("+- "), TEXT), min_size=1, max_size=6))
def test_any_diff_comes_back(lines):
    old = sum(tag != "+" for tag, _ in lines)
    new = sum(tag != "-" for tag, _ in lines)
    body = "".join(f"{tag}{text}\n" for tag, text in lines)
    diff = f"--- a/x\n+++ b/x\n@@ -1,{old} +1,{new} @@\n{body}".encode()
    mail = OutgoingPatch(
        sender=SENDER, author=SENDER, date=DATE, prefix="PATCH", subject="a", body="b", diff=diff
    )
    assert back(compose(mail)).diff == diff


def test_the_mbox_is_one_series(outgoing, tmp_path):
    second = replace(outgoing, prefix="PATCH 5.4.y 2/2", subject="mm: b", body="From me.\n\nMore.")
    path = tmp_path / "out.mbox"
    path.write_bytes(mbox([compose(outgoing), compose(second)]))
    series = read_series(str(path))
    assert (series.total, series.missing, series.notes) == (2, (), ())
    assert [(p.name, p.subject, p.message) for p in series.patches] == [
        ("1/2", "mm: a", outgoing.body),
        ("2/2", "mm: b", "From me.\n\nMore."),
    ]
    assert mbox([]) == b""


def test_git_am_takes_it(outgoing, git, tmp_path):
    repo = tmp_path / "repo"
    (repo / "mm").mkdir(parents=True)
    (repo / "mm" / "gather.c").write_text("one\ntwo\nthree\n")
    git("init", "-q", cwd=repo)
    git("add", ".", cwd=repo)
    git("commit", "-qm", "base", cwd=repo)
    second = replace(
        outgoing,
        subject="mm: über",
        body="From the start.\n\nFrom here Mon Sep 17 00:00:00 2001",
        diff=outgoing.diff.replace(b"deux", b"drei").replace(b"two", b"deux"),
    )
    git("am", "-q", cwd=repo, data=mbox([compose(outgoing), compose(second)]))
    log = git("log", "-2", "--reverse", "--format=%an|%ae|%aI|%B", cwd=repo).decode()
    who = f"{AUTHOR.name}|{AUTHOR.email}|2020-01-16T12:15:22+05:30"
    assert log == f"{who}|mm: a\n\n{outgoing.body}\n\n{who}|mm: über\n\n{second.body}\n\n"
    assert (repo / "mm" / "gather.c").read_text() == "one\ndrei\nthree\n"


@pytest.mark.parametrize("line", ["---", "--- a/x", "diff --git a/x b/x", "Index: x"])
def test_a_message_that_git_would_cut(outgoing, line):
    with pytest.raises(MailError) as error:
        compose(replace(outgoing, body=f"Why.\n{line}\nmore"))
    assert str(error.value) == (
        f"git would take this line of the message for the patch: {line!r} (hint: indent the line)"
    )


@pytest.mark.parametrize(
    "person",
    [Person("A", "a@b\nBcc: x@y"), Person("A\nBcc: x", "a@b"), Person("A", "a b@c"), Person("A", "ü@b")],
)
def test_no_header_is_smuggled_in(outgoing, person):
    for field in ("sender", "author"):
        with pytest.raises(MailError):
            compose(replace(outgoing, **{field: person}))


def test_a_subject_stays_one_header(outgoing):
    head = compose(replace(outgoing, subject="a\nBcc: x@example.org")).partition(b"\n\n")[0]
    assert b"\nBcc" not in head
    assert b"\nBcc" not in compose(replace(outgoing, date="x\nBcc: y")).partition(b"\n\n")[0]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("mm/mmu_gather: Invalidate TLB correctly", "0003-mm-mmu_gather-Invalidate-TLB-correctly.patch"),
        ("../../etc: x", "0003-etc-x.patch"),
        ("x" * 80, f"0003-{'x' * 52}.patch"),
    ],
)
def test_file_name(subject, name):
    assert file_name(3, subject) == name
