from __future__ import annotations

from dataclasses import replace

import pytest

from patchtool.core.series import Patch, Person
from patchtool.core.tags import FixesTag, StablePrerequisite, StableTag
from patchtool.mail.series import read_series
from patchtool.mail.tags import fixes_tags, stable_tags

NOBODY = Person("", "")


def patch(message: str) -> Patch:
    lines = tuple(range(21, 22 + message.count("\n")))
    return Patch(1, 1, "mm: a", "PATCH", NOBODY, NOBODY, "", message, (), (), b"", "s", message_lines=lines)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("", None),
        ("# v5.19+", "5.19"),
        ("# v5.11", "5.11"),
        ("# 5.12", "5.12"),
        ("# 3.17+", "3.17"),
        ("# 6.4.x", "6.4"),
        ("# 6.4.y", "6.4"),
        ("# v2.6.30+", "2.6.30"),
        ("@ v4.19+", "4.19"),
        ("#5.15.x", "5.15"),
        ("#v4.6", "4.6"),
        ("[5.0+]", "5.0"),
        ("# linux-5.5+", "5.5"),
        ("# see patch description, needs adjustments for <= 6.3", None),
        ("# 5.4 and newer", "5.4"),
    ],
)
@pytest.mark.parametrize(
    "address", ["stable@vger.kernel.org", "<stable@vger.kernel.org>", "S <stable@kernel.org>"]
)
def test_versions(address, text, version):
    raw = f"Cc: {address} {text}".rstrip()
    kept = text.lstrip("#@[ ")
    assert stable_tags(patch(f"Why.\n\n{raw}")) == (StableTag(version, (), kept, 23, raw),)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("4.8.x-", {"until": "4.8"}),
        ("4.9 and older", {"until": "4.9"}),
        ("v5.15, v5.17", {"from_version": "5.15", "listed": ("5.15", "5.17")}),
        ("5.4 and 5.10", {"from_version": "5.4", "listed": ("5.4", "5.10")}),
        ("5.4.y only", {"from_version": "5.4", "only": True}),
        ("v5.4, v5.10 only", {"from_version": "5.4", "listed": ("5.4", "5.10"), "only": True}),
        ("after -rc3", {"delay": "after -rc3"}),
        ("5.4+, after 4 weeks in mainline", {"from_version": "5.4", "delay": "after 4 weeks in mainline"}),
        ("this is the only fix", {}),
    ],
)
def test_what_a_tag_says_besides_its_first_version(text, fields):
    raw = f"Cc: <stable@vger.kernel.org> # {text}"
    plain = StableTag(None, (), text, 21, raw)
    assert stable_tags(patch(raw)) == (replace(plain, **fields),)


def test_an_opt_out_has_a_reason():
    (tag,) = stable_tags(patch("Cc: <stable+noautosel@kernel.org> # needs a new compiler"))
    assert (tag.noautosel, tag.reason) == (True, "needs a new compiler")
    (tag,) = stable_tags(patch("Cc: <stable@vger.kernel.org> # needs care"))
    assert (tag.noautosel, tag.reason) == (False, "")


@pytest.mark.parametrize(
    ("text", "version", "commit", "subject"),
    [
        ("3.3.x: a1f84a3: sched: Check for idle()", "3.3", "a1f84a3", "sched: Check for idle()"),
        ('446cda1b21d9 ("title (a)")', None, "446cda1b21d9", "title (a)"),
        ('v5.10+: 446CDA1B21D9 ("title")', "5.10", "446cda1b21d9", "title"),
        ("446cda1b21d9", None, "446cda1b21d9", ""),
    ],
)
def test_prerequisites(text, version, commit, subject):
    raw = f"Cc: <stable@vger.kernel.org> # {text}"
    wanted = (StablePrerequisite(commit, subject),)
    assert stable_tags(patch(raw)) == (StableTag(version, wanted, text, 21, raw),)


def test_all_lines_in_order_and_wrapped():
    message = (
        "Cc: <stable@vger.kernel.org> # 3.3.x: a1f84a3: sched: Check\n for idle\n"
        "CC: a@example.org, stable@vger.kernel.org, b@example.org\n\n"
        "Cc: <stable+noautosel@kernel.org> # needs a new compiler\n"
        "Cc: a@example.org # stable\nAcked-by: stable@vger.kernel.org"
    )
    first, second, third = stable_tags(patch(message))
    assert first.prerequisites == (StablePrerequisite("a1f84a3", "sched: Check for idle"),)
    assert (second.text, second.line, second.from_version) == ("", 23, None)
    assert third == StableTag(
        None,
        (),
        "needs a new compiler",
        25,
        "Cc: <stable+noautosel@kernel.org> # needs a new compiler",
        noautosel=True,
    )


@pytest.mark.parametrize(
    ("raw", "commit", "subject"),
    [
        (
            'Fixes: a46cc7a90fd8 ("powerpc/mm: Improve flushes()")',
            "a46cc7a90fd8",
            "powerpc/mm: Improve flushes()",
        ),
        ("Fixes: a46cc7a90fd8 ('a')", "a46cc7a90fd8", "a"),
        ("Fixes: a46cc7a90fd8e (a)", "a46cc7a90fd8e", "a"),
        ('fixes: a46cc7a90fd8 "a"', "a46cc7a90fd8", "a"),
        ('Fixes: commit a46cc7a90fd8 ("a")', "a46cc7a90fd8", "a"),
        ('Fixes a46cc7a90fd8 ("a")', "a46cc7a90fd8", "a"),
        ("Fixes: A46CC7A90FD8: a (b)", "a46cc7a90fd8", "a (b)"),
        (f"Fixes: {'ab' * 20}", "ab" * 20, ""),
        ('Fixes: a46cc7a90fd8 ("a say "b" c")', "a46cc7a90fd8", 'a say "b" c'),
        ('Fixes: a46cc7a90fd8 ("a") # 3.6', "a46cc7a90fd8", "a"),
        ('Fixes: a46cc7a90fd8 ("add #include")', "a46cc7a90fd8", "add #include"),
        ("Fixes: https://bugzilla.kernel.org/show_bug.cgi?id=1", "", ""),
    ],
)
def test_fixes(raw, commit, subject):
    assert fixes_tags(patch(f"Why.\n\n{raw}\nCc: x")) == (FixesTag(commit, subject, 23, raw),)


def test_fixes_wrapped_with_and_without_indent():
    raw = 'Fixes: a46cc7a90fd8 ("a long title")'
    assert fixes_tags(patch('Fixes: a46cc7a90fd8 ("a long\ntitle")\nCc: x'))[0] == FixesTag(
        "a46cc7a90fd8", "a long title", 21, raw
    )
    assert fixes_tags(patch('Fixes: a46cc7a90fd8\n ("a long title")'))[0].raw == raw


@pytest.mark.parametrize(
    "prose", ["Fixes the following W=1 warning", "Fixed: it", "This Fixes: 123456789abc", "Fixes:"]
)
def test_prose_is_no_tag(prose):
    assert fixes_tags(patch(prose)) == ()


def test_real_tags(real):
    series = read_series(real("v4.mbox"))
    assert [(p.n, tag.line, tag.from_version) for p in series.patches for tag in stable_tags(p)] == [
        (1, 212, None),
        (2, 422, None),
    ]
    assert [(p.n, tag.line, tag.commit) for p in series.patches for tag in fixes_tags(p)] == [
        (2, 423, "a46cc7a90fd8"),
        (4, 783, "1808d65b55e4"),
        (5, 883, "a30e32bd79e9"),
    ]
    backport = read_series(real("stable-4.19.mbox"))
    assert [tag.from_version for p in backport.patches for tag in stable_tags(p)] == ["4.19"] * 6
