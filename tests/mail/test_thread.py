from __future__ import annotations

import pytest

from patchtool.mail.mailbox import MailError, RawMail
from patchtool.mail.message import read_message
from patchtool.mail.thread import ancestors, choose, groups


@pytest.fixture
def thread(mail):
    """Messages of (id, id it answers, subject); a cover and an answer hold no diff."""

    def write(*rows):
        messages = []
        for own, above, subject in rows:
            extra = f"Message-Id: <{own}>\n" + (f"In-Reply-To: <{above}>\n" if above else "")
            bare = " 0/" in subject or subject.startswith("Re:") or "PATCH" not in subject
            data = mail(subject, extra=extra, **({"patch": b""} if bare else {}))
            messages.append(read_message(RawMail(own, 1, data)))
        return messages

    return write


FIRST = [
    ("0", "", "[PATCH 0/3] all"),
    ("1", "0", "[PATCH 1/3] a"),
    ("2", "0", "[PATCH 2/3] b"),
    ("3", "0", "[PATCH 3/3] c"),
]


def shape(group):
    cover = group.cover.message_id if group.cover else ""
    return group.version, [(n, mail.message_id) for n, mail in group.members], cover, group.missing


def test_part_of_a_revision_sent_as_an_answer(thread):
    messages = thread(*FIRST, ("r", "2", "Re: [PATCH 2/3] b"), ("2v2", "r", "[PATCH v2 2/3] b"))
    group, notes = choose(groups(messages), None, "s")
    assert shape(group) == (2, [(1, "1"), (2, "2v2"), (3, "3")], "0", ())
    assert group.notes == ("revision 2 has 2/3 alone: the others are those of revision 1",)
    assert notes == ("revision 1 of 3 patches is left aside",)
    assert shape(choose(groups(messages), 1, "s")[0]) == (1, [(1, "1"), (2, "2"), (3, "3")], "0", ())


def test_parts_upon_parts(thread):
    messages = thread(*FIRST, ("2v2", "2", "[PATCH v2 2/3] b"), ("3v3", "3", "[PATCH v3 3/3] c"))
    assert shape(choose(groups(messages), None, "s")[0]) == (3, [(1, "1"), (2, "2v2"), (3, "3v3")], "0", ())


@pytest.mark.parametrize("above", ["0", "1", "", "lost"])
def test_a_part_that_answers_no_patch_of_its_number_is_no_reroll(thread, above):
    messages = thread(*FIRST, ("2v2", above, "[PATCH v2 2/3] b"))
    group, notes = choose(groups(messages), None, "s")
    assert shape(group) == (1, [(1, "1"), (2, "2"), (3, "3")], "0", ())
    assert notes == ("revision 2 of 3 patches is left aside: 1, 3 missing",)


def test_a_reroll_of_what_is_itself_incomplete(thread):
    messages = thread(*FIRST[:3], ("2v2", "2", "[PATCH v2 2/3] b"))
    assert shape(choose(groups(messages), None, "s")[0]) == (2, [(1, "1"), (2, "2v2")], "0", (3,))


@pytest.mark.parametrize(
    ("subject", "cover"),
    [("change it all", "0"), ("[RFC] change it all", "0"), ("Re: change it all", "")],
)
def test_a_cover_without_a_number(thread, subject, cover):
    messages = thread(("0", "", subject), ("1", "0", "[PATCH 1/1] a"))
    assert shape(groups(messages)[0]) == (1, [(1, "1")], cover, ())


@pytest.mark.parametrize("subject", ["[RFC v4] change it all", "[PATCH v4 0/1] change it all"])
def test_a_cover_alone_may_name_the_revision(thread, subject):
    messages = thread(("0", "", subject), ("1", "0", "[PATCH 1/1] a"))
    assert shape(groups(messages)[0]) == (4, [(1, "1")], "0", ())


def test_ancestors_end_where_mails_answer_each_other(thread):
    messages = thread(("a", "b", "Re: x"), ("b", "a", "Re: x"))
    by_id = {message.message_id: message for message in messages}
    assert [mail.message_id for mail in ancestors(messages[0], by_id)] == ["b"]


def test_another_revisions_cover_is_none(thread):
    messages = thread(*FIRST, ("1v2", "0", "[PATCH v2 1/1] a"))
    assert [shape(group)[2] for group in groups(messages)] == ["0", ""]


def test_an_unnumbered_patch_sent_again_under_another_name(thread):
    messages = thread(
        ("1", "", "[PATCH] ELF: warn"), ("r", "1", "Re: [PATCH] ELF: warn"), ("2", "r", "[PATCH] exec: warn")
    )
    (group,) = groups(messages)
    assert shape(group) == (1, [(1, "2")], "", ())
    assert group.notes == ('"ELF: warn" is there twice: 2:1 counts, 1:1 does not',)


def test_unnumbered_patches_that_answer_nothing_are_one_series(thread):
    (group,) = groups(thread(("1", "", "[PATCH] a"), ("2", "", "[PATCH] b")))
    assert shape(group) == (1, [(1, "1"), (2, "2")], "", ())


def test_two_series_of_one_revision_are_never_thrown_together(thread):
    other = [("x1", "", "[PATCH 1/2] x"), ("x2", "x1", "[PATCH 2/2] y")]
    with pytest.raises(MailError, match='several series in it: "x", "all"') as raised:
        choose(groups(thread(*FIRST, *other)), None, "both.mbox")
    assert raised.value.at == "both.mbox"
    in_one_thread = [("x1", "3", "[PATCH 1/2] x"), ("x2", "x1", "[PATCH 2/2] y")]
    group, notes = choose(groups(thread(*FIRST, *in_one_thread)), None, "s")
    assert (group.total, notes) == (3, ("revision 1 of 2 patches is left aside",))
