from __future__ import annotations

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import History
from patchtool.core.series import Patch, Person, Series, Trailer
from patchtool.mail.series import read_series
from patchtool.rules.missing_signoff import RULE, check
from patchtool.tree.history import NoHistory

AUTHOR = Person("A Developer", "a@example.org")
HISTORY: History = NoHistory()


def said(message: str, author: Person = AUTHOR, sender: Person | None = None) -> list[str]:
    patch = Patch(1, 1, "mm: a", "PATCH", author, sender or author, "", message, (), (), b"", "s", line=7)
    return [f"{f.severity.value}: {f.message}" for f in check(Series("s", "mm: a", 1, (patch,)), HISTORY)]


def test_whole_finding():
    trailers = (Trailer("Acked-by", "B <b@example.org>", 31),)
    patch = Patch(3, 9, "x", "PATCH", AUTHOR, AUTHOR, "", "Acked-by: B", trailers, (), b"", "s", line=7)
    assert list(check(Series("s", "x", 1, (patch,)), HISTORY)) == [
        Finding(
            rule="missing-signoff",
            severity=Severity.ERROR,
            at=Location("s", 31),
            message="The author, A Developer <a@example.org>, did not sign off.",
            key="3:The author, A Developer <a@example.org>, did not sign off.",
            hint="ask for `Signed-off-by: A Developer <a@example.org>`",
            patch=3,
        )
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Signed-off-by: A Developer <a@example.org>",
        "Signed-Off-By: Someone <A@Example.ORG>",
        "Signed-off-by: A Developer (Company) <a+kernel@example.org> # again",
        "Signed-off-by: A Developer <a@example.org",
        "Signed-off-by: a@example.org",
        "Singed-off-by: A Developer <a@example.org>",
        " Signed-off-by: A Developer <a@example.org>",
    ],
)
def test_signed(line):
    assert said(f"Why.\n\n{line}") == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Why.",
        "Not-Signed-off-by: A <a@example.org>",
        "Acked-by: A <a@example.org>",
        "Signed-off-by: B <b@c>",
    ],
)
def test_not_signed(message):
    assert said(message) == ["error: The author, A Developer <a@example.org>, did not sign off."]


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ("Signed-off-by: A Developer <a@other.org>", "a@other.org"),
        ('Signed-off-by: "Developer, A" <dev@other.org>', "dev@other.org"),
        ("Signed-off-by: A. Développer (Company)", "A. Développer (Company)"),
    ],
)
def test_the_name_with_another_address(line, by):
    author = (
        Person("A Developer", "a@example.org") if "é" not in line else Person("A Developper", "a@example.org")
    )
    assert said(line, author) == [f"note: The author is {author}, the sign-off is by {by}."]


def test_the_sender():
    signed = "Signed-off-by: A Developer <a@example.org>"
    sender = Person("B Maintainer", "b@example.org")
    assert said(signed, sender=sender) == [
        f"warning: {sender} passed on the patch of A Developer <a@example.org> and did not sign off."
    ]
    assert said(f"{signed}\nSigned-off-by: B Maintainer <b@elsewhere.org>", sender=sender) == []


@pytest.mark.parametrize(
    "sender",
    [
        Person("A Developer", "a@home.org"),
        Person("A Developer via list", "list@example.org"),
        Person("A Developer", "devnull+a.example.org@kernel.org"),
        Person("", "a@home.org"),
        Person("", "a.developer@home.org"),
        Person("", "developera7@home.org"),
        Person("", ""),
    ],
)
def test_a_sender_who_is_the_author_or_unknown(sender):
    assert said("Signed-off-by: A Developer <a@example.org>", sender=sender) == []


def test_an_author_without_address_is_not_judged():
    assert said("Why.", Person("A", "")) == []


@pytest.mark.parametrize("name", ["v4.mbox", "v3.mbox", "stable-4.19.mbox"])
def test_real_series(real_mails, name):
    assert list(check(read_series(str(real_mails / name)), HISTORY)) == []


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT205", "missing-signoff", check)
