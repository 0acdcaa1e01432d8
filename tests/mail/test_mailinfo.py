from __future__ import annotations

import pytest

from patchtool.core.series import Person
from patchtool.mail.mailbox import MailError, RawMail
from patchtool.mail.mailinfo import MailInfo, run_mailinfo, strip_space


def test_as_git_am_reads_it():
    data = (
        b"From: Sender <s@example.org>\nSubject: =?utf-8?q?=5BPATCH_1/2=5D_mm=3A_=C3=BCber?=\n"
        b"Date: Thu, 16 Jan 2020 12:15:22 +0530\nContent-Type: text/plain; charset=iso-8859-1\n\n"
        b"From: Author <j@example.org>\nDate: Fri, 17 Jan 2020 00:00:00 +0000\n"
        b"\nJ\xfcrgen says.  \n\n\nMore.\n\n"
        b"---\n x | 1 +\n\n"
        b"diff --git a/x b/x\n"
    )
    assert run_mailinfo(RawMail("s", 1, data)) == MailInfo(
        author=Person("Author", "j@example.org"),
        subject="mm: über",
        date="Fri, 17 Jan 2020 00:00:00 +0000",
        message="Jürgen says.\n\nMore.",
        patch=b"---\n x | 1 +\n\ndiff --git a/x b/x\n",
    )


def test_nobodys_configuration_counts(tmp_path, monkeypatch):
    (tmp_path / ".gitconfig").write_text("[mailinfo]\n\tscissors = true\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    data = b"From: A <a@b>\nSubject: [PATCH] a\n\nabove\n-- >8 --\nbelow\n---\n"
    assert run_mailinfo(RawMail("s", 1, data)).message == "above\n-- >8 --\nbelow"


def test_without_git_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MailError) as error:
        run_mailinfo(RawMail("s", 1, b"Subject: a\n\n"))
    assert str(error.value) == (
        "git is not installed (hint: install git: mails are read as `git am` reads them)"
    )


def test_a_mail_that_git_refuses():
    with pytest.raises(MailError, match=r"s:7: git mailinfo: .+"):
        run_mailinfo(RawMail("s", 7, b""))


@pytest.mark.parametrize("text", ["", "\n \n", "a", "\n\na \t\n\n\n\nb\f\n", "a\n\n b\n\n\n"])
def test_strip_space_as_git_does(git, text):
    assert strip_space(text) == git("stripspace", data=text.encode()).decode().removesuffix("\n")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("Subject: a", "s:3: the mail names no author, so git am refuses it (hint: give it a From field)"),
        (
            "From: A <a@b>\nDate: some day",
            "s:3: git am takes no such date: 'some day' (hint: mend the Date field)",
        ),
    ],
)
def test_what_git_am_would_refuse(head, message):
    with pytest.raises(MailError) as error:
        run_mailinfo(RawMail("s", 3, f"{head}\n\ntext\n---\n".encode()))
    assert str(error.value) == message


def test_what_git_commits():
    head = b"From: J\xfcrgen Doe Jr. <j@example.org>\nSubject: caf\xe9\nDate: 2020-01-16 12:15:22\n"
    info = run_mailinfo(RawMail("s", 1, head + b"\n\xe9t\xc3\xa9\n---\n"))
    assert (info.author, info.date) == (Person("Jürgen Doe Jr", "j@example.org"), "2020-01-16 12:15:22")
    assert (info.subject, info.message) == ("café", "été")
