"""One mail with its headers decoded and its place in a series known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from patchtool.core.series import Cover, Person, Trailer
from patchtool.mail.headers import Envelope, header_line, read_envelope, read_person
from patchtool.mail.mailbox import RawMail
from patchtool.mail.subject import SubjectTags, read_subject

_DIFF = re.compile(r"^(?:diff -|--- \S.*\n\+\+\+ \S)", re.MULTILINE)
_CHANGE_ID = re.compile(r"^change-id:[ \t]+(\S+)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_PREREQUISITE = re.compile(
    r"^(prerequisite-(?:patch|message|change)-id):[ \t]+(\S+)[ \t]*$", re.MULTILINE | re.IGNORECASE
)
_BASE_COMMIT = re.compile(r"^base-commit: ([0-9a-f]{7,64})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as a series sees it.

    `raw` is the mail itself; `tags` what its subject's brackets say; ids are without `<` and `>`, "" or
    empty where absent. `subject_line` is the Subject header's line in the input (0: no such header).
    """

    raw: RawMail
    envelope: Envelope
    tags: SubjectTags
    sender: Person
    subject_line: int

    @property
    def message_id(self) -> str:
        return next(iter(self.envelope.ids("message-id")), "")

    @property
    def in_reply_to(self) -> str:
        return next(iter(self.envelope.ids("in-reply-to")), "")

    @property
    def references(self) -> tuple[str, ...]:
        return self.envelope.ids("references")

    @property
    def holds_diff(self) -> bool:
        """Whether a line of the text starts a diff; a diff quoted with `> ` does not count."""
        return _DIFF.search(self.envelope.text) is not None

    @property
    def is_cover(self) -> bool:
        """Whether it is mail 0 of a series, and no answer to it."""
        return self.tags.n == 0 and not self.tags.reply

    @property
    def is_patch(self) -> bool:
        """Whether it holds a diff and is neither an answer nor a cover."""
        return not self.tags.reply and self.tags.n != 0 and self.holds_diff

    @property
    def base_commit(self) -> str | None:
        """The id of a `base-commit:` line; None without one."""
        found = _BASE_COMMIT.search(self.envelope.text)
        return found[1] if found else None

    @property
    def change_id(self) -> str:
        """The value of b4's `change-id:` line; "" without one."""
        found = _CHANGE_ID.search(self.envelope.text)
        return found[1] if found else ""

    @property
    def prerequisites(self) -> tuple[Trailer, ...]:
        """The lines by which git and b4 name what has to go in first: patch-ids, message-ids, change-ids."""
        found = _PREREQUISITE.findall(self.envelope.text)
        return tuple(Trailer(key.lower(), value) for key, value in found)

    @property
    def at(self) -> str:
        """`source:line`, for errors."""
        return f"{self.raw.source}:{self.raw.line}"


def read_message(raw: RawMail) -> Message:
    """Reads one mail's header and text. Never raises: what cannot be decoded is kept as it is."""
    envelope = read_envelope(raw.data)
    line = header_line(raw.data, b"subject")
    return Message(
        raw=raw,
        envelope=envelope,
        tags=read_subject(envelope.field("subject")),
        sender=read_person(envelope.field("from")),
        subject_line=raw.line + line - 1 if line else 0,
    )


def as_cover(message: Message) -> Cover:
    """The record of a cover letter."""
    return Cover(
        subject=message.tags.subject,
        text=message.envelope.text,
        source=message.raw.source,
        line=message.raw.line,
        message_id=message.message_id,
        total=message.tags.total or 0,
    )
