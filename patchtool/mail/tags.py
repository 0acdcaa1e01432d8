"""`Fixes:` and `Cc: stable` in every shape that people write them."""

from __future__ import annotations

import re

from patchtool.core.series import Patch
from patchtool.core.tags import FixesTag, StablePrerequisite, StableTag

_HEX = r"[0-9a-fA-F]{7,40}"
_FIXES = re.compile(
    rf"fixes(?:\s*:\s*|\s+)(?:commit\s+)?(?P<commit>{_HEX})\b[\s:,]*(?P<rest>.*)$", re.IGNORECASE
)
_FIXES_NO_COMMIT = re.compile(r"fixes:\s*\S", re.IGNORECASE)
# What may follow a title and is none of it.
_COMMENT = re.compile(r"""(?<=[)"'”])\s*#[^)"'”]*$""")
# A title in any of the kinds of brackets and quotes seen, or bare.
_TITLE = re.compile(r"""^(?P<open>\()? ?(?P<quote>["'“”])?(?P<title>.*?)(?(quote)["'“”]?) ?(?(open)\)?)$""")

_ADDRESS = r"stable(?P<tag>\+noautosel)?@(?:vger\.)?kernel\.org"
_STABLE = re.compile(rf"cc:.*?(?:{_ADDRESS})\s*>?\s*(?P<rest>.*)$", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:linux-|stable[- ])*v?(?P<version>\d{1,2}\.\d{1,3}(?:\.\d{1,3})?)(?:\.[xy])?(?:-rc\d+)?(?![\w.])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\+?\s*(?:,|&|/|\band\b)\s*", re.IGNORECASE)
_UNTIL = re.compile(r"-(?!\w)|\s*(?:and|or) (?:older|earlier|below)\b", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_DELAY = re.compile(r"\bafter\b[^,;)]*", re.IGNORECASE)
_PREREQUISITE = re.compile(rf"(?P<commit>{_HEX})(?:\s*:\s*(?P<bare>.+)|\s*(?P<quoted>\(.+))?$")


def fixes_tags(patch: Patch) -> tuple[FixesTag, ...]:
    """The `Fixes:` tags of a message, in order, wherever in it they stand.

    Read in every shape seen: 7 to 40 hex digits, no parentheses, single quotes, a leading `commit`, lower
    case, no colon before an id, a title wrapped onto the next lines. Prose (`Fixes the following warning`)
    is no tag; `Fixes:` with a bug's address gives an empty `commit`.
    """
    found: list[FixesTag] = []
    for text, line in _tag_lines(patch, "fixes"):
        if tag := _FIXES.match(text):
            found.append(FixesTag(tag["commit"].lower(), _title(tag["rest"]), line, text))
        elif _FIXES_NO_COMMIT.match(text):
            found.append(FixesTag("", "", line, text))
    return tuple(found)


def stable_tags(patch: Patch) -> tuple[StableTag, ...]:
    """The `Cc: stable` lines of a message, in order, wherever in it they stand.

    The mail's own Cc header does not count: stable picks commits, not mails. A version counts only where
    the text begins with it (`# v5.4+`, `[5.4+]`, ` @ v4.19+`). What is none of the record's other fields
    stays in `text` alone.

    Source: Documentation/process/stable-kernel-rules.rst.
    """
    return tuple(
        _stable_tag(found, text, line)
        for text, line in _tag_lines(patch, "cc")
        if (found := _STABLE.match(text))
    )


def _stable_tag(found: re.Match[str], raw: str, line: int) -> StableTag:
    text = _after_address(found["rest"])
    version = _VERSION.match(text)
    rest = text[version.end() :] if version else text
    wanted = _PREREQUISITE.match(rest.lstrip("+-]").lstrip(" :") if version else rest)
    listed = _listed(text)
    until = version["version"] if version and _UNTIL.match(rest) else None
    delay = _DELAY.search(text)
    return StableTag(
        from_version=version["version"] if version and not until else None,
        prerequisites=(_prerequisite(wanted),) if wanted else (),
        text=text,
        line=line,
        raw=raw,
        noautosel=found["tag"] is not None,
        listed=listed,
        only=bool(version and _ONLY.search(text)),
        until=until,
        delay=delay[0] if delay else "",
    )


# `v5.15, v5.17`, `5.4 and 5.10`: the versions at the text's beginning, where there are several.
def _listed(text: str) -> tuple[str, ...]:
    found = []
    while version := _VERSION.match(text):
        found.append(version["version"])
        between = _BETWEEN.match(text, version.end())
        if not between:
            break
        text = text[between.end() :]
    return tuple(found) if len(found) > 1 else ()


# What follows a `#`, or the address itself (`[5.0+]`, `@ v4.19+`); not the line's other addresses.
def _after_address(rest: str) -> str:
    if "#" in rest:
        return rest.partition("#")[2].strip()
    if "@" in rest.lstrip(" @"):
        return ""
    return rest.lstrip(" @[,>").strip()


def _prerequisite(found: re.Match[str]) -> StablePrerequisite:
    return StablePrerequisite(found["commit"].lower(), _title(found["quoted"] or found["bare"] or ""))


def _title(text: str) -> str:
    plain = " ".join(_COMMENT.sub("", text).split())
    found = _TITLE.match(plain)
    return found["title"] if found else plain


# Lines that begin with a tag's word, each with what it was wrapped into: an indented line, or, for a
# title whose parenthesis is still open, the next one.
def _tag_lines(patch: Patch, word: str) -> list[tuple[str, int]]:
    lines = patch.message.split("\n")
    found: list[tuple[str, int]] = []
    for number, line in enumerate(lines):
        if not re.match(rf"{word}\b", line, re.IGNORECASE):
            continue
        text = line
        for following in lines[number + 1 : number + 4]:
            open_title = text.count("(") > text.count(")")
            if not following.strip() or not (following[0].isspace() or (word == "fixes" and open_title)):
                break
            text = f"{text} {following.strip()}"
        place = patch.message_lines[number] if number < len(patch.message_lines) else 0
        found.append((text, place))
    return found
