from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kit import changed_lines, patch
from patchtool.backport.evidence import cover_words, evidence_of, out_of_range
from patchtool.core.plan import Target
from patchtool.core.series import Cover, Patch
from patchtool.mail.series import read_series

FIVE_FOUR = Target("5.4.y", "linux-5.4.y", "0" * 40, "5.4.18")


def saying(message: str, **fields: object) -> Patch:
    return replace(patch(changed_lines("a.c", (["a"], ["b"]))), message=message, **fields)


def test_a_stable_tag_asks_and_a_fixes_tag_alone_does_not() -> None:
    assert evidence_of(saying("Cc: stable@vger.kernel.org\nSigned-off-by: A <a@b.org>")).asks
    assert not evidence_of(saying('Fixes: 123456789abc ("x")\nSigned-off-by: A <a@b.org>')).asks


def test_an_opt_out_does_not_ask() -> None:
    evidence = evidence_of(
        saying("Cc: <stable+noautosel@kernel.org> # needs care\nSigned-off-by: A <a@b.org>")
    )
    assert evidence.stable
    assert not evidence.asks


def test_stable_in_the_header_alone_is_seen_and_is_not_a_tag() -> None:
    evidence = evidence_of(saying("Signed-off-by: A <a@b.org>", headers=(("cc", "stable@vger.kernel.org"),)))
    assert evidence.only_header
    assert not evidence.asks


VGER = "Cc: <stable@vger.kernel.org>"
PRIVATE = "its stable tag names stable@kernel.org, where no mail arrives: the fix may not be public yet"


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (f"{VGER}", ()),
        (f"{VGER} # 5.4+", ()),
        (f"{VGER} # after -rc3", ("its stable tag asks for a delay: after -rc3",)),
        (f"{VGER} # 5.4+, wait 2 weeks", ("its stable tag asks for a delay: wait 2 weeks",)),
        (f"{VGER} # delay until 5.6", ("its stable tag asks for a delay: delay until 5.6",)),
        (f"{VGER} # 5.4: 446cda1b21d9: First", ("its stable tag wants 446cda1b21d9 picked first: First",)),
        ("Cc: stable@kernel.org # 5.4+", (PRIVATE,)),
        (
            "Cc: <stable+noautosel@kernel.org> # needs care",
            ("it asks to be left out of automatic selection: needs care",),
        ),
        ("Cc: <stable+noautosel@kernel.org>", ("it asks to be left out of automatic selection",)),
        (
            "Cc: noautosel@kernel.org",
            ("it asks to be left out of automatic selection: Cc: noautosel@kernel.org",),
        ),
        (
            f"{VGER} # after -rc3\nCc: <stable@kernel.org>",
            ("its stable tag asks for a delay: after -rc3", PRIVATE),
        ),
    ],
)
def test_what_else_the_tags_ask_for_is_put_in_words(tags: str, words: tuple[str, ...]) -> None:
    assert evidence_of(saying(f"{tags}\nSigned-off-by: A <a@b.org>")).words == words


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("# v5.5+", "its stable tag asks for 5.5 and newer, this is 5.4.18"),
        ("# 5.4.x", ""),
        ("# v4.14+", ""),
        ("# 6.1", "its stable tag asks for 6.1 and newer, this is 5.4.18"),
        ("", ""),
        ("# 5.4.y only", ""),
        ("# v5.10, v5.15 only", "its stable tag asks for 5.10, 5.15 only, this is 5.4.18"),
        ("# 4.8.x-", "its stable tag asks for 4.8 and older, this is 5.4.18"),
    ],
)
def test_the_range_of_a_tag_is_held_against_the_target(tag: str, reason: str) -> None:
    evidence = evidence_of(saying(f"Cc: stable@vger.kernel.org {tag}\nSigned-off-by: A <a@b.org>"))
    assert out_of_range(evidence, FIVE_FOUR) == reason


def test_the_cover_speaks_in_sentences_and_not_in_lists(series: Path) -> None:
    read = read_series(str(series / "v1.mbox"))
    text = (
        "Why this is.\n\nOnly the first\ntwo are for stable. 4.19 is old.\n\nChanges:\n * Cc: stable added\n"
    )
    said = replace(read, cover=Cover("x", text, "x"))
    assert cover_words(said) == ("Only the first two are for stable.",)
    assert cover_words(replace(read, cover=None)) == ()
