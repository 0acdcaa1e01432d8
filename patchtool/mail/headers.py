"""A mail's header fields and text, through the stdlib's email package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as EmailMessage
from email.utils import parseaddr

from patchtool.core.series import Person

_FOLD = re.compile(r"\r?\n[ \t]+")
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds a message: header fields decoded (RFC 2047), ids without `<` and `>`, and the text.

    `fields` keeps every field in order, names in lower case, values on one line; control characters in
    them are kept, and `from` is still encoded (see read_person). `text` is every text part, transfer
    encoding and charset decoded; bytes that its charset does not know become U+FFFD. It is for people and
    for finding a diff; `git mailinfo` reads the patch.
    """

    fields: tuple[tuple[str, str], ...]
    text: str

    def field(self, name: str) -> str:
        """The first field of that lower-case name; "" where it is absent."""
        return next((value for key, value in self.fields if key == name), "")

    def ids(self, name: str) -> tuple[str, ...]:
        """The message-ids in a field, in order."""
        return tuple(_MESSAGE_ID.findall(self.field(name)))


def read_envelope(data: bytes) -> Envelope:
    """The header fields and the text of one mail's bytes; never raises, as a hostile mail is still a mail."""
    start = data.find(b"\n") + 1 if data.startswith(b"From ") else 0
    mail = message_from_bytes(data[start:])
    raw = tuple((name.lower(), _on_one_line(value)) for name, value in mail.raw_items())
    # A person's encoded name may hold a comma, so addresses are told apart before names are decoded.
    fields = tuple((name, value if name == "from" else decode_words(value)) for name, value in raw)
    return Envelope(fields, "\n".join(_text(part) for part in mail.walk() if _is_text(part)))


def decode_words(value: str) -> str:
    """A header value with its RFC 2047 encoded words decoded; as it is where they cannot be decoded."""
    try:
        parts = decode_header(value)
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "utf-8", "replace")
            for part, charset in parts
        )
    except (HeaderParseError, LookupError, ValueError):
        return value


def read_person(value: str) -> Person:
    """The first person of an address field that is not decoded yet: an encoded name may hold a comma."""
    name, address = parseaddr(value)
    return Person(decode_words(name), address)


def header_line(data: bytes, name: bytes) -> int:
    """The line of a header field within a mail's bytes (1-based); 0 where it is absent."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            return 0
        if line[: len(name) + 1].lower() == name + b":":
            return number
    return 0


# Raw 8-bit headers come as surrogate escapes; what they mean is UTF-8 or nothing we can know.
def _on_one_line(value: object) -> str:
    text = _FOLD.sub(" ", str(value)).strip()
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_text(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text" or part.get_filename("").endswith((".patch", ".diff"))


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a charset with a NUL in its name is a ValueError
        return payload.decode("utf-8", "replace")
