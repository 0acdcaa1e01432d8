"""A mail's subject: `[PATCH RFC net-next v4 02/19] area: what` taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BRACKETS = re.compile(r"\s*\[([^\[\]]*)\]")
_REPLY = re.compile(r"\s*(?:re|aw|fwd?|sv|wg)\s*:", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,4})/(\d{1,4})")
_REVISION = re.compile(r"(?:patch)?-?v(\d{1,3})", re.IGNORECASE)
_KERNEL = re.compile(r"(?:for-|stable[-/]|linux-)*v?\d+\.\d+(?:\.(?:\d+|[xy]))?(?:-\d.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SubjectTags:
    """What the brackets of a subject say.

    `subject` is what follows them; `prefix` their text without the brackets, "" without any. `version` is
    the revision (1 where none is announced); `n` and `total` are None where no `n/total` is announced.
    `words` are the other words in order, without PATCH: RFC, RESEND, net-next, 5.4. `reply` says that the
    subject begins with `Re:` or the like.
    """

    subject: str
    prefix: str
    version: int
    n: int | None
    total: int | None
    words: tuple[str, ...]
    reply: bool

    @property
    def kernels(self) -> tuple[str, ...]:
        """The words that name a kernel version (`5.4`, `for-stable-4.9`): never revisions."""
        return tuple(word for word in self.words if _KERNEL.fullmatch(word))


def read_subject(value: str) -> SubjectTags:
    """The tags of a decoded Subject field.

    A word is a revision only as `v` and a whole number (`v4`, `V4`, `PATCHv4`): `v4.4` and `5.4` name
    kernels. The last of several revisions or numbers counts.
    """
    reply, rest = _strip_replies(value)
    groups: list[str] = []
    while found := _BRACKETS.match(rest):
        groups.append(found[1].strip())
        rest = rest[found.end() :]
        again, rest = _strip_replies(rest)
        reply = reply or again
    version, n, total = 1, None, None
    words: list[str] = []
    for word in re.split(r"[\s,:]+", " ".join(groups)):
        if number := _NUMBER.fullmatch(word):
            n, total = int(number[1]), int(number[2])
        elif revision := _REVISION.fullmatch(word):
            version = int(revision[1])
        elif word and word.upper() != "PATCH":
            words.append(word)
    return SubjectTags(rest.strip(" "), " ".join(groups), version, n, total, tuple(words), reply)


def _strip_replies(value: str) -> tuple[bool, str]:
    rest = value
    while found := _REPLY.match(rest):
        rest = rest[found.end() :]
    return rest != value, rest
