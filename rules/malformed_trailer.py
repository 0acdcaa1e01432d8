"""Trailer that names a person in a form that tools cannot read.

What it does     flags, among the tags at a message's end, an address without its closing or opening
                 bracket, a name that touches the bracket, and a tag that is one slip away from a documented
                 one.
Why it is bad    `git interpret-trailers`, `git send-email` and the statistics drop or garble such a line: a
                 reviewer loses the credit, and a sign-off that nobody can read signs nothing off.
Decides by       the text of the message alone: lines that begin with a known person tag, or one letter
                 added, left out, changed or swapped, in the last paragraph or in paragraphs of tags right
                 above it.
Limits           `Fixes:` and `Link:` are not looked at. A tag of two verbs (Reported-and-tested-by) is
                 checked for its address, not for its spelling. Two slips in one tag are taken for another
                 tag.
Example          fixtures/rules/malformed-trailer/
History          fires on 2/9 of "Fixup page directory freeing" (lore
                 20200116064531.483522-1-aneesh.kumar@linux.ibm.com): the sign-off lacks its `>`.
                 Over 7,732 patch mails of linux-arch from 2019 to 2021 it fires on that line and on one
                 "Reviewed-by" without its colon, and on no sound line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Mend, Severity
from patchtool.core.rules import History, Rule
from patchtool.core.series import Patch, Series

# Documentation/process/submitting-patches.rst, and Cc.
_TAGS = (
    "Signed-off-by",
    "Co-developed-by",
    "Reviewed-by",
    "Acked-by",
    "Tested-by",
    "Reported-by",
    "Suggested-by",
)
_PERSON = re.compile(r"(?:[a-z]+(?:[ -][a-z]+)*-by|cc)", re.IGNORECASE)
_LINE = re.compile(r"(?P<tag>[A-Za-z][A-Za-z _-]*):(?P<value>.*)$")
_NO_COLON = re.compile(rf"(?P<tag>{'|'.join(_TAGS)})\s[^:<]*<[^<>\s@]+@[^<>\s]+>$", re.IGNORECASE)
_NOT_CLOSED = re.compile(r"<[^<>@]*@[^<>]*(?=<|$)")
_NOT_OPENED = re.compile(r"(?:^|[\s,;>])[^\s<>,;@]+@[^\s<>]+>")
_TOUCHING = re.compile(r"[^\s<>,;(]<[^<>\s@]+@[^<>\s]+>")

# A line with one address, which lacks a bracket.
_ONE_LACKS_END = re.compile(r"^([^<>#]*<[^<>@\s,]+@[^<>@\s,]+)(\s*(?:#.*)?)$")
_ONE_LACKS_START = re.compile(r"^([^<>@#]*?)\s+([^<>@\s,]+@[^<>@\s,]+>)")


def check(series: Series, history: History) -> Iterator[Finding]:
    """One finding a malformed line, at its line in the mail."""
    for patch in series.patches:
        for number, text in _tag_lines(patch):
            if fault := _fault(text):
                yield _finding(patch, number, text, *fault)


def _finding(patch: Patch, number: int, text: str, message: str, hint: str) -> Finding:
    line = patch.message_lines[number] if number < len(patch.message_lines) else 0
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        at=Location(patch.source, line),
        message=message,
        key=f"{patch.n}:{text}",
        hint=hint,
        patch=patch.n,
        evidence=(text,),
        mend=_mend(text),
    )


# The line put right, where that takes no judgement: one that still has a fault is left to a person.
def _mend(text: str) -> Mend | None:
    new = text
    if (found := _LINE.match(text)) and (meant := _meant(found["tag"].rstrip())):
        new = f"{meant}:{found['value']}"
    elif found := _NO_COLON.match(text):
        new = f"{found['tag']}:{text[found.end('tag') :]}"
    new = _ONE_LACKS_END.sub(r"\1>\2", new)
    new = _ONE_LACKS_START.sub(r"\1 <\2", new)
    new = re.sub(r"([^\s<>,;(])(<[^<>\s@]+@[^<>\s]+>)", r"\1 \2", new)
    return Mend(text, new) if new != text and _fault(new) is None else None


# The last paragraph, and those above it that hold nothing but tags; a wrapped line counts with its start.
def _tag_lines(patch: Patch) -> list[tuple[int, str]]:
    paragraphs: list[list[tuple[int, str]]] = [[]]
    for number, text in enumerate(patch.message.split("\n")):
        if not text:
            paragraphs.append([])
        elif text[0].isspace() and paragraphs[-1]:
            start, begun = paragraphs[-1][-1]
            paragraphs[-1][-1] = (start, f"{begun} {text.strip()}")
        else:
            paragraphs[-1].append((number, text))
    kept = paragraphs[-1:]
    for paragraph in reversed(paragraphs[:-1]):
        if not all(_LINE.match(text) for _, text in paragraph):
            break
        kept.insert(0, paragraph)
    return [line for paragraph in kept for line in paragraph]


# What is wrong with a line and what to do; None for a sound line, or one that is no person's tag.
def _fault(text: str) -> tuple[str, str] | None:
    if found := _NO_COLON.match(text):
        return f"{found['tag']} has no colon.", f"write `{found['tag']}: `"
    line = _LINE.match(text)
    if line is None:
        return None
    tag, value = line["tag"].rstrip(), line["value"].partition("#")[0].rstrip()
    meant = _meant(tag)
    if meant is not None:
        return f"{tag} is not a tag.", f"write `{meant}: `"
    if not _PERSON.fullmatch(tag):
        return None
    if _NOT_CLOSED.search(value):
        return f"The address of {tag} has no closing `>`.", "add the `>`"
    if _NOT_OPENED.search(value):
        return f"The address of {tag} has no opening `<`.", "add the `<`"
    if _TOUCHING.search(value):
        return f"{tag} has no blank between name and address.", "add a blank before the `<`"
    return None


# The documented tag that is one slip away; None for a documented one and for anything else.
def _meant(tag: str) -> str | None:
    given = tag.lower()
    known = {name.lower(): name for name in _TAGS}
    if given in known:
        return None
    return next((name for lower, name in known.items() if _one_slip(given, lower)), None)


# One letter added, left out or changed, or two neighbours swapped.
def _one_slip(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    first = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[first:] == other[first + 1 :]
    if one[first + 1 :] == other[first + 1 :]:
        return True
    swapped = one[first : first + 2] == other[first : first + 2][::-1]
    return swapped and one[first + 2 :] == other[first + 2 :]


RULE = Rule(
    id="PT201",
    name="malformed-trailer",
    severity=Severity.ERROR,
    since="0.1",
    doc=__doc__ or "",
    on_series=check,
)
