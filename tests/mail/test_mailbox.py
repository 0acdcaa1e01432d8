from __future__ import annotations

import gzip
import io
import lzma
import sys
from pathlib import Path

import pytest

from patchtool.mail import mailbox
from patchtool.mail.mailbox import MailError, RawMail, is_separator, load, single, split

GIT = b"From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"
RD = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
ONE = b"Subject: one\n\ntext\n"


@pytest.mark.parametrize(
    ("line", "separates"),
    [
        (GIT, True),
        (RD, True),
        (b"From a@example.org Sat Jan  3 01:05:34 1996\n", True),
        (b"From patchwork Thu Jan 16 06:45:23 2020\n", True),
        (b"From 0123456789abcdef0123456789abcdef01234567 Thu Jan 16 06:45:23 2020\n", True),
        (b"From a@example.org  Thu Jan 16 06:45:23 2020 +0000\n", True),
        (b"From here on 12:30 we wait\n", False),
        (b"From the start: no\n", False),
        (b">From mboxrd@z Thu Jan  1 00:00:00 1970\n", False),
        (b"From \n", False),
        (b"From a very long line that ends in:\n", False),
    ],
)
def test_separator(line, separates):
    assert is_separator(line) is separates


def test_split_keeps_places_and_bytes():
    data = b"\n\n" + GIT + ONE + b"\n" + GIT + b"Subject: two\r\n\r\n>From here\r\n"
    assert split(data, "s.mbox") == (
        RawMail("s.mbox", 3, GIT + ONE + b"\n"),
        RawMail("s.mbox", 8, GIT + b"Subject: two\n\n>From here\n"),
    )


def test_mboxrd_is_unescaped_once():
    data = RD + b"Subject: x\n\n>From here\n>>From there\n> From quoted\n"
    assert split(data, "s")[0].data == RD + b"Subject: x\n\nFrom here\n>From there\n> From quoted\n"


def test_a_bare_mail_is_one_mail():
    data = b"Subject: x\n\n" + RD + b"more"
    assert split(data, "s") == (RawMail("s", 1, data),)


def test_split_as_git_mailsplit_does(git, tmp_path):
    first = GIT + b"Subject: a\r\n\r\nFrom me to you\n>From x\n"
    data = first + b"From a Thu Jan  1 00:00:00 1970\nA: b\n\nno newline"
    (tmp_path / "out").mkdir()
    git("mailsplit", f"-o{tmp_path / 'out'}", data=data)
    theirs = [file.read_bytes() for file in sorted((tmp_path / "out").iterdir())]
    assert [mail.data for mail in split(data, "s")] == theirs
    assert len(theirs) == 2


def test_real_mailbox_as_git_mailsplit_splits_it(real, git, tmp_path):
    data = Path(real("v4-thread.mbox")).read_bytes()
    (tmp_path / "out").mkdir()
    git("mailsplit", "--mboxrd", f"-o{tmp_path / 'out'}", data=data)
    theirs = [file.read_bytes() for file in sorted((tmp_path / "out").iterdir())]
    assert [mail.data for mail in split(data, "s")] == theirs
    assert len(theirs) == 15


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "s: the file is empty"),
        (b" \n\n", "s: the file is empty"),
        (b"Subject: x\n\nab\0c\n", "s:3: not a mail: a NUL byte in it (hint: give an mbox or a mail)"),
        (
            b"hello world\n",
            (
                "s:1: not a mail: it begins with no header field"
                " (hint: give an mbox, a mail, or a file that git format-patch wrote)"
            ),
        ),
    ],
)
def test_junk_is_refused_in_one_line(data, message):
    with pytest.raises(MailError) as error:
        split(data, "s")
    assert str(error.value) == message


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_load_unpacks(tmp_path, pack):
    (tmp_path / "t.mbox.packed").write_bytes(pack(ONE))
    path = str(tmp_path / "t.mbox.packed")
    assert load(path) == (RawMail(path, 1, ONE),)


def test_load_refuses_damage_and_bombs(tmp_path, monkeypatch):
    path = tmp_path / "t.gz"
    path.write_bytes(gzip.compress(ONE)[:-9])
    with pytest.raises(MailError, match="the compressed data is damaged"):
        load(str(path))
    path.write_bytes(gzip.compress(ONE * 100_000))
    monkeypatch.setattr(mailbox, "SIZE_LIMIT", 1 << 20)
    with pytest.raises(MailError, match=r"t\.gz: more than 1 MiB of mail"):
        load(str(path))


def test_load_a_folder_by_name(tmp_path):
    for name in ("0002-b.patch", "0001-a.patch", "notes.txt", ".0003.patch"):
        (tmp_path / name).write_bytes(ONE)
    assert [Path(mail.source).name for mail in load(str(tmp_path))] == ["0001-a.patch", "0002-b.patch"]


def test_load_an_mh_folder_by_number(tmp_path):
    for name in ("10", "9", ".mh_sequences"):
        (tmp_path / name).write_bytes(ONE)
    assert [Path(mail.source).name for mail in load(str(tmp_path))] == ["9", "10"]


def test_load_a_maildir(tmp_path):
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "2.x:2,S").write_bytes(ONE)
    (tmp_path / "new" / "1.x").write_bytes(ONE)
    (tmp_path / "tmp" / "0.x").write_bytes(b"half")
    assert [Path(mail.source).name for mail in load(str(tmp_path))] == ["1.x", "2.x:2,S"]


def test_load_standard_input(monkeypatch):
    assert load("-", io.BytesIO(ONE)) == (RawMail("stdin", 1, ONE),)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ONE)))
    assert load("-") == (RawMail("stdin", 1, ONE),)


def test_load_says_what_is_not_there(tmp_path):
    with pytest.raises(MailError) as error:
        load(str(tmp_path / "nope.mbox"))
    assert str(error.value) == f"{tmp_path}/nope.mbox: no such file"
    with pytest.raises(MailError) as error:
        load(str(tmp_path))
    assert str(error.value) == (
        f"{tmp_path}: the folder holds no mails (hint: name files *.patch, *.eml or *.mbox)"
    )


def test_load_what_a_mail_program_saves(tmp_path):
    (tmp_path / "2.eml").write_bytes(ONE.replace(b"\n", b"\r\n"))
    assert load(str(tmp_path / "2.eml")) == (RawMail(str(tmp_path / "2.eml"), 1, ONE),)


def test_one_mail_of_an_archive():
    assert single(b"\0 anything\r\n\nat all", "id") == RawMail("id", 1, b"\0 anything\n\nat all")
