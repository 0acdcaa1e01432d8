from __future__ import annotations

from dataclasses import replace

import pytest

from patchtool.core.series import Followup, Person, Series, Trailer
from patchtool.mail.followups import answer_trailers, apply_followups
from patchtool.mail.mailbox import RawMail
from patchtool.mail.message import read_message
from patchtool.mail.series import series_of
from patchtool.mail.trailers import parse_trailers


def answer(name: str, above: str, text: str, *, sender: str = "R Viewer <r@example.org>", subject="Re: x"):
    head = f"From: {sender}\nSubject: {subject}\nMessage-Id: <{name}>\n"
    links = f"In-Reply-To: <{above}>\n" if above else ""
    return RawMail(name, 1, f"{head}{links}\n{text}\n".encode())


@pytest.fixture
def read(mail):
    """The series 0/2 to 2/2, whose message-ids are 0, 1 and 2, and answers."""

    def series(*answers: RawMail) -> Series:
        cover = RawMail("0", 1, mail("[PATCH 0/2] all", extra="Message-Id: <0>\n", patch=b""))
        patches = [
            RawMail(n, 1, mail(f"[PATCH {n}/2] p", extra=f"Message-Id: <{n}>\nIn-Reply-To: <0>\n"))
            for n in ("1", "2")
        ]
        return series_of([cover, *patches, *answers], "s")

    return series


def given(series: Series) -> list[tuple[int, str, bool]]:
    return [(one.patch, f"{one.trailer.key}: {one.trailer.value}", one.own) for one in series.followups]


REVIEWED = "Reviewed-by: R Viewer <r@example.org>"


def test_whole_record(read):
    assert read(answer("a", "2", f"Fine.\n\n{REVIEWED}")).followups == (
        Followup(
            patch=2,
            trailer=Trailer("Reviewed-by", "R Viewer <r@example.org>"),
            sender=Person("R Viewer", "r@example.org"),
            message_id="a",
            own=True,
        ),
    )


def test_an_answer_to_an_answer_and_to_the_cover(read):
    series = read(
        answer("a", "1", "What is this?"),
        answer("b", "a", "This.\n" + REVIEWED),
        answer("c", "0", "For all:\nTested-by: R Viewer <r@example.org>"),
        answer("d", "c", "Again:\nTested-by: R VIEWER <r@example.org>"),
        answer("e", "lost", REVIEWED),
    )
    assert given(series) == [(1, REVIEWED, True), (0, "Tested-by: R Viewer <r@example.org>", True)]


@pytest.mark.parametrize(
    ("sender", "own"),
    [
        ("R Viewer <r@example.org>", True),
        ("Somebody <R@example.org>", True),
        ("r viewer <other@example.com>", True),
        ("R. V. <r+kernel@example.org>", True),
        ("R. V. <r@mail.example.org>", True),
        ("R. V. <r@example.com>", False),
        ("A Bot <bot@example.org>", False),
    ],
)
def test_whose_trailer_it_is(read, sender, own):
    assert given(read(answer("a", "1", REVIEWED, sender=sender))) == [(1, REVIEWED, own)]


@pytest.mark.parametrize(
    ("text", "trailers"),
    [
        (REVIEWED, [REVIEWED]),
        ("  Acked-by:   A <a@example.org>  ", ["Acked-by: A <a@example.org>"]),
        ("Acked-by: A <a@example.org> # mm", ["Acked-by: A <a@example.org> # mm"]),
        ("Acked-by: A Very Long Name\n<a@example.org>", ["Acked-by: A Very Long Name <a@example.org>"]),
        ('Fixes: 0123456789ab ("x")', ['Fixes: 0123456789ab ("x")']),
        ("Link: https://example.org/1", ["Link: https://example.org/1"]),
        (f"> {REVIEWED}", []),
        (f"Ok.\n-- \n{REVIEWED}", []),
        ("From: A <a@example.org>\nCc: B <b@example.org>\nEmail: c@example.org", []),
        ("Fixes: the thing", []),
        ("See: https://example.org/a@b.c", []),
        ("Note: nothing", []),
        ("Reviewed-by me", []),
    ],
)
def test_what_is_a_trailer(text, trailers):
    message = read_message(answer("a", "1", text))
    assert [f"{one.key}: {one.value}" for one in answer_trailers(message)] == trailers


def test_only_answers_give_trailers(mail):
    assert answer_trailers(read_message(RawMail("s", 1, mail("[PATCH] a")))) == ()
    assert answer_trailers(read_message(answer("a", "", REVIEWED, subject="an idea"))) == ()
    assert len(answer_trailers(read_message(answer("a", "1", REVIEWED, subject="an idea")))) == 1


def test_what_no_message_holds_is_said(read):
    series = read(
        answer("a", "2", REVIEWED + "\nSigned-off-by: A <a@example.org>"),
        answer("b", "0", "Acked-by: S Else <s@example.net>"),
    )
    assert series.notes == (
        "answers give all patches: Acked-by: S Else <s@example.net> (sent by R Viewer <r@example.org>)",
        f"answers give 2/2: {REVIEWED}",
    )


def test_applied_on_request(read):
    series = read(
        answer("a", "1", REVIEWED),
        answer("b", "0", "Tested-by: R Viewer <r@example.org>\nSigned-off-by: A <a@example.org>"),
        answer("c", "2", "Acked-by: Someone Else <x@example.net>"),
    )
    before = "Why.\n\nSigned-off-by: A <a@example.org>"
    assert [patch.message for patch in series.patches] == [before, before]
    one, two = apply_followups(series).patches
    assert one.message == f"{before}\n{REVIEWED}\nTested-by: R Viewer <r@example.org>"
    assert [trailer.key for trailer in one.trailers] == ["Signed-off-by", "Reviewed-by", "Tested-by"]
    assert one.message_lines == (*series.patches[0].message_lines, 0, 0)
    assert two.message == f"{before}\nTested-by: R Viewer <r@example.org>"
    chosen = [one for one in series.followups if one.message_id == "c"]
    assert apply_followups(series, chosen).patches[0] == series.patches[0]
    assert (
        apply_followups(series, chosen).patches[1].message
        == f"{before}\nAcked-by: Someone Else <x@example.net>"
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("", REVIEWED),
        ("Why.", f"Why.\n\n{REVIEWED}"),
        (f"Why.\n\n{REVIEWED.upper()}", f"Why.\n\n{REVIEWED.upper()}"),
        (
            "Why.\n\nCc: x@y.z\n[ what ]\nSigned-off-by: x",
            f"Why.\n\nCc: x@y.z\n[ what ]\nSigned-off-by: x\n{REVIEWED}",
        ),
    ],
)
def test_where_they_go(read, message, expected):
    series = read(answer("a", "1", REVIEWED))
    bare = replace(series.patches[0], message=message, message_lines=(), trailers=())
    bare = replace(bare, trailers=parse_trailers(bare.subject, message))
    assert apply_followups(replace(series, patches=(bare,))).patches[0].message == expected
