"""A message-id to the mails of its thread, out of a public-inbox archive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from patchtool.core.inbox import Epoch
from patchtool.mail.index import InboxIndex, Place, open_index
from patchtool.mail.mailbox import MailError, RawMail, single

_ID = re.compile(r"[^<>\s/]+@[^<>\s/]+|[^<>\s]+")


def read_thread(name: str, folder: Path, epochs: Sequence[Epoch], cache: Path | None) -> tuple[RawMail, ...]:
    """The mails of the thread that a message-id belongs to, as they arrived; the id itself is their source.

    `name` is the id with or without `<` and `>`, or the address of the mail in a web archive. `folder` is
    where the archive is, `epochs` its repositories, `cache` the folder of the index (None: none is kept).
    The first time every mail's header is read, at some 700 mails a second or more.

    Raises:
        MailError: the archive has no mail of that id.
    """
    wanted = message_id(name)
    with open_index(folder, cache) as index:
        index.update(epochs)
        if index.place(wanted) is None:
            raise MailError(
                f"no mail <{wanted}> in the archive",
                at=str(folder),
                hint="git fetch in the archive, or look whether the mail went to another list",
            )
        return read_places(index, index.thread(wanted), epochs)


def read_places(index: InboxIndex, places: Sequence[Place], epochs: Sequence[Epoch]) -> tuple[RawMail, ...]:
    """The mails at some places of an index, in that order; a mail whose blob is gone is passed over."""
    named = {epoch.name: epoch for epoch in epochs}
    found = [
        (place, data)
        for place in places
        if place.epoch in named and (data := named[place.epoch].blob(place.blob)) is not None
    ]
    return tuple(single(data, place.message_id) for place, data in found)


def message_id(name: str) -> str:
    """The id that a text names: `<a@b>`, `a@b`, or https://lore.kernel.org/list/a@b/ with what follows it.

    Raises:
        MailError: there is none in it.
    """
    text = name.strip()
    if text.startswith(("https://", "http://")):
        parts = [unquote(part) for part in urlsplit(text).path.split("/")]
        text = next((part for part in parts if "@" in part), "")
    text = text.removeprefix("id:").removeprefix("<").removesuffix(">")
    if not _ID.fullmatch(text):
        raise MailError(
            f"not a message-id: {name!r}", hint="give the id as the mail's Message-Id field has it"
        )
    return text
