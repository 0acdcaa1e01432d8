"""The mails of a backport, and the folder that they go to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from deliver_kit import AUTHOR, MAINTAINER, cell, outcome, repository, series_of, took

from kit import git, one
from patchtool.backport.certificate import Made
from patchtool.backport.message import PLACEHOLDER, worded
from patchtool.backport.outgoing import Outgoing, OutputError, Style, Written, gaps, outgoing, write
from patchtool.backport.taken import Outcome
from patchtool.core.finding import Verdict
from patchtool.core.series import FailedMail, Person
from patchtool.mail.mailbox import load
from patchtool.mail.message import read_message
from patchtool.mail.series import read_series

GREG = Person("Greg", "greg@example.org")
GOT_IT = (AUTHOR, Person("", "stable@vger.kernel.org"))
FAILED = FailedMail("5.4.y", "2021-tag@gregkh", "", (), "s", sender=GREG, recipients=GOT_IT)


def made(folder: Path, total: int, sender: Person | None = MAINTAINER, upstream: str = "ab" * 20) -> Made:
    repo, target = repository(folder / "repo")
    taken = [took(repo, n, total, {f"file{n}": f"{n}\n"}) for n in range(1, total + 1)]
    git(repo, "reset", "-q", "--hard", target.commit)
    done = outcome(*taken, upstream=upstream)
    series = series_of(*(one.patch for one in taken))
    tree = one(repo, "rev-parse", "HEAD^{tree}")
    return Made(series, target, tree, done, None, Verdict.UNDECIDED, worded(done, sender), "patchtool 9")


def read(folder: Path, data: bytes):
    (folder / "mail").write_bytes(data)
    return read_message(load(str(folder / "mail"))[0])


def test_the_mbox_is_what_git_am_takes_and_gives_the_planned_tree(tmp_path: Path) -> None:
    result = made(tmp_path, 2)
    mail = outgoing(result, Style(MAINTAINER))
    repo = tmp_path / "repo"
    git(repo, "am", "-q", data=mail.mbox)
    shown = git(repo, "log", "--reverse", "--format=%s|%an <%ae>|%T", f"{result.target.commit}..").decode()
    assert shown.splitlines() == [
        f"mm: Change {n}|{AUTHOR}|{done.taken.tree}" for n, done in enumerate(result.worded, 1)
    ]
    assert json.loads(mail.certificate)["tree"] == one(repo, "rev-parse", "HEAD^{tree}")


def test_each_mail_names_the_tree_and_its_place(tmp_path: Path) -> None:
    mail = outgoing(made(tmp_path, 2), Style(MAINTAINER))
    (tmp_path / "out.mbox").write_bytes(mail.mbox)
    series = read_series(str(tmp_path / "out.mbox"))
    assert [patch.prefix for patch in series.patches] == ["PATCH 5.4.y 1/2", "PATCH 5.4.y 2/2"]
    assert [patch.header("to") for patch in series.patches] == ["stable@vger.kernel.org"] * 2
    assert [name for name, _ in mail.files] == [
        "0000-cover-letter.patch",
        "0001-mm-Change-1.patch",
        "0002-mm-Change-2.patch",
    ]


def test_the_letter_has_the_plan_and_below_it_the_certificate(tmp_path: Path) -> None:
    cover = read(tmp_path, outgoing(made(tmp_path, 2), Style(MAINTAINER)).cover)
    assert cover.envelope.field("subject") == "[PATCH 5.4.y 0/2] Change everything"
    assert cover.envelope.field("from") == str(MAINTAINER)
    above, below = cover.envelope.text.split("---\n", 1)
    assert "Taken:\n  1/2 mm: Change 1 (as it is)\n  2/2 mm: Change 2 (as it is)\n" in above
    assert below.startswith("patchtool 9: certificate of a backport to 5.4.y\n  verdict  UNDECIDED\n")


def test_a_patch_alone_has_no_letter_unless_asked(tmp_path: Path) -> None:
    result = made(tmp_path, 1)
    mail = outgoing(result, Style(MAINTAINER))
    assert (mail.cover, [name for name, _ in mail.files]) == (b"", ["0001-mm-Change-1.patch"])
    alone = read(tmp_path, mail.mails[0][1])
    assert alone.envelope.field("subject") == "[PATCH 5.4.y] mm: Change 1"
    message, below = alone.envelope.text.split("\n---\n", 1)
    assert message.endswith(f"Signed-off-by: {MAINTAINER}")
    assert below.index("certificate of") < below.index("Not verified:\n") < below.index(" file1 | 1 +")
    asked = outgoing(result, Style(MAINTAINER, cover=True))
    assert b"Subject: [PATCH 5.4.y 0/1] Change everything\n" in asked.cover
    assert b"Subject: [PATCH 5.4.y 1/1] mm: Change 1\n" in asked.mails[0][1]
    assert b"certificate" not in asked.mails[0][1]


@pytest.mark.parametrize("total", [1, 2])
def test_the_first_mail_answers_who_asked_for_it(tmp_path: Path, total: int) -> None:
    result = made(tmp_path, total)
    asked = replace(result, series=replace(result.series, failed=FAILED))
    first, *others = [read(tmp_path, data) for _, data in outgoing(asked, Style(MAINTAINER)).files]
    assert first.in_reply_to == "2021-tag@gregkh"
    assert first.envelope.field("to") == "Greg <greg@example.org>, stable@vger.kernel.org"
    assert first.envelope.field("cc") == "Bö Example <bo@example.net>"
    assert [mail.in_reply_to for mail in others] == [""] * len(others)  # git send-email threads them
    for _, data in outgoing(asked, Style(MAINTAINER, reply=False)).files:
        mail = read(tmp_path, data)
        assert (mail.in_reply_to, mail.envelope.field("to")) == ("", "stable@vger.kernel.org")


def test_what_is_left_to_do_is_said(tmp_path: Path) -> None:
    known, unknown = made(tmp_path / "a", 2), made(tmp_path / "b", 2, None, "")
    assert gaps(known.worded, MAINTAINER) == ()
    assert gaps(unknown.worded, None) == (
        "1/2, 2/2: upstream commit not found in mainline, fill it in: stable wants it as the first line",
        "no user.name and user.email in git's configuration: no Signed-off-by was added",
    )
    mail = outgoing(unknown, Style())
    assert all(f"\n\n{PLACEHOLDER}\n\n".encode() in data for _, data in mail.mails)
    assert b"Maja" not in mail.mbox
    named = unknown.worded[0]
    message = f"commit {'cd' * 20} upstream.\n\n{named.taken.patch.message}"
    patch = replace(named.taken.patch, message=message)
    done = replace(named.taken, patch=patch)
    assert gaps(worded(Outcome((cell(patch),), (done,)), MAINTAINER), MAINTAINER) == (
        "1/2: names its upstream commit, which is not in mainline here",
    )


def test_the_folder_is_made_and_holds_all_of_it(tmp_path: Path) -> None:
    mail = outgoing(made(tmp_path, 2), Style(MAINTAINER))
    folder = tmp_path / "a" / "b"
    written = write(folder, mail)
    assert written == Written(folder / "5.4.y.mbox", folder / "5.4.y", folder / "5.4.y.json")
    assert written.mbox.read_bytes() == mail.mbox
    assert written.certificate.read_bytes() == mail.certificate
    assert {file.name: file.read_bytes() for file in written.mails.iterdir()} == dict(mail.files)
    assert sorted(file.name for file in folder.iterdir()) == [
        ".5.4.y.sums",
        "5.4.y",
        "5.4.y.json",
        "5.4.y.mbox",
    ]


def test_an_earlier_run_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    mail = Outgoing("5.4.y", (("0001-a.patch", b"a"), ("0002-b.patch", b"b")), b"cover")
    write(tmp_path, mail)
    written = write(tmp_path, replace(mail, mails=mail.mails[:1], cover=b""))
    assert [file.name for file in written.mails.iterdir()] == ["0001-a.patch"]
    (written.mails / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="holds files that are not patches"):
        write(tmp_path, mail)
    assert (written.mails / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        write(tmp_path / "file", Outgoing("5.4.y", ()))


def test_what_was_edited_since_is_not_overwritten(tmp_path: Path) -> None:
    first = Outgoing("5.4.y", (("0001-x.patch", b"x\n"),), certificate=b"{}\n")
    write(tmp_path, first)
    write(tmp_path, first)
    edited = tmp_path / "5.4.y" / "0001-x.patch"
    edited.write_bytes(b"filled in\n")
    with pytest.raises(OutputError, match="edited since"):
        write(tmp_path, first)
    assert edited.read_bytes() == b"filled in\n"
