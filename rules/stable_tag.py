"""`Cc: stable` tag that does not say what stable needs to know, or is not where stable looks.

What it does     flags a stable tag without a version in a message without `Fixes:`, a stable address in the
                 mail's Cc header alone, and `stable+noautosel` without a reason. With a tree and its release
                 tags: a `Fixes:` of a released commit without a stable tag, and a version older than the
                 first release with the commit that is fixed.
Why it is bad    stable picks commits by their tags. Without a range somebody has to guess which trees are
                 affected; what only the header says is gone once the patch is in git.
Decides by       the message, the Cc header, and the version tags of the repository that hold the commit.
Limits           a patch that names its upstream commit, or a stable tree in its subject, is a backport and
                 not asked. The range may stand in prose. That an older tree got the broken commit as a
                 backport is not seen, so a version with words of explanation is left alone.
Example          fixtures/rules/stable-tag/
History          v4 1/9 of "Fixup page directory freeing": a bare stable tag, no Fixes (note).
                 Over 7,439 patch mails of linux-arch from 2019 to 2021 (53 stable tags) it fires on 15 bare
                 tags and on one stable address that is in the header alone, without a tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import History, Rule
from patchtool.core.series import Patch, Series
from patchtool.core.tags import StableTag

NAME = "stable-tag"
_STABLE = re.compile(r"\bstable@(?:vger\.)?kernel\.org\b", re.IGNORECASE)
_VERSION = re.compile(r"(?<![\w.])v?(\d{1,2})\.(\d{1,3})")
_PLAIN = re.compile(r"(?:linux-)?v?[\d.]+(?:\.[xy])?[+\]-]*(?: and (?:newer|later|up))?", re.IGNORECASE)


def check(series: Series, history: History) -> Iterator[Finding]:
    """At most one finding of each kind a patch, at the tag it is about."""
    tagged = any(patch.stable for patch in series.patches)
    for patch in series.patches:
        if patch.is_backport:
            continue
        yield from _without_reason(patch)
        yield from _without_range(patch)
        if not tagged:
            yield from _in_header_only(patch)
        if history.at_hand:
            yield from _not_asked_for(patch, history)
            yield from _too_old(patch, history)


def _without_reason(patch: Patch) -> Iterator[Finding]:
    for tag in patch.stable:
        if tag.noautosel and not tag.text:
            message = "The tag keeps the patch from stable and gives no reason."
            yield _finding(patch, tag.line, message, "add the reason: `# why`", text=tag.raw)


def _without_range(patch: Patch) -> Iterator[Finding]:
    asking = [tag for tag in patch.stable if not tag.noautosel]
    named = any(fix.commit for fix in patch.fixes)
    if not asking or named or any(tag.prerequisites or _VERSION.search(tag.text) for tag in asking):
        return
    message = "Stable is asked for, and neither a Fixes tag nor a version says from which release on."
    hint = "add `Fixes:`, or the oldest release that needs it: `# 5.4.x`"
    yield _finding(patch, asking[0].line, message, hint, text=asking[0].raw, severity=Severity.NOTE)


# git send-email puts one patch's Cc on all mails of a series, so this is asked only where no patch has one.
def _in_header_only(patch: Patch) -> Iterator[Finding]:
    if not patch.stable and _STABLE.search(patch.header("cc")):
        message = "stable is in the mail's Cc header and not in the message: the commit will not have it."
        yield _finding(patch, patch.line, message, "add `Cc: <stable@vger.kernel.org>` to the trailers")


def _not_asked_for(patch: Patch, history: History) -> Iterator[Finding]:
    if patch.stable:
        return
    for tag in patch.fixes:
        # Prose that begins a line with "fixes" asks for nothing.
        fact = history.commit(tag.commit) if tag.commit and ":" in tag.raw[:8] else None
        release = history.releases(fact.commit).final if fact else ""
        if fact and release:
            message = f"{fact.commit[:12]} was released in {release}, and no stable tag asks for its fix."
            hint = "add `Cc: <stable@vger.kernel.org>`, unless the fix is not worth it"
            yield _finding(patch, tag.line, message, hint, text=tag.raw, severity=Severity.NOTE)


def _too_old(patch: Patch, history: History) -> Iterator[Finding]:
    facts = [fact for tag in patch.fixes if tag.commit and (fact := history.commit(tag.commit))]
    firsts = {first: fact for fact in facts if (first := history.releases(fact.commit).first)}
    tags = [tag for tag in patch.stable if tag.from_version and _PLAIN.fullmatch(tag.text)]
    if not firsts or not tags or len(facts) < len(patch.fixes):
        return
    oldest = min(firsts, key=_series_of)
    for tag in tags:
        if _series_of(tag.from_version or "") < _series_of(oldest):
            message = f"{firsts[oldest].commit[:12]} came in {oldest}, {tag.from_version} does not have it."
            yield _finding(patch, tag.line, message, _newer(tag, oldest), text=tag.raw)


def _newer(tag: StableTag, first: str) -> str:
    major, minor = _series_of(first)
    return f"write `# {major}.{minor}.x`, or say what else {tag.from_version} needs it for"


# (5, 4) of 5.4.18 and of v5.4-rc1: a stable series begins with the release.
def _series_of(version: str) -> tuple[int, int]:
    found = _VERSION.match(version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _finding(
    patch: Patch, line: int, message: str, hint: str, *, text: str = "", severity: Severity = Severity.WARNING
) -> Finding:
    return Finding(
        rule=NAME,
        severity=severity,
        at=Location(patch.source, line),
        message=message,
        key=f"{patch.n}:{text}:{message}",
        hint=hint,
        patch=patch.n,
        evidence=(text,) if text else (),
    )


RULE = Rule(id="PT204", name=NAME, severity=Severity.WARNING, since="0.1", doc=__doc__ or "", on_series=check)
