"""Bytes into single mails: mbox, mboxrd, maildir, folders, single mails, compressed or not."""

from __future__ import annotations

import gzip
import io
import lzma
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from patchtool.core.errors import PatchtoolError

# A year of a busy list is smaller than this; a compressed bomb is not.
SIZE_LIMIT = 256 * 1024 * 1024

_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_MAIL_SUFFIXES = (".patch", ".eml", ".mbox", ".mail", ".mbx")
_PACKED_SUFFIXES = (".gz", ".xz")
_MBOXRD_SEPARATOR = b"From mboxrd@z "
_QUOTED_FROM = re.compile(rb">+From ")


class MailError(PatchtoolError):
    """An input that holds no mail, or a mail that holds no usable patch."""


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as it was sent.

    `source` is the file it came from, `line` its first line there (1-based; of the unpacked file for a
    compressed one). `data` includes the mbox `From ` line where there is one; line ends are LF, as
    `git mailsplit` leaves them, and there is one line for each line of the source.
    """

    source: str
    line: int
    data: bytes


def is_separator(line: bytes) -> bool:
    """Whether a line starts a new mail of an mbox: `From `, and an hour, minutes and year at its end.

    Source: git's own test in `git mailsplit`, so that both split at the same lines.
    """
    if len(line) < 20 or not line.startswith(b"From "):
        return False
    colon = line.rfind(b":", 5, len(line) - 2)
    if colon < 9:
        return False
    digits = (line[colon - 4 : colon - 3], line[colon - 2 : colon], line[colon + 1 : colon + 3])
    if not all(part.isdigit() for part in digits) or len(digits[2]) < 2:
        return False
    year = re.match(rb"\s*(\d{1,9})", line[colon + 3 :])
    return year is not None and int(year[1]) > 90


def split(data: bytes, source: str) -> tuple[RawMail, ...]:
    """The mails of one file's bytes, in order.

    A file whose first line is no mbox separator is one mail. `>From ` is unescaped only where the
    separators say that the file is mboxrd, because a plain mbox may hold such a line as it is.

    Raises:
        MailError: the data is empty, holds NUL bytes, or does not begin with a mail header.
    """
    _refuse_junk(data, source)
    lines = _lines(data)
    first = next(number for number, line in enumerate(lines) if line.strip())
    starts = [first]
    if is_separator(lines[first]):
        starts += [n for n in range(first + 1, len(lines)) if is_separator(lines[n])]
    mboxrd = lines[first].startswith(_MBOXRD_SEPARATOR)
    ends = [*starts[1:], len(lines)]
    mails = tuple(
        RawMail(source, start + 1, _unescape(lines[start:end], mboxrd))
        for start, end in zip(starts, ends, strict=True)
    )
    _require_header(mails[0])
    return mails


def single(data: bytes, source: str) -> RawMail:
    """One mail that something else than a mailbox holds (a blob of an archive), whatever is in it."""
    return RawMail(source, 1, b"".join(_lines(data)))


def load(path: str, stream: BinaryIO | None = None) -> tuple[RawMail, ...]:
    """Every mail of a file, a folder, a maildir, or of `stream` for "-" (default: standard input).

    A folder gives its files by name: those with a mail's suffix (.patch, .eml, .mbox, .mail, each also
    with .gz or .xz), or else (an MH folder) those with a number for a name, by number. A maildir gives
    cur/ and new/ together, by name.

    Raises:
        MailError: no such file, nothing in it, no mail in it, or more than SIZE_LIMIT bytes unpacked.
    """
    if path == "-":
        source = stream if stream is not None else sys.stdin.buffer
        return split(_unpack(source.read(SIZE_LIMIT + 1), "stdin"), "stdin")
    place = Path(path)
    if place.is_dir():
        files = _files_of(place)
        if not files:
            raise MailError("the folder holds no mails", at=path, hint="name files *.patch, *.eml or *.mbox")
        return tuple(mail for file in files for mail in split(_read(file), str(file)))
    return split(_read(place), path)


# The bytes' line ends are git's: only LF ends a line, and a CR before it is dropped.
def _lines(data: bytes) -> list[bytes]:
    whole = data.split(b"\n")
    last = whole.pop()
    lines = [(line[:-1] if line.endswith(b"\r") else line) + b"\n" for line in whole]
    return [*lines, last] if last else lines


def _unescape(lines: list[bytes], mboxrd: bool) -> bytes:
    if not mboxrd:
        return b"".join(lines)
    return b"".join(line[1:] if _QUOTED_FROM.match(line) else line for line in lines)


def _refuse_junk(data: bytes, source: str) -> None:
    if not data.strip():
        raise MailError("the file is empty", at=source)
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise MailError("not a mail: a NUL byte in it", at=f"{source}:{line}", hint="give an mbox or a mail")


def _require_header(mail: RawMail) -> None:
    lines = mail.data.split(b"\n", 2)
    head = lines[1] if lines[0].startswith(b"From ") and len(lines) > 1 else lines[0]
    if not _HEADER.match(head):
        raise MailError(
            "not a mail: it begins with no header field",
            at=f"{mail.source}:{mail.line}",
            hint="give an mbox, a mail, or a file that git format-patch wrote",
        )


def _files_of(folder: Path) -> list[Path]:
    if (folder / "cur").is_dir() and (folder / "new").is_dir():
        held = [file for name in ("cur", "new") for file in (folder / name).iterdir()]
        return sorted((f for f in held if f.is_file() and not f.name.startswith(".")), key=lambda f: f.name)
    held = [file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")]
    named = [file for file in held if _has_mail_suffix(file)]
    if named:
        return sorted(named, key=lambda file: file.name)
    return sorted((file for file in held if file.name.isdecimal()), key=lambda file: int(file.name))


def _has_mail_suffix(file: Path) -> bool:
    name = file.with_suffix("").name if file.suffix in _PACKED_SUFFIXES else file.name
    return name.endswith(_MAIL_SUFFIXES)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise MailError("no such file", at=str(file)) from None
    except OSError as error:
        raise MailError(f"cannot be read: {error.strerror}", at=str(file)) from None
    return _unpack(data, str(file))


def _unpack(data: bytes, source: str) -> bytes:
    if data.startswith((b"\x1f\x8b", b"\xfd7zXZ\0")):
        try:
            data = b"".join(_chunks(data))
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            raise MailError(f"the compressed data is damaged: {error}", at=source) from None
    if len(data) > SIZE_LIMIT:
        raise MailError(f"more than {SIZE_LIMIT >> 20} MiB of mail", at=source, hint="split the mailbox")
    return data


# Reads at most one chunk beyond the limit, so that a small file cannot fill the memory.
def _chunks(data: bytes) -> Iterator[bytes]:
    packed = io.BytesIO(data)
    size = 0
    with gzip.GzipFile(fileobj=packed) if data.startswith(b"\x1f") else lzma.LZMAFile(packed) as stream:
        while size <= SIZE_LIMIT and (chunk := stream.read(1 << 20)):
            size += len(chunk)
            yield chunk
