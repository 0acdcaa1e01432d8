"""What the scripts over a public-inbox archive share: its mails, and the series in its threads."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from patchtool.core.inbox import Arrival, Epoch
from patchtool.mail.inbox import read_places
from patchtool.mail.index import InboxIndex
from patchtool.mail.mailbox import RawMail, single
from patchtool.mail.message import Message, read_message


def mails_between(folder: Path, since: str, until: str) -> Iterator[RawMail]:
    """The mails that arrived in a span (git's date words), oldest first; the id of the blob is the source."""
    span = [f"--since={since}", f"--until={until}"]
    log = _git(folder, "log", "--reverse", "--format=", "--raw", "--no-abbrev", "--no-renames", *span)
    blobs = [line.split()[3] for line in log.decode().splitlines() if line.startswith(":")]
    for start in range(0, len(blobs), 200):
        asked = "".join(f"{blob}\n" for blob in blobs[start : start + 200]).encode()
        answer = _git(folder, "cat-file", "--batch", data=asked)
        at = 0
        for blob in blobs[start : start + 200]:
            end = answer.index(b"\n", at)
            size = int(answer[at:end].split()[2])
            yield single(answer[end + 1 : end + 1 + size], blob)
            at = end + size + 2


def all_mails(epochs: Sequence[Epoch]) -> Iterator[Arrival]:
    """Every mail of an archive, oldest first."""
    for epoch in epochs:
        yield from epoch.arrivals()


def threads(
    folder: Path, span: tuple[str, str], index: InboxIndex, epochs: Sequence[Epoch]
) -> Iterator[tuple[Message, ...]]:
    """Every thread with a patch that arrived in a span, each once, as all its mails."""
    seen: set[str] = set()
    for raw in mails_between(folder, *span):
        message = read_message(raw)
        if not message.is_patch or not message.message_id or message.message_id in seen:
            continue
        places = index.thread(message.message_id)
        seen.update(place.message_id for place in places)
        yield tuple(read_message(mail) for mail in read_places(index, places, epochs))


def _git(folder: Path, *command: str, data: bytes | None = None) -> bytes:
    run = subprocess.run(["git", "-C", str(folder), *command], input=data, capture_output=True, check=True)
    return run.stdout
