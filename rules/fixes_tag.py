"""`Fixes:` tag that tools cannot read, or that names another commit than it says.

What it does     flags a `Fixes:` tag that is not written `Fixes: <12 or more hex digits> ("subject")` on one
                 line. With a tree it looks the commit up: there is one, its subject is the quoted one, and
                 the base descends from it.
Why it is bad    stable picks, bisects and statistics follow the tag: a wrong id sends the fix to the wrong
                 trees, an unreadable one to none.
Decides by       the message; the commits of the repository at hand. A commit that it does not have is
                 UNDECIDED, for it may be in somebody else's tree.
Limits           more than 12 digits are fine, and so are words behind the title. A tag without a colon counts
                 only among trailers: `fixes 1234567` is prose elsewhere. Whether the base descends from the
                 commit is not asked of a backport, whose tree holds it under another id.
Example          fixtures/rules/fixes-tag/
History          silent on v4 of "Fixup page directory freeing", which has three good ones.
                 Over the 216 tags in 7,439 patch mails of linux-arch from 2019 to 2021 it fires on 14: three
                 wrapped, two of seven digits, one with quote and parenthesis swapped, eight that name no
                 commit ("Fixes: Fixes:", an id with an n in it, a version), and on no sound one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from patchtool.core.finding import Finding, Location, Mend, Severity, Verdict
from patchtool.core.rules import CommitFact, History, Rule
from patchtool.core.series import Patch, Series
from patchtool.core.tags import FixesTag

NAME = "fixes-tag"
_SHORTEST = 12
_FORM = re.compile(r'Fixes: [0-9a-f]{12,40} \(".+"\)(?:\s.*)?', re.IGNORECASE)
_TITLE = re.compile(r"""[\s:,]*(?P<open>\()?\s?(?P<quote>["'“”])?.*?(?P<end>["'“”]?\)?)\s*$""")


def check(series: Series, history: History) -> Iterator[Finding]:
    """At most one finding about a tag's form, and one about its commit."""
    for patch in series.patches:
        for tag in patch.fixes:
            if not _is_prose(patch, tag):
                fact = history.commit(tag.commit) if tag.commit else None
                yield from _form(patch, tag, fact)
                if tag.commit and history.at_hand:
                    yield from _commit(patch, tag, fact)


# Without a colon it is a tag only beside trailers.
def _is_prose(patch: Patch, tag: FixesTag) -> bool:
    if re.match(r"fixes\s*:", tag.raw, re.IGNORECASE):
        return False
    lines = [trailer.line for trailer in patch.trailers]
    return not (tag.line and lines and lines[0] - 1 <= tag.line <= lines[-1] + 1)


def _form(patch: Patch, tag: FixesTag, fact: CommitFact | None) -> Iterator[Finding]:
    faults = tuple(_faults(patch, tag))
    if not faults:
        return
    sound = f'Fixes: {tag.commit} ("{tag.subject}")'
    changes = tag.raw != sound or _wrapped(patch, tag)
    mend = Mend(tag.raw, sound) if tag.subject and _nothing_behind(tag) and changes else None
    # A title without an id is meant for a tag, a word or an address alone may be another habit.
    severity = Severity.WARNING if tag.commit or '("' in tag.raw else Severity.NOTE
    hint = "name the commit, or say Closes: or Link: for a report"
    hint = f"write `{_sound(tag, fact)}`" if tag.commit else hint
    message = f"The Fixes tag {' and '.join(faults)}."
    yield _finding(patch, tag, message, severity=severity, hint=hint, mend=mend)


# The tag as it should be, with the blanks that only the repository could fill in.
def _sound(tag: FixesTag, fact: CommitFact | None) -> str:
    commit = tag.commit if len(tag.commit) >= _SHORTEST else f"<{_SHORTEST} digits>"
    if fact:
        return f'Fixes: {fact.commit[:_SHORTEST]} ("{fact.subject}")'
    return f'Fixes: {commit} ("{tag.subject or "<subject>"}")'


def _faults(patch: Patch, tag: FixesTag) -> Iterator[str]:
    if not tag.commit:
        yield "names no commit"
        return
    if not re.match(r"fixes:", tag.raw, re.IGNORECASE):
        yield "has no colon"
    if re.match(r"fixes:?\s*commit\b", tag.raw, re.IGNORECASE):
        yield 'has the word "commit" before the id'
    if len(tag.commit) < _SHORTEST:
        yield f"has {len(tag.commit)} digits instead of {_SHORTEST}"
    if not tag.subject:
        yield "quotes no subject"
    elif not _FORM.fullmatch(" ".join(tag.raw.split())):
        yield from _bare_title(tag)
    if _wrapped(patch, tag):
        yield "is wrapped"


def _bare_title(tag: FixesTag) -> Iterator[str]:
    found = _TITLE.match(_behind(tag))
    if found and not (found["open"] and found["end"].endswith(")")):
        yield "has no parentheses around the subject"
    if found and found["quote"] != '"':
        yield "has no double quotes around the subject"


# What follows the id.
def _behind(tag: FixesTag) -> str:
    at = tag.raw.lower().find(tag.commit)
    return tag.raw[at + len(tag.commit) :]


# Whether the tag is id and subject alone, so that nothing is lost when it is written anew.
def _nothing_behind(tag: FixesTag) -> bool:
    return _behind(tag).strip("\"'“”() :,\t") == tag.subject.strip("\"'“”() :,\t")


def _wrapped(patch: Patch, tag: FixesTag) -> bool:
    lines = patch.message.split("\n")
    return tag.raw not in lines and any(tag.raw.startswith(f"{line} ") for line in lines if line)


def _commit(patch: Patch, tag: FixesTag, fact: CommitFact | None) -> Iterator[Finding]:
    if fact is None:
        message = f"The repository has no commit {tag.commit}, or several that begin so."
        finding = _finding(patch, tag, message, hint="fetch the tree that has it", severity=Severity.NOTE)
        yield replace(finding, verdict=Verdict.UNDECIDED)
        return
    short = fact.commit[:_SHORTEST]
    if tag.subject and " ".join(tag.subject.split()) != " ".join(fact.subject.split()):
        hint = f'write `Fixes: {short} ("{fact.subject}")`, or the id of the commit that is quoted'
        yield _finding(patch, tag, f'{short} is called "{fact.subject}".', hint=hint)
    if fact.in_base is Verdict.VIOLATED and not patch.is_backport:
        hint = "name the commit by its id in the base, or the base with --base"
        yield _finding(patch, tag, f"The base does not descend from {short}.", hint=hint)


def _finding(
    patch: Patch,
    tag: FixesTag,
    message: str,
    *,
    hint: str,
    severity: Severity = Severity.WARNING,
    mend: Mend | None = None,
) -> Finding:
    return Finding(
        rule=NAME,
        severity=severity,
        at=Location(patch.source, tag.line),
        message=message,
        key=f"{patch.n}:{tag.raw}:{message}",
        hint=hint,
        patch=patch.n,
        evidence=(tag.raw,),
        mend=mend,
    )


RULE = Rule(id="PT203", name=NAME, severity=Severity.WARNING, since="0.1", doc=__doc__ or "", on_series=check)
