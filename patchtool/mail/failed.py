"""A stable maintainer's mail that a patch failed to apply, with the patch in it."""

from __future__ import annotations

import re
from email.utils import getaddresses

from patchtool.core.series import FailedMail, Person
from patchtool.mail.mailbox import MailError, RawMail
from patchtool.mail.message import Message, read_message

_SUBJECT = re.compile(r'FAILED: patch ".*" failed to apply to (?P<tree>\S+?)(?:-stable)? tree', re.DOTALL)
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_DIVIDER = re.compile(r"^-{3,} original commit in Linus'?s? tree -{3,}[ \t]*$", re.MULTILINE)
_ANSWER = re.compile(r"--in-reply-to[ =]'?<?([^\s'<>]+@[^\s'<>]+)")
_COMMIT = re.compile(r"^(?:From |git cherry-pick -x )([0-9a-f]{40})\b", re.MULTILINE)
_DEPENDENCIES = re.compile(r"^Possible dependencies:[ \t]*\n(.*?)^(?:thanks|-{3,})", re.MULTILINE | re.DOTALL)
_DEPENDENCY = re.compile(r"^[ \t]*([0-9a-f]{7,40} \(.*\))[ \t]*$", re.MULTILINE)


def failed_mail(message: Message) -> FailedMail | None:
    """What a `FAILED: patch` mail says; None for any other mail, and for an answer to one."""
    subject = " ".join(message.envelope.field("subject").split())
    found = _SUBJECT.match(subject)
    if found is None:
        return None
    text = message.envelope.text
    divider = _DIVIDER.search(text)
    answer = _ANSWER.search(text)
    commit = _COMMIT.search(text, divider.end() if divider else 0) or _COMMIT.search(text)
    listed = _DEPENDENCIES.search(text)
    tree = found["tree"]
    return FailedMail(
        target=f"{tree}.y" if re.fullmatch(r"\d+\.\d+", tree) else tree,
        # Older mails name no id: the backport answers the mail itself.
        answer_to=answer[1] if answer else message.message_id,
        commit=commit[1] if commit else "",
        dependencies=tuple(_DEPENDENCY.findall(listed[1])) if listed else (),
        source=message.raw.source,
        line=message.raw.line,
        sender=message.sender if _ADDRESS.fullmatch(message.sender.email) else None,
        recipients=_recipients(message),
    )


# Fields are decoded: a comma in an encoded name splits it, and what is left of it is no address.
def _recipients(message: Message) -> tuple[Person, ...]:
    fields = [value for name, value in message.envelope.fields if name in ("to", "cc")]
    people = (Person(name, email) for name, email in getaddresses(fields))
    return tuple(person for person in people if _ADDRESS.fullmatch(person.email))


def failed_patch(message: Message) -> Message:
    """The original patch below the mail's dividing line, as a mail of its own with its own lines.

    It is read as UTF-8: what the mail's charset could not carry is lost already.

    Raises:
        MailError: no patch stands there.
    """
    text = message.envelope.text
    divider = _DIVIDER.search(text)
    if divider is None:
        raise MailError(
            "the FAILED mail holds no original patch", at=message.at, hint="name the commit instead"
        )
    patch = text[divider.end() :].lstrip("\n").encode("utf-8")
    return read_message(RawMail(message.raw.source, _line_of(message.raw, patch), patch))


# Where the patch starts in the mail, if its first line stands there as it is.
def _line_of(raw: RawMail, patch: bytes) -> int:
    at = raw.data.find(b"\n" + patch.partition(b"\n")[0] + b"\n")
    return raw.line + raw.data.count(b"\n", 0, at + 1) if at >= 0 else raw.line
