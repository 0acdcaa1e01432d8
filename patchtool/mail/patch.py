"""A mail that holds a diff to the patch that `git am` would make of it."""

from __future__ import annotations

from dataclasses import replace

from patchtool.core.series import Patch
from patchtool.mail.diff import parse_diff
from patchtool.mail.lines import LineIndex
from patchtool.mail.mailinfo import run_mailinfo
from patchtool.mail.message import Message
from patchtool.mail.trailers import fixes_tags, parse_trailers, stable_tags

_KEPT_HEADERS = ("to", "cc", "date", "in-reply-to", "references")


def read_patch(message: Message, n: int, total: int) -> Patch | None:
    """The patch of a mail, as number `n` of `total`; None where its text holds no diff after all.

    One `git mailinfo` process.

    Raises:
        MailError: git does not take the mail, or its diff is corrupt, combined, or leaves the tree.
    """
    raw = message.raw
    info = run_mailinfo(raw)
    index = LineIndex(raw)
    text_lines = info.message.split("\n") if info.message else []
    keys = [line.encode("utf-8", "surrogateescape") for line in text_lines]
    message_lines, after = index.locate(keys)
    places, _ = index.locate(info.patch.split(b"\n"), after)
    files = parse_diff(info.patch, raw.source, places)
    if not files:
        return None
    notes, notes_lines = _notes(info.patch.partition(files[0].text)[0], places)
    patch = Patch(
        n=n,
        total=total,
        subject=info.subject,
        prefix=message.tags.prefix,
        author=info.author,
        sender=message.sender,
        date=info.date,
        message=info.message,
        trailers=parse_trailers(info.subject, info.message, message_lines),
        files=files,
        diff=b"".join(file.text for file in files),
        source=raw.source,
        line=raw.line,
        subject_line=message.subject_line,
        message_id=message.message_id,
        headers=tuple((key, value) for key, value in message.envelope.fields if key in _KEPT_HEADERS),
        message_lines=message_lines,
        notes=notes,
        notes_lines=notes_lines,
    )
    return replace(patch, fixes=fixes_tags(patch), stable=stable_tags(patch))


# What stands between the line of dashes and the first file is for people: remarks and the diffstat.
def _notes(text: bytes, places: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    first = 1 if lines[0].rstrip() == "---" else 0
    return "\n".join(lines[first:]), places[first : len(lines) - 1]
