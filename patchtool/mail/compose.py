"""Patches to mails that `git am` and `git send-email` take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr

from patchtool.core.series import Person
from patchtool.mail.mailbox import MailError

SIGNATURE = "patchtool"

_SEPARATOR = b"From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Where `git mailinfo` ends the message: it would take what follows for the patch.
_BREAK = re.compile(r"(?:---(?:\s*$| \S)|diff -|Index: )")
_HEADER_LIKE = re.compile(r"(?:>?From[: ]|Subject:|Date:|Content-|\[PATCH\])", re.IGNORECASE)
_PLAIN = frozenset(range(33, 127)) - {ord("=")}
_LONGEST = 998


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingPatch:
    """One mail to write.

    `sender` is the mail's From; where `author` differs, an in-body From names the author. `date` is the
    author date as an RFC 2822 text ("" leaves it out: git send-email sets its own). `prefix` goes between
    brackets before the subject (`PATCH 5.4.y 1/3`), "" for none. `body` is the commit message below the
    subject, trailers included; `notes` go below the `---`, where `git am` drops them (a diffstat). `diff`
    is what `git apply` takes. `cc` and `to` are decoded. `in_reply_to` is a message-id without brackets.
    """

    sender: Person
    author: Person
    date: str
    prefix: str
    subject: str
    body: str
    diff: bytes
    notes: str = ""
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    in_reply_to: str = ""


def compose(mail: OutgoingPatch) -> bytes:
    """One mail, without an mbox line and without a Message-ID (git send-email makes it).

    Headers are ASCII (RFC 2047), the body is UTF-8, sent as it is. It is quoted-printable only where mail
    would change it: a line that begins with `From `, a carriage return, a line over 998 bytes. So nothing
    needs the `>From ` of mboxrd, which `git am` does not undo by itself.

    Raises:
        MailError: the message holds a line that git takes for the start of the patch, or an address holds
            a control character.
    """
    content = _content(mail)
    quoted = _needs_quoting(content)
    headers = [
        f"From: {_address(mail.sender)}",
        *([f"To: {', '.join(map(_address, mail.to))}"] if mail.to else []),
        *([f"Cc: {', '.join(map(_address, mail.cc))}"] if mail.cc else []),
        *([f"Date: {_CONTROL.sub(' ', mail.date)}"] if mail.date else []),
        f"Subject: {_subject(mail)}",
        *([f"In-Reply-To: <{_CONTROL.sub('', mail.in_reply_to)}>"] if mail.in_reply_to else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        f"Content-Transfer-Encoding: {'quoted-printable' if quoted else '8bit'}",
    ]
    head = "\n".join(headers).encode("ascii") + b"\n\n"
    return head + (_quote(content) if quoted else content)


def mbox(mails: Iterable[bytes]) -> bytes:
    """Mails of compose() as one mbox, each after git's own separator. b"" for none."""
    return b"".join(_SEPARATOR + mail.rstrip(b"\n") + b"\n\n" for mail in mails)


def file_name(n: int, subject: str) -> str:
    """`0001-mm-mmu_gather-Invalidate-TLB.patch`, as `git format-patch` names it: `git send-email` wants a
    file for each mail."""
    words = re.sub(r"[^A-Za-z0-9_.]+", "-", subject).strip("-.")
    return f"{n:04d}-{re.sub(r'[.]{2,}', '.', words)[:52].rstrip('-.')}.patch"


def _content(mail: OutgoingPatch) -> bytes:
    for line in mail.body.split("\n"):
        if _BREAK.match(line):
            raise MailError(
                f"git would take this line of the message for the patch: {line!r}", hint="indent the line"
            )
    body = f"{mail.body.strip(chr(10))}\n" if mail.body.strip() else ""
    # After an in-body From nothing in the message is taken for a header.
    if mail.author != mail.sender or _HEADER_LIKE.match(body):
        body = f"From: {_address(mail.author)}\n\n{body}"
    notes = f"{mail.notes.strip(chr(10))}\n\n" if mail.notes.strip() else ""
    text = f"{body}---\n{notes}".encode("utf-8", "surrogateescape")
    diff = mail.diff if mail.diff.endswith(b"\n") else mail.diff + b"\n"
    return text + diff + f"-- \n{SIGNATURE}\n".encode()


def _subject(mail: OutgoingPatch) -> str:
    text = f"[{mail.prefix}] {mail.subject}" if mail.prefix else mail.subject
    return _encode_words(text, "Subject")


def _encode_words(text: str, field: str) -> str:
    if text.isascii() and not _CONTROL.search(text) and "=?" not in text:
        return text
    clean = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Header(clean, "utf-8", header_name=field).encode()


def _address(person: Person) -> str:
    if _CONTROL.search(person.email) or not person.email.isascii() or re.search(r"[<>\s]", person.email):
        raise MailError(f"not a mail address: {person.email!r}")
    if _CONTROL.search(person.name):
        raise MailError(f"a control character in a name: {person.name!r}")
    return formataddr((person.name, person.email))


def _needs_quoting(content: bytes) -> bool:
    lines = content.split(b"\n")
    return b"\r" in content or any(line.startswith(b"From ") or len(line) > _LONGEST for line in lines)


def _quote(content: bytes) -> bytes:
    return b"\n".join(_quote_line(line) for line in content.split(b"\n"))


def _quote_line(line: bytes) -> bytes:
    words = [bytes([byte]) if byte in _PLAIN or byte in b" \t" else b"=%02X" % byte for byte in line]
    if line.startswith(b"From "):
        words[0] = b"=46"
    if words and words[-1] in (b" ", b"\t"):
        words[-1] = b"=%02X" % line[-1]
    pieces, width = [b""], 0
    for word in words:
        if width + len(word) > 75:
            pieces.append(b"")
            width = 0
        pieces[-1] += word
        width += len(word)
    return b"=\n".join(pieces)
