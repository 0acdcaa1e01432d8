from __future__ import annotations

import pytest

from patchtool.core.series import Cover, Person
from patchtool.mail.mailbox import RawMail
from patchtool.mail.message import as_cover, read_message


def test_patch_mail(mail):
    extra = "Message-Id: <2@x>\nIn-Reply-To: <1@x>\nReferences: <0@x> <1@x>\n"
    message = read_message(RawMail("s", 10, b"From x\n" + mail("[PATCH v2 1/3] a", extra=extra)))
    assert (message.is_patch, message.is_cover) == (True, False)
    assert (message.message_id, message.in_reply_to, message.references) == ("2@x", "1@x", ("0@x", "1@x"))
    assert message.sender == Person("A Developer", "a@example.org")
    assert (message.subject_line, message.at) == (13, "s:10")
    assert message.base_commit is None


def test_cover_mail(mail):
    commit = "b3a987b0264d3ddbb24293ebff10eddfc472f653"
    data = mail("[PATCH 0/3] all of it", body="Text.", patch=f"base-commit: {commit}\n".encode())
    message = read_message(RawMail("s", 1, data))
    assert (message.is_patch, message.is_cover, message.base_commit) == (False, True, commit)
    text = f"Text.\n---\n mm/gather.c | 2 +-\n\nbase-commit: {commit}\n-- \n2.24.1\n\n"
    assert as_cover(message) == Cover("all of it", text, "s", 1, "", total=3)


@pytest.mark.parametrize(
    ("subject", "patch"),
    [
        ("Re: [PATCH 1/3] a", b"diff --git a/a b/a\n"),
        ("Re: [PATCH 0/3] a", b""),
        ("[PATCH 1/3] a", b"> diff --git a/a b/a\n> --- a/a\n> +++ b/a\n"),
        ("[PATCH 1/3] a", b"no diff\n"),
    ],
)
def test_neither(mail, subject, patch):
    message = read_message(RawMail("s", 1, mail(subject, patch=patch)))
    assert (message.is_patch, message.is_cover) == (False, False)


def test_a_diff_without_git_lines_counts(mail):
    data = mail("[PATCH] a", patch=b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
    message = read_message(RawMail("s", 1, data))
    assert message.is_patch


def test_no_subject():
    message = read_message(RawMail("s", 1, b"To: a\n\nx"))
    assert (message.subject_line, message.tags.subject, message.sender) == (0, "", Person("", ""))
