"""Where an archive's mails are: message-ids and threads in a small database, so that none is read twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from patchtool.core.inbox import Arrival, Epoch
from patchtool.mail.mailbox import MailError

# Raised whenever the tables or what goes into them change; an older file is made anew.
_FORM = 1
_TABLES = """
create table epoch (name text primary key, head text not null);
create table mail (id integer primary key, message_id text not null, epoch text not null, blob text not null);
create table link (mail integer not null, message_id text not null);
create index mail_by_id on mail (message_id);
create index mail_by_blob on mail (blob);
create index link_by_id on link (message_id);
create index link_by_mail on link (mail);
"""
_COMMIT_EVERY = 2000
# No discussion is that long; a database of thread links gone wrong is.
_LONGEST_THREAD = 20_000

_FOLD = re.compile(rb"\r?\n[ \t]+")
_IDS = re.compile(rb"^(message-id|in-reply-to|references)[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail is kept: the epoch's name and the blob's 40-hex id."""

    message_id: str
    epoch: str
    blob: str


class InboxIndex:
    """The index of one archive; made by `open_index`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def update(self, epochs: Sequence[Epoch]) -> int:
        """Takes in what arrived since the last time, and returns how many mails were read.

        An epoch whose history was rewritten is read anew. What was read stays, should it be interrupted.
        """
        return sum(self._update(epoch) for epoch in epochs)

    def place(self, message_id: str) -> Place | None:
        """Where a mail is; None where the archive has none of that id."""
        return next(iter(self._places([message_id])), None)

    def thread(self, message_id: str) -> tuple[Place, ...]:
        """Every mail that is linked to one by In-Reply-To or References, itself included, as they arrived.

        Ids that the archive lacks still link those that name them, as for public-inbox. () where nobody
        names the id.

        Raises:
            MailError: the thread is longer than any discussion is.
        """
        seen = {message_id}
        fresh = [message_id]
        while fresh:
            near = {other for one in fresh for other in self._neighbours(one)} - seen
            seen |= near
            fresh = list(near)
            if len(seen) > _LONGEST_THREAD:
                raise MailError(f"more than {_LONGEST_THREAD} mails in the thread", at=message_id)
        return self._places(sorted(seen))

    def _neighbours(self, message_id: str) -> Iterator[str]:
        asked = (
            "select link.message_id from mail join link on link.mail = mail.id "
            "where mail.message_id = ? union select mail.message_id "
            "from link join mail on mail.id = link.mail where link.message_id = ?"
        )
        return (row[0] for row in self._database.execute(asked, (message_id, message_id)))

    # The first mail of an id counts, as in public-inbox: what comes later under it is a copy.
    def _places(self, message_ids: Sequence[str]) -> tuple[Place, ...]:
        asked = "select id, epoch, blob from mail where message_id = ? order by id limit 1"
        found = [
            (row[0], Place(one, row[1], row[2]))
            for one in message_ids
            for row in self._database.execute(asked, (one,))
        ]
        return tuple(place for _, place in sorted(found, key=lambda pair: pair[0]))

    def _update(self, epoch: Epoch) -> int:
        row = self._database.execute("select head from epoch where name = ?", (epoch.name,)).fetchone()
        since = row[0] if row else ""
        if since == epoch.head:
            return 0
        if since and not epoch.follows(since):
            self._forget(epoch)
            since = ""
        count = 0
        for count, arrival in enumerate(epoch.arrivals(since), 1):
            self._take(epoch, arrival)
            if count % _COMMIT_EVERY == 0:
                self._advance(epoch, arrival.commit)
        self._advance(epoch, epoch.head)
        return count

    def _take(self, epoch: Epoch, arrival: Arrival) -> None:
        if arrival.removed:
            gone = "select id from mail where blob = ? and epoch = ?"
            where = (arrival.blob, epoch.name)
            self._database.execute(f"delete from link where mail in ({gone})", where)
            self._database.execute("delete from mail where blob = ? and epoch = ?", where)
            return
        own, links = _links(arrival.data)
        if not own:
            return
        added = self._database.execute(
            "insert into mail (message_id, epoch, blob) values (?, ?, ?)", (own, epoch.name, arrival.blob)
        )
        rows = [(added.lastrowid, other) for other in links]
        self._database.executemany("insert into link values (?, ?)", rows)

    def _advance(self, epoch: Epoch, commit: str) -> None:
        self._database.execute("insert or replace into epoch values (?, ?)", (epoch.name, commit))
        self._database.commit()

    def _forget(self, epoch: Epoch) -> None:
        own = "select id from mail where epoch = ?"
        self._database.execute(f"delete from link where mail in ({own})", (epoch.name,))
        self._database.execute("delete from mail where epoch = ?", (epoch.name,))


@contextmanager
def open_index(folder: Path, cache: Path | None) -> Iterator[InboxIndex]:
    """The index of the archive in `folder`, kept in the folder `cache` (None: in memory, for this run).

    A damaged file, or one of another version of patchtool, is made anew.

    Raises:
        MailError: the cache cannot be written.
    """
    if cache is None:
        with closing(_fresh(":memory:")) as database:
            yield InboxIndex(database)
        return
    place = cache / f"inbox-{sha256(str(folder.resolve()).encode()).hexdigest()[:16]}.sqlite"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        database = _sound(place)
    except (OSError, sqlite3.Error) as error:
        raise MailError(f"the index cannot be kept: {error}", at=str(place)) from None
    with closing(database):
        yield InboxIndex(database)


def _sound(place: Path) -> sqlite3.Connection:
    database = sqlite3.connect(place, timeout=60)
    try:
        if database.execute("pragma user_version").fetchone()[0] == _FORM:
            return database
    except sqlite3.DatabaseError:  # not a database
        pass
    database.close()
    place.unlink(missing_ok=True)
    return _fresh(str(place))


def _fresh(place: str) -> sqlite3.Connection:
    database = sqlite3.connect(place, timeout=60)
    database.executescript(f"begin; {_TABLES} pragma user_version = {_FORM}; commit;")
    return database


# A mail's own id and those it answers; only its header is looked at.
def _links(data: bytes) -> tuple[str, tuple[str, ...]]:
    end = re.search(rb"\r?\n\r?\n", data)
    head = _FOLD.sub(b" ", data[: end.start()] if end else data)
    own = ""
    links: dict[str, None] = {}
    for name, value in _IDS.findall(head):
        ids = [found.decode("utf-8", "replace") for found in _ID.findall(value)]
        if name.lower() == b"message-id":
            own = own or next(iter(ids), "")
        else:
            links.update(dict.fromkeys(ids))
    return own, tuple(links)
