"""Single lines of a mailbox put right, and not a byte of it besides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from patchtool.core.finding import Finding
from patchtool.mail.mailbox import MailError, split

_ENCODED = re.compile(
    rb"^content-transfer-encoding:\s*(base64|quoted-printable)", re.IGNORECASE | re.MULTILINE
)
_PACKED = (b"\x1f\x8b", b"\xfd7zXZ\0")
# A wrapped line is at most so many lines.
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """What was written anew: lines `line` to `line + len(old) - 1` of `source` (1-based) became `new`."""

    source: str
    line: int
    old: tuple[str, ...]
    new: str


@dataclass(frozen=True, slots=True)
class Left:
    """A line that could be put right and was not, and why."""

    source: str
    line: int
    old: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A file's bytes after the changes, and what was done and not done, in the order of the lines."""

    data: bytes
    changes: tuple[Change, ...]
    left: tuple[Left, ...]


def mend(data: bytes, source: str, findings: Iterable[Finding]) -> Mended:
    """Writes every finding's `mend` that is about `source` into that file's bytes.

    A line is changed only where the mail holds it as it was read: lines of a mail in base64 or
    quoted-printable, and lines that are not where the finding says, are left and listed. Line ends stay
    what they are; a wrapped line becomes one.

    Raises:
        MailError: the data is compressed, or no mail.
    """
    if data.startswith(_PACKED):
        raise MailError("a compressed mailbox is not mended", at=source, hint="unpack it first")
    encoded = _encoded_lines(data, source)
    lines = data.split(b"\n")
    changes: list[Change] = []
    left: list[Left] = []
    # From the end, so that a wrapped line that becomes one does not move those before it.
    for finding in sorted(_about(source, findings), key=lambda found: found.at.line, reverse=True):
        at, wanted = finding.at.line, finding.mend
        if wanted is None:
            continue
        held = _held(lines, at, wanted.old)
        if at in encoded or not at:
            left.append(Left(source, at, wanted.old, "the mail is encoded"))
        elif not held:
            left.append(Left(source, at, wanted.old, "the line was not found as it was read"))
        else:
            changes.append(Change(source, at, tuple(_text(line).rstrip("\r") for line in held), wanted.new))
            end = b"\r" if held[-1].endswith(b"\r") else b""
            lines[at - 1 : at - 1 + len(held)] = [wanted.new.encode("utf-8", "surrogateescape") + end]
    return Mended(b"\n".join(lines), tuple(reversed(changes)), tuple(reversed(left)))


# One finding a line: what a second rule says of it is about the line as it was.
def _about(source: str, findings: Iterable[Finding]) -> list[Finding]:
    first: dict[tuple[int, str], Finding] = {}
    for finding in findings:
        if finding.mend is not None and finding.at.path == source:
            first.setdefault((finding.at.line, finding.mend.old if not finding.at.line else ""), finding)
    return list(first.values())


# The numbers of the lines that belong to mails whose text is encoded.
def _encoded_lines(data: bytes, source: str) -> frozenset[int]:
    return frozenset(
        number
        for mail in split(data, source)
        if _ENCODED.search(mail.data)
        for number in range(mail.line, mail.line + mail.data.count(b"\n") + 1)
    )


# The lines from `at` on that, joined by single blanks, are `old`; empty where they are not.
def _held(lines: list[bytes], at: int, old: str) -> list[bytes]:
    wanted = " ".join(old.split())
    for count in range(1, _MOST_LINES + 1):
        held = lines[at - 1 : at - 1 + count]
        if " ".join(_text(b" ".join(held)).split()) == wanted:
            return held
    return []


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")
