from __future__ import annotations

import pytest

from patchtool.core.finding import Finding, Location, Mend, Severity, Verdict
from patchtool.core.rules import CommitFact, Releases
from patchtool.core.series import Patch, Person, Series, Trailer
from patchtool.core.tags import FixesTag
from patchtool.mail.series import read_series
from patchtool.mail.tags import fixes_tags
from patchtool.rules.fixes_tag import RULE, check

NOBODY = Person("", "")
FULL = "a46cc7a90fd8" + "0" * 28


class Commits:
    """A history of a few commits, at hand or not."""

    def __init__(self, *facts: CommitFact, at_hand: bool = True) -> None:
        self.facts = facts
        self.at_hand = at_hand

    def commit(self, oid: str) -> CommitFact | None:
        return next((fact for fact in self.facts if fact.commit.startswith(oid)), None)

    def releases(self, oid: str) -> Releases:
        return Releases()

    def prefixes(self, path: str) -> tuple[str, ...]:
        return ()

    def has_path(self, path: str) -> bool | None:
        return None


NOTHING = Commits(at_hand=False)


def series(message: str, prefix: str = "PATCH") -> Series:
    lines = tuple(range(21, 22 + message.count("\n")))
    signed = (Trailer("Signed-off-by", "A <a@b>", lines[-1]),)
    patch = Patch(
        2, 9, "mm: a", prefix, NOBODY, NOBODY, "", message, signed, (), b"", "s", message_lines=lines
    )
    tags: tuple[FixesTag, ...] = fixes_tags(patch)
    return Series("s", "mm: a", 1, (Patch(**{**_fields(patch), "fixes": tags}),))


def _fields(patch: Patch) -> dict[str, object]:
    return {name: getattr(patch, name) for name in patch.__dataclass_fields__}


def said(tag: str, history: Commits = NOTHING) -> list[tuple[str, str, Mend | None]]:
    found = check(series(f"Why.\n\n{tag}\nSigned-off-by: A <a@b>"), history)
    return [(f"{f.severity.value}: {f.message}", f.hint, f.mend) for f in found]


def test_whole_finding():
    raw = "Fixes: a46cc7a90fd8 (mm: a title)"
    sound = 'Fixes: a46cc7a90fd8 ("mm: a title")'
    assert list(check(series(f"Why.\n\n{raw}\nSigned-off-by: A <a@b>"), NOTHING)) == [
        Finding(
            rule="fixes-tag",
            severity=Severity.WARNING,
            at=Location("s", 23),
            message="The Fixes tag has no double quotes around the subject.",
            key=f"2:{raw}:The Fixes tag has no double quotes around the subject.",
            hint=f"write `{sound}`",
            patch=2,
            evidence=(raw,),
            mend=Mend(raw, sound),
        )
    ]


@pytest.mark.parametrize(
    "tag",
    [
        'Fixes: a46cc7a90fd8 ("mm: a title")',
        'fixes: a46cc7a90fd8e012 ("mm: a title")',
        f'Fixes: {FULL} ("mm: a ("quoted") title()")',
        'Fixes: a46cc7a90fd8 ("mm: a title") # 5.4',
        "Fixes the following W=1 warning",
        'Fixes: A46CC7A90FD8 ("mm: a title")',
    ],
)
def test_sound(tag):
    assert said(tag) == []


@pytest.mark.parametrize(
    ("tag", "fault"),
    [
        ('Fixes a46cc7a90fd8 ("mm: a")', "has no colon"),
        ('Fixes: commit a46cc7a90fd8 ("mm: a")', 'has the word "commit" before the id'),
        ("Fixes: a46cc7a90fd8 ('mm: a')", "has no double quotes around the subject"),
        ('Fixes: a46cc7a90fd8 "mm: a"', "has no parentheses around the subject"),
        (
            "Fixes: a46cc7a90fd8: mm: a",
            "has no parentheses around the subject and has no double quotes around the subject",
        ),
        ('Fixes: a46cc7a90fd8 ("mm:\n a")', "is wrapped"),
        ('Fixes: a46cc7a90fd8\n("mm: a")', "quotes no subject"),
    ],
)
def test_shapes_that_can_be_mended(tag, fault):
    message, hint, mend = said(tag)[0]
    assert message == f"warning: The Fixes tag {fault}."
    if fault == "quotes no subject":
        assert (hint, mend) == ('write `Fixes: a46cc7a90fd8 ("<subject>")`', None)
    else:
        sound = 'Fixes: a46cc7a90fd8 ("mm: a")'
        assert (hint, mend) == (f"write `{sound}`", Mend(" ".join(tag.split()), sound))


@pytest.mark.parametrize(
    ("tag", "message", "hint"),
    [
        (
            'Fixes: a46cc7a ("mm: a")',
            "warning: The Fixes tag has 7 digits instead of 12.",
            '<12 digits> ("mm: a")',
        ),
        (
            "Fixes: a46cc7a90fd8 'mm: a' # 5.4",
            "warning: The Fixes tag has no parentheses",
            '("mm: a")',
        ),
        ('Fixes: 9554bfe403nd ("mm: a")', "warning: The Fixes tag names no commit.", "name the commit"),
        ("Fixes: https://example.org/1", "note: The Fixes tag names no commit.", "name the commit"),
    ],
)
def test_shapes_for_a_person(tag, message, hint):
    ((text, act, mend),) = said(tag)
    assert text.startswith(message)
    assert hint in act
    assert mend is None


def test_without_a_colon_only_among_trailers():
    assert (
        list(
            check(
                series("Why this\nfixes a46cc7a90fd8 (mm: a)\nis clear.\n\nSigned-off-by: A <a@b>"), NOTHING
            )
        )
        == []
    )


def test_the_commit_that_is_named():
    fact = CommitFact(FULL, "mm: a", Verdict.HOLDS)
    good = 'Fixes: a46cc7a90fd8 ("mm: a")'
    assert said(good, Commits(fact)) == []
    assert said('Fixes: a46cc7a90fd8 ("mm: b")', Commits(fact)) == [
        (
            'warning: a46cc7a90fd8 is called "mm: a".',
            f"write `{good}`, or the id of the commit that is quoted",
            None,
        )
    ]
    assert said('Fixes: a46cc7a ("mm: a")', Commits(fact))[0][1] == f"write `{good}`"
    shallow = CommitFact(FULL, "mm: a", Verdict.UNDECIDED)
    assert said(good, Commits(shallow)) == []


def test_a_commit_that_the_repository_lacks_is_undecided():
    (finding,) = check(series('Fixes: a46cc7a90fd8 ("mm: a")'), Commits())
    assert (finding.verdict, finding.severity, finding.message, finding.hint) == (
        Verdict.UNDECIDED,
        Severity.NOTE,
        "The repository has no commit a46cc7a90fd8, or several that begin so.",
        "fetch the tree that has it",
    )


def test_a_later_commit_and_a_backport():
    later = Commits(CommitFact(FULL, "mm: a", Verdict.VIOLATED))
    message = 'Fixes: a46cc7a90fd8 ("mm: a")'
    assert [f.message for f in check(series(message), later)] == [
        "The base does not descend from a46cc7a90fd8."
    ]
    assert list(check(series(f"commit {FULL} upstream.\n\n{message}"), later)) == []
    assert list(check(series(message, "PATCH 5.4 2/9"), later)) == []


@pytest.mark.parametrize("name", ["v4.mbox", "v3.mbox", "stable-4.19.mbox"])
def test_real_series(real_mails, name):
    read = read_series(str(real_mails / name))
    assert list(check(read, NOTHING)) == []
    undecided = [(f.patch, f.verdict) for f in check(read, Commits())]
    held = [patch.n for patch in read.patches for _ in patch.fixes]
    assert undecided == [(n, Verdict.UNDECIDED) for n in held]


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT203", "fixes-tag", check)
