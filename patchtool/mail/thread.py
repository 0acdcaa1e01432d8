"""Which mails of an input are one series: the newest complete revision, rerolled parts put in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from patchtool.core.series import Duplicate
from patchtool.mail.mailbox import MailError
from patchtool.mail.message import Message

_FILE = re.compile(r"^\+\+\+ (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that announce the same revision, total and kernels, as (n, mail) in the order of n.

    `cover` is their mail 0, None without one. `notes` say which mails of the group do not count, and
    `duplicates` those of them that are no mere copies.
    """

    version: int
    total: int
    kernels: tuple[str, ...]
    members: tuple[tuple[int, Message], ...]
    notes: tuple[str, ...] = ()
    cover: Message | None = None
    duplicates: tuple[Duplicate, ...] = ()

    @property
    def missing(self) -> tuple[int, ...]:
        held = {n for n, _ in self.members}
        return tuple(n for n in range(1, self.total + 1) if n not in held)

    @property
    def name(self) -> str:
        kernels = f" for {' '.join(self.kernels)}" if self.kernels else ""
        return f"revision {self.version} of {self.total} patches{kernels}"

    @property
    def subject(self) -> str:
        return self.mails[0].tags.subject

    @property
    def mails(self) -> tuple[Message, ...]:
        """Cover and patches."""
        return (*([self.cover] if self.cover else []), *(mail for _, mail in self.members))


def groups(messages: Sequence[Message]) -> tuple[Group, ...]:
    """Every series and revision among some mails, in the order of their first patches; answers are none.

    A revision of which only some patches were sent again, each as an answer to the one it replaces, is
    filled up from the revision before it, as b4 does.
    """
    keyed: dict[tuple[int, int, tuple[str, ...]], list[Message]] = {}
    for message in messages:
        if message.is_patch:
            key = (message.tags.version, message.tags.total or 0, message.tags.kernels)
            keyed.setdefault(key, []).append(message)
    by_id = {message.message_id: message for message in messages if message.message_id}
    parts = [
        _group(*key, mails) if key[1] else _unnumbered(key[0], key[2], mails, by_id)
        for key, mails in keyed.items()
    ]
    found = [_with_cover(part, messages) for part in parts]
    return tuple(_rerolled(group, found, by_id) for group in found)


def choose(
    held: Sequence[Group], revision: int | None, source: str
) -> tuple[Group, tuple[str, ...]]:  # fmt: skip
    """The newest complete group, or the newest if none is complete, or that of `revision`; and notes.

    The newest is the highest revision, not what was sent last: in a long thread that is often somebody's
    other patch. Of several with that revision in one thread the longest, then the last. The notes name what
    was left aside.

    Raises:
        MailError: no such revision, or several series of one revision that no thread holds together.
    """
    asked = [group for group in held if revision is None or group.version == revision]
    if not asked:
        versions = ", ".join(str(version) for version in sorted({group.version for group in held}))
        raise MailError(f"no revision {revision} in it", at=source, hint=f"it has {versions}")
    complete = [group for group in asked if not group.missing]
    # Of equal revisions the longer one, then the later in the input: max() takes the first of equals.
    chosen = max(reversed(complete or asked), key=lambda group: (group.version, len(group.members)))
    others = [group for group in held if group is not chosen and _is_foreign(group, chosen)]
    if others:
        named = ", ".join(f'"{group.subject}"' for group in (*others, chosen))
        raise MailError(f"several series in it: {named}", at=source, hint="give one at a time")
    notes = [
        f"{group.name} is left aside{_lack(group)}"
        for group in held
        if group is not chosen and (revision is None or group.version == revision)
    ]
    return chosen, tuple(notes)


# Another series, and no revision of this one: as new as it, numbered too, and of another thread.
def _is_foreign(group: Group, chosen: Group) -> bool:
    same = (group.version, group.kernels) == (chosen.version, chosen.kernels)
    numbered = all(mail.tags.total for one in (group, chosen) for _, mail in one.members)
    return same and numbered and _ids(group).isdisjoint(_ids(chosen))


def _ids(group: Group) -> set[str]:
    named = ({mail.message_id, mail.in_reply_to, *mail.references} for mail in group.mails)
    return set().union(*named) - {""}


def _lack(group: Group) -> str:
    return f": {', '.join(str(n) for n in group.missing)} missing" if group.missing else ""


def _group(version: int, total: int, kernels: tuple[str, ...], mails: list[Message]) -> Group:
    last: dict[int, Message] = {}
    notes: list[str] = []
    duplicates: list[Duplicate] = []
    for mail in mails:
        n = mail.tags.n or 0
        if n in last:
            notes.append(f"{n}/{total} is there twice: {mail.at} counts, {last[n].at} does not")
        if n in last and not (mail.message_id and mail.message_id == last[n].message_id):
            duplicates.append(Duplicate(n, mail.at, last[n].at))
        last[n] = mail
    members = tuple((n, last[n]) for n in sorted(last))
    return Group(version, total, kernels, members, tuple(notes), duplicates=tuple(duplicates))


# git am takes such mails one after the other; a second mail of the same subject is a resend, and so is one
# that the sender of an earlier one wrote further down in its thread, of the same files.
def _unnumbered(
    version: int, kernels: tuple[str, ...], mails: list[Message], by_id: dict[str, Message]
) -> Group:
    last: dict[str, Message] = {}
    notes: list[str] = []
    for mail in mails:
        above = [upper.message_id for upper in ancestors(mail, by_id)]
        again = (s for s, old in last.items() if old.message_id in above and _remakes(mail, old))
        subject = mail.tags.subject if mail.tags.subject in last else next(again, mail.tags.subject)
        if subject in last:
            notes.append(f'"{subject}" is there twice: {mail.at} counts, {last[subject].at} does not')
        last[subject] = mail
    if len(last) > 1:
        notes.append(f"{len(last)} mails announce no number: taken in the input's order")
    return Group(version, len(last), kernels, tuple(enumerate(last.values(), 1)), tuple(notes))


def _remakes(mail: Message, old: Message) -> bool:
    same_sender = mail.sender.email.lower() == old.sender.email.lower()
    files = _FILE.findall(mail.envelope.text)
    return same_sender and bool(files) and sorted(files) == sorted(_FILE.findall(old.envelope.text))


def _with_cover(group: Group, messages: Sequence[Message]) -> Group:
    wanted = (group.version, group.total, group.kernels)
    covers = [mail for mail in messages if mail.is_cover]
    fitting = [c for c in covers if (c.tags.version, c.tags.total, c.tags.kernels) == wanted]
    if not fitting:
        # A cover whose total no patch has was counted wrong, and is still theirs.
        totals = {mail.tags.total for mail in messages if mail.is_patch}
        alike = [c for c in covers if (c.tags.version, c.tags.kernels) == (group.version, group.kernels)]
        fitting = [c for c in alike if c.tags.total not in totals]
    cover = fitting[-1] if fitting else _plain_cover(group, messages)
    # A cover alone may name the revision.
    version = cover.tags.version if cover and group.version == 1 else group.version
    return replace(group, cover=cover, version=version)


# Some covers have no number, or alone name the revision: the mail without a diff that the patches answer.
def _plain_cover(group: Group, messages: Sequence[Message]) -> Message | None:
    by_id = {mail.message_id: mail for mail in messages if mail.message_id}
    answered = [(mail, by_id.get(mail.in_reply_to)) for _, mail in group.members]
    return next((above for mail, above in answered if above and _covers(above, mail, group)), None)


def _covers(above: Message, patch: Message, group: Group) -> bool:
    if above.tags.reply or above.holds_diff or above.sender.email.lower() != patch.sender.email.lower():
        return False
    if above.is_cover:
        return group.version == 1 and above.tags.total == group.total
    return above.tags.n is None and not above.in_reply_to


# Only where every mail of the part answers the patch it replaces: else it is an incomplete revision.
def _rerolled(group: Group, held: Sequence[Group], by_id: dict[str, Message]) -> Group:
    if not group.missing or group.version < 2:
        return group
    wanted = (group.version - 1, group.total, group.kernels)
    before = next((g for g in held if (g.version, g.total, g.kernels) == wanted), None)
    if before is None or not all(_answers_its_like(mail, by_id) for _, mail in group.members):
        return group
    older = _rerolled(before, held, by_id)
    members = {**dict(older.members), **dict(group.members)}
    new = ", ".join(f"{n}/{group.total}" for n, _ in group.members)
    note = f"revision {group.version} has {new} alone: the others are those of revision {older.version}"
    return replace(
        group,
        members=tuple(sorted(members.items())),
        notes=(*older.notes, *group.notes, note),
        cover=group.cover or older.cover,
    )


def _answers_its_like(mail: Message, by_id: dict[str, Message]) -> bool:
    wanted = (mail.tags.n, mail.tags.total)
    return any((above.tags.n, above.tags.total) == wanted for above in ancestors(mail, by_id))


def ancestors(mail: Message, by_id: dict[str, Message]) -> Iterator[Message]:
    """The mails above one, by In-Reply-To, the nearest first; ends where one is not at hand."""
    seen = {mail.message_id}
    above = by_id.get(mail.in_reply_to)
    while above is not None and above.message_id not in seen:
        seen.add(above.message_id)
        yield above
        above = by_id.get(above.in_reply_to)
