from __future__ import annotations

import pytest

from patchtool.core.series import FailedMail, Person
from patchtool.mail.failed import failed_mail
from patchtool.mail.mailbox import MailError, RawMail
from patchtool.mail.message import read_message
from patchtool.mail.series import read_series

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def failed(mail):
    """A stable maintainer's mail; `above` is what it says above the original patch."""

    def write(
        above: str = "", *, subject: str = 'FAILED: patch "[PATCH] mm: a" failed to apply to 5.4-stable tree'
    ):
        original = f"From {COMMIT} Mon Sep 17 00:00:00 2001\n".encode() + mail("[PATCH] mm: a")
        head = (
            f"From: S <s@example.org>\nMessage-Id: <f@x>\nSubject: {subject}\n\nIt does not apply.\n\n{above}"
        )
        divider = "\n\n------------------ original commit in Linus's tree ------------------\n\n"
        return head.encode() + divider.encode() + original

    return write


RECIPE = f"""To reproduce the conflict and resubmit, you may use the following commands:

git checkout FETCH_HEAD
git cherry-pick -x {COMMIT}
git send-email --to '<stable@example.org>' --in-reply-to '2021-tag@gregkh' HEAD^..

Possible dependencies:

fedcba987654 ("mm: before")
abcdefabcdef ("mm: (before) that")

thanks,
"""


def test_the_patch_in_it_is_the_series(tmp_path, failed):
    path = tmp_path / "failed.mbox"
    path.write_bytes(failed(RECIPE))
    series = read_series(str(path))
    assert series.failed == FailedMail(
        target="5.4.y",
        answer_to="2021-tag@gregkh",
        commit=COMMIT,
        dependencies=('fedcba987654 ("mm: before")', 'abcdefabcdef ("mm: (before) that")'),
        source=str(path),
        line=1,
        sender=Person("S", "s@example.org"),
    )
    assert series.notes == ("read out of a mail that says it failed to apply to 5.4.y",)
    (patch,) = series.patches
    assert (patch.subject, patch.author.name, patch.message.split("\n")[0]) == (
        "mm: a",
        "A Developer",
        "Why.",
    )
    assert [change.path for change in patch.files] == ["mm/gather.c"]
    lines = path.read_bytes().split(b"\n")
    assert lines[patch.subject_line - 1] == b"Subject: [PATCH] mm: a"
    assert lines[patch.files[0].hunks[0].at - 1].startswith(b"@@ -1,3")


def test_an_old_one_names_no_id(failed):
    found = failed_mail(read_message(RawMail("s", 7, failed())))
    assert found == FailedMail("5.4.y", "f@x", COMMIT, (), "s", 7, Person("S", "s@example.org"))


def test_who_got_it(failed):
    people = b"\nTo: A <a@x.org>,\n b@x.org\nCc: <stable@x.org>, =?utf-8?q?X=2C?= <c@x.org>, not an address\n"
    found = failed_mail(read_message(RawMail("s", 1, failed().replace(b"\n", people, 1))))
    assert found is not None
    assert [person.email for person in found.recipients][:3] == ["a@x.org", "b@x.org", "stable@x.org"]
    assert found.recipients[0] == Person("A", "a@x.org")


@pytest.mark.parametrize(
    ("subject", "target"),
    [
        ('FAILED: patch "[PATCH] a "b" c" failed to apply to 4.19-stable tree', "4.19.y"),
        ('FAILED: patch "[PATCH] a very\n long one" failed to apply to 6.1-stable tree', "6.1.y"),
        ('FAILED: patch "[PATCH] a" failed to apply to queue tree', "queue"),
        ('Re: FAILED: patch "[PATCH] a" failed to apply to 5.4-stable tree', None),
        ("[PATCH] FAILED: patch", None),
    ],
)
def test_which_mails_are_such(failed, subject, target):
    found = failed_mail(read_message(RawMail("s", 1, failed(subject=subject))))
    assert (found.target if found else None) == target


def test_a_backport_sent_in_answer_is_the_series(tmp_path, failed, mail):
    separator = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
    backport = mail("[PATCH 5.4.y] mm: a")
    original = failed().replace(f"From {COMMIT} Mon Sep 17".encode(), f">From {COMMIT} Mon Sep 17".encode())
    (tmp_path / "t.mbox").write_bytes(separator + original + separator + backport)
    series = read_series(str(tmp_path / "t.mbox"))
    assert (series.failed, series.patches[0].prefix) == (None, "PATCH 5.4.y")


def test_without_its_patch(tmp_path, failed):
    path = tmp_path / "x.eml"
    path.write_bytes(failed().partition(b"-----")[0])
    with pytest.raises(MailError) as error:
        read_series(str(path))
    assert (
        str(error.value)
        == f"{path}:1: the FAILED mail holds no original patch (hint: name the commit instead)"
    )
