from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.core.finding import Finding, Location, Mend, Severity
from patchtool.core.series import Patch, Person, Series
from patchtool.mail.series import read_series
from patchtool.rules.malformed_trailer import RULE, check

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real"
NOBODY = Person("", "")


class NoHistory:
    """A series without a tree at hand."""

    def prefixes(self, path: str) -> tuple[str, ...]:
        return ()

    def has_path(self, path: str) -> bool | None:
        return None


def series(message: str) -> Series:
    lines = tuple(range(21, 22 + message.count("\n")))
    patch = Patch(
        2, 9, "mm: a", "PATCH 2/9", NOBODY, NOBODY, "", message, (), (), b"", "s", message_lines=lines
    )
    return Series("s", "mm: a", 1, (patch,))


def said(message: str) -> list[str]:
    return [f"{found.at}: {found.message} {found.hint}" for found in check(series(message), NoHistory())]


def test_whole_finding():
    text = "Signed-off-by: A Developer <a@example.org"
    assert list(check(series(f"Why.\n\n{text}\nCc: B <b@example.org>"), NoHistory())) == [
        Finding(
            rule="malformed-trailer",
            severity=Severity.ERROR,
            at=Location("s", 23),
            message="The address of Signed-off-by has no closing `>`.",
            key=f"2:{text}",
            hint="add the `>`",
            patch=2,
            evidence=(text,),
            mend=Mend(text, f"{text}>"),
        )
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Cc: A <a@b, C <c@d>", "The address of Cc has no closing `>`. add the `>`"),
        ("Acked-by: A a@b.org>", "The address of Acked-by has no opening `<`. add the `<`"),
        ("Cc: stable@vger.kernel.org> # 4.19", "The address of Cc has no opening `<`. add the `<`"),
        (
            "Tested-by: A<a@b.org>",
            "Tested-by has no blank between name and address. add a blank before the `<`",
        ),
        ("Signed-of-by: A <a@b>", "Signed-of-by is not a tag. write `Signed-off-by: `"),
        ("Singed-off-by: A <a@b>", "Singed-off-by is not a tag. write `Signed-off-by: `"),
        ("Signed-off by: A <a@b>", "Signed-off by is not a tag. write `Signed-off-by: `"),
        ("Reviewd-by: A <a@b>", "Reviewd-by is not a tag. write `Reviewed-by: `"),
        ("Revieewed-by: A <a@b>", "Revieewed-by is not a tag. write `Reviewed-by: `"),
        ("Reviewed-by A <a@b>", "Reviewed-by has no colon. write `Reviewed-by: `"),
        (
            "Reported-and-tested-by: A <a@b",
            "The address of Reported-and-tested-by has no closing `>`. add the `>`",
        ),
    ],
)
def test_malformed(line, message):
    assert said(f"Why.\n\nSigned-off-by: A <a@b>\n{line}") == [f"s:24: {message}"]


@pytest.mark.parametrize(
    "line",
    [
        "Signed-off-by: Peter Zijlstra (Intel) <peterz@infradead.org>",
        'Reported-by: "Aneesh Kumar K.V" <a@b>',
        "Signed-Off-By: A <a@b>",
        "Cc: <stable@vger.kernel.org> # > 4.19",
        "Cc: stable@vger.kernel.org",
        "Cc: A <a@b>, B <b@c>,<d@e>",
        "Cc: A <a@b>\n B <b@c>",
        "Tested-by: A <a@b> (v5.4 -> v5.5)",
        "Reported-by: A <a at b dot org>",
        "Co-Developed-by: A <a@b>",
        "Debugged-by: A <a@b>",
        "Link: https://lore.kernel.org/r/a@b>",
        "Inspired-by: A <a@b>",
        "[ a@b: fixed A<a@b> ]",
    ],
)
def test_sound(line):
    assert said(f"Why.\n\nSigned-off-by: A <a@b>\n{line}") == []


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("Cc: A <a@b # 5.4", "Cc: A <a@b> # 5.4"),
        ("Acked-by: A a@b.org>", "Acked-by: A <a@b.org>"),
        ("Cc: stable@vger.kernel.org> # 4.19", "Cc: <stable@vger.kernel.org> # 4.19"),
        ("Tested-by: A<a@b.org>", "Tested-by: A <a@b.org>"),
        ("Singed-off-by: A <a@b", "Signed-off-by: A <a@b>"),
        ("Signed-off by: A <a@b>", "Signed-off-by: A <a@b>"),
        ("Reviewed-by A <a@b>", "Reviewed-by: A <a@b>"),
        ("Cc: A <a@b, C <c@d>", None),
        ("Reported-by: A <a@b and others", None),
    ],
)
def test_what_is_mechanical_is_mended(line, mended):
    (found,) = check(series(f"Why.\n\n{line}\nSigned-off-by: A <a@b>"), NoHistory())
    assert found.mend == (Mend(line, mended) if mended else None)


def test_only_at_the_end():
    assert said("Why:\n\nSigned-of-by: A <a\nis quoted here.\n\nSigned-off-by: A <a@b>") == []
    assert said("Why.\n\nSigned-of-by: A <a@b>\n\nCc: B <b@c>") == [
        "s:23: Signed-of-by is not a tag. write `Signed-off-by: `"
    ]
    assert said("") == []


@pytest.mark.parametrize(
    ("name", "patch", "line"), [("v4.mbox", 2, 424), ("v3.mbox", 2, 408), ("stable-4.19.mbox", 5, 1203)]
)
def test_real_series(name, patch, line):
    if not (REAL / name).is_file():
        pytest.skip(f"REAL MAILS NOT TESTED: no {REAL / name}")
    found = list(check(read_series(str(REAL / name)), NoHistory()))
    assert [(f.patch, f.at.line, f.evidence) for f in found] == [
        (patch, line, ("Signed-off-by: Peter Zijlstra (Intel) <peterz@infradead.org",))
    ]


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT201", "malformed-trailer", check)
    assert RULE.doc.startswith("Trailer that names a person")
