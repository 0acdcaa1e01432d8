from __future__ import annotations

import pytest

from patchtool.mail.inbox import message_id, read_thread
from patchtool.mail.mailbox import MailError, RawMail

from .test_index import Archive


@pytest.mark.parametrize(
    "name",
    [
        "20200116064531.1-2-a@b.org",
        "<20200116064531.1-2-a@b.org>",
        "id:20200116064531.1-2-a@b.org",
        " 20200116064531.1-2-a@b.org\n",
        "https://lore.kernel.org/linux-arch/20200116064531.1-2-a@b.org/",
        "https://lore.kernel.org/r/20200116064531.1-2-a%40b.org/T/#u",
        "https://lore.kernel.org/all/20200116064531.1-2-a@b.org/raw",
    ],
)
def test_a_mail_by_any_of_its_names(name):
    assert message_id(name) == "20200116064531.1-2-a@b.org"


@pytest.mark.parametrize("name", ["", "<>", "a b@c", "https://lore.kernel.org/linux-arch/"])
def test_no_name_of_a_mail(name):
    with pytest.raises(MailError, match=r"not a message-id: .*hint: give the id"):
        message_id(name)


def test_a_thread_as_it_arrived(tmp_path):
    archive = Archive()
    archive.add("2@x", "1@x")
    archive.add("1@x")
    mails = read_thread("<1@x>", tmp_path, [archive], None)
    assert mails == (RawMail("2@x", 1, archive.mails[0].data), RawMail("1@x", 1, archive.mails[1].data))


def test_a_mail_the_archive_lacks(tmp_path):
    with pytest.raises(MailError) as error:
        read_thread("3@x", tmp_path, [Archive()], None)
    assert str(error.value) == (
        f"{tmp_path}: no mail <3@x> in the archive (hint: git fetch in the archive, "
        "or look whether the mail went to another list)"
    )
