"""What a series itself says about stable: tags, the cover letter, what it fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from patchtool.core.plan import Target
from patchtool.core.series import Patch, Series
from patchtool.core.tags import FixesTag, StableTag
from patchtool.mail.tags import fixes_tags, stable_tags

_END = re.compile(r"(?<=[.!?])\s+")
_LIST = re.compile(r"^(?:\s*[*-] |.*\|\s+\d+ |-- ?$)", re.MULTILINE)
_STABLE_WORD = re.compile(r"\b(?:stable|backport\w*)\b", re.IGNORECASE)
_STABLE_LIST = re.compile(r"\bstable@(?:vger\.)?kernel\.org\b", re.IGNORECASE)
_WAIT = re.compile(r"\b(?:wait|delay|hold|soak|not before)\b[^,;)]*", re.IGNORECASE)
_UNDELIVERED = re.compile(r"(?<![\w.+-])stable@kernel\.org\b", re.IGNORECASE)
_BARE_OPT_OUT = re.compile(r"^cc:.*(?<!\+)\bnoautosel@kernel\.org\b.*$", re.IGNORECASE | re.MULTILINE)
_VERSION = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One patch's own word on stable. `only_header`: stable is in the mail's Cc and not in the message.

    `words` are sentences on what else the tags ask for: to wait, to leave the patch out of automatic
    selection, to take others first; they decide nothing.
    """

    stable: tuple[StableTag, ...]
    fixes: tuple[FixesTag, ...]
    only_header: bool
    words: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether the patch asks for stable trees."""
        return any(not tag.noautosel for tag in self.stable)

    @property
    def since(self) -> str | None:
        """The oldest version that a stable tag names; None where none does."""
        named = [tag.from_version for tag in self.stable if tag.from_version]
        return min(named, key=_numbers, default=None)


def evidence_of(patch: Patch) -> Evidence:
    """What the tags and the mail's own header say."""
    stable = stable_tags(patch)
    listed = any(_STABLE_LIST.search(patch.header(name)) for name in ("to", "cc"))
    words = dict.fromkeys((*(word for tag in stable for word in _words(tag)), *_opt_out(patch, stable)))
    return Evidence(stable, fixes_tags(patch), listed and not stable, tuple(words))


# Source: Documentation/process/stable-kernel-rules.rst, which has the tag, its delays and both addresses.
def _words(tag: StableTag) -> Iterator[str]:
    if tag.noautosel:
        reason = f": {tag.text}" if tag.text else ""
        yield f"it asks to be left out of automatic selection{reason}"
        return
    wait = _WAIT.search(tag.text)
    delay = tag.delay or (wait[0].strip() if wait else "")
    if delay:
        yield f"its stable tag asks for a delay: {delay}"
    for first in tag.prerequisites:
        title = f": {first.subject}" if first.subject else ""
        yield f"its stable tag wants {first.commit} picked first{title}"
    if _UNDELIVERED.search(tag.raw):
        yield "its stable tag names stable@kernel.org, where no mail arrives: the fix may not be public yet"


def _opt_out(patch: Patch, stable: tuple[StableTag, ...]) -> tuple[str, ...]:
    found = _BARE_OPT_OUT.search(patch.message)
    if found is None or any(tag.noautosel for tag in stable):
        return ()
    return (f"it asks to be left out of automatic selection: {found[0]}",)


def cover_words(series: Series) -> tuple[str, ...]:
    """The cover letter's sentences on stable or backports, each on one line; () without a cover.

    Lists of changes between revisions, the diffstat and the signature are left out.
    """
    if series.cover is None:
        return ()
    prose = [text for text in series.cover.text.split("\n\n") if not _LIST.search(text)]
    sentences = [" ".join(part.split()) for text in prose for part in _END.split(text)]
    return tuple(sentence for sentence in sentences if _STABLE_WORD.search(sentence))


def out_of_range(evidence: Evidence, target: Target) -> str:
    """Why the patch's stable tags leave the target out ("since 5.4"), "" where they do not.

    Compares the version that the tag names with the target's: the tag is itself a statement about versions.
    """
    version = _VERSION.match(target.version)
    if version is None:
        return ""
    here = _numbers(version[0])
    tags = [tag for tag in evidence.stable if not tag.noautosel]
    if tags and all(tag.only for tag in tags):
        named = {name for tag in tags for name in (*tag.listed, tag.from_version) if name}
        if named and not any(_numbers(name)[:2] == here for name in named):
            return f"its stable tag asks for {', '.join(sorted(named))} only, this is {target.version}"
    newest = [tag.until for tag in tags if tag.until]
    if newest and len(newest) == len(tags) and all(here > _numbers(name)[:2] for name in newest):
        return f"its stable tag asks for {newest[0]} and older, this is {target.version}"
    since = evidence.since
    if since is None or here >= _numbers(since)[:2]:
        return ""
    return f"its stable tag asks for {since} and newer, this is {target.version}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
