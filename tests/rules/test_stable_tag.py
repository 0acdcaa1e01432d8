from __future__ import annotations

from dataclasses import replace

import pytest

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.rules import CommitFact, Releases
from patchtool.core.series import Patch, Person, Series
from patchtool.mail.series import read_series
from patchtool.mail.tags import fixes_tags, stable_tags
from patchtool.rules.stable_tag import RULE, check

NOBODY = Person("", "")
OLD, NEW = "a" * 40, "b" * 40
STABLE = "Cc: <stable@vger.kernel.org>"


class Tagged:
    """Two commits: OLD came out in v4.14, NEW is in v5.5-rc1 and not released."""

    def __init__(self, *, at_hand: bool = True) -> None:
        self.at_hand = at_hand

    def commit(self, oid: str) -> CommitFact | None:
        full = next((known for known in (OLD, NEW) if known.startswith(oid)), None)
        return CommitFact(full, "mm: a", Verdict.HOLDS) if full else None

    def releases(self, oid: str) -> Releases:
        return Releases("v4.14-rc1", "v4.14") if oid == OLD else Releases("v5.5-rc1", "")

    def prefixes(self, path: str) -> tuple[str, ...]:
        return ()

    def has_path(self, path: str) -> bool | None:
        return None


NOTHING = Tagged(at_hand=False)


def patch(message: str, n: int = 1, cc: str = "", prefix: str = "PATCH") -> Patch:
    lines = tuple(range(21, 22 + message.count("\n")))
    bare = Patch(
        n, 9, "mm: a", prefix, NOBODY, NOBODY, "", message, (), (), b"", "s", line=5, message_lines=lines
    )
    headers = (("cc", cc),) if cc else ()
    return replace(bare, headers=headers, fixes=fixes_tags(bare), stable=stable_tags(bare))


def said(*patches: Patch, history: Tagged = NOTHING) -> list[str]:
    found = check(Series("s", "mm: a", 1, patches), history)
    return [f"{f.at.line}: {f.severity.value}: {f.message}" for f in found]


RANGE = "note: Stable is asked for, and neither a Fixes tag nor a version says from which release on."


def test_whole_finding():
    assert list(check(Series("s", "x", 1, (patch(f"Why.\n\n{STABLE}", 4),)), NOTHING)) == [
        Finding(
            rule="stable-tag",
            severity=Severity.NOTE,
            at=Location("s", 23),
            message=RANGE.removeprefix("note: "),
            key=f"4:{STABLE}:{RANGE.removeprefix('note: ')}",
            hint="add `Fixes:`, or the oldest release that needs it: `# 5.4.x`",
            patch=4,
            evidence=(STABLE,),
        )
    ]


@pytest.mark.parametrize(
    "message",
    [
        f"{STABLE} # v5.4+",
        f"{STABLE} # needed since 4.9",
        f'{STABLE} # 446cda1b21d9 ("title")',
        f'Fixes: aaaaaaaaaaaa ("mm: a")\n{STABLE}',
        "Cc: <stable+noautosel@kernel.org> # needs a new compiler",
        f"[ Upstream commit {OLD} ]\n\n{STABLE}",
        f"commit {OLD} upstream.\n\n{STABLE}",
        "Why.",
    ],
)
def test_nothing_to_say(message):
    assert said(patch(message)) == []


def test_what_the_mails_alone_show():
    assert said(patch(f"{STABLE} # after -rc3")) == [f"21: {RANGE}"]
    assert said(patch(STABLE, prefix="PATCH 5.4 1/2")) == []
    reason = "21: warning: The tag keeps the patch from stable and gives no reason."
    assert said(patch("Cc: <stable+noautosel@kernel.org>")) == [reason]


def test_in_the_header_only():
    bare = patch("Why.", cc="A <a@b>, stable@vger.kernel.org")
    assert said(bare) == [
        "5: warning: stable is in the mail's Cc header and not in the message: the commit will not have it."
    ]
    assert said(bare, patch(f"{STABLE} # 5.4.x", 2)) == []
    assert said(patch("Why.", cc="unstable@vger.kernel.org")) == []
    assert said(patch("Why.", cc="stable@vger.kernel.org", prefix="PATCH stable")) == []


def test_with_a_tree():
    old, new = 'Fixes: aaaaaaaaaaaa ("mm: a")', 'Fixes: bbbbbbbbbbbb ("mm: a")'
    asked = "21: note: aaaaaaaaaaaa was released in v4.14, and no stable tag asks for its fix."
    assert said(patch(old), history=Tagged()) == [asked]
    assert said(patch(old)) == said(patch(new), history=Tagged()) == []
    assert said(patch("fixes aaaaaaaaaaaa is prose"), history=Tagged()) == []
    older = "22: warning: bbbbbbbbbbbb came in v5.5-rc1, 5.4 does not have it."
    assert said(patch(f"{new}\n{STABLE} # 5.4.x"), history=Tagged()) == [older]
    assert said(patch(f"{new}\n{STABLE} # 5.5+"), history=Tagged()) == []
    assert said(patch(f"{new}\n{old}\n{STABLE} # 5.4"), history=Tagged()) == []
    assert said(patch(f"{new}\n{STABLE} # 5.4, for it was backported"), history=Tagged()) == []
    assert said(patch(f'{new}\nFixes: cccccccccccc ("x")\n{STABLE} # 5.4'), history=Tagged()) == []


@pytest.mark.parametrize(("name", "line"), [("v4.mbox", 212), ("v3.mbox", None), ("stable-4.19.mbox", None)])
def test_real_series(real_mails, name, line):
    found = [(f.patch, f.at.line, f.severity) for f in check(read_series(str(real_mails / name)), NOTHING)]
    assert found == ([(1, line, Severity.NOTE)] if line else [])


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT204", "stable-tag", check)
