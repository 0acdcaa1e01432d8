"""The mails of an input to one series: the newest complete revision, its patches in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO

from patchtool.core.series import Series
from patchtool.mail.mailbox import MailError, load
from patchtool.mail.message import Message, as_cover, read_message
from patchtool.mail.patch import read_patch


@dataclass(frozen=True, slots=True)
class _Group:
    # Mails that announce the same revision, the same total and the same kernels, as (n, mail).
    version: int
    total: int
    kernels: tuple[str, ...]
    members: tuple[tuple[int, Message], ...]
    notes: tuple[str, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        held = {n for n, _ in self.members}
        return tuple(n for n in range(1, self.total + 1) if n not in held)

    @property
    def name(self) -> str:
        kernels = f" for {' '.join(self.kernels)}" if self.kernels else ""
        return f"revision {self.version} of {self.total} patches{kernels}"


def read_series(path: str, *, revision: int | None = None, stream: BinaryIO | None = None) -> Series:
    """The series that a file, folder, maildir or `stream` (for "-") holds.

    The newest complete revision, or the newest if none is complete, or the one asked for; of several
    series with that revision the longest, then the last. Answers are passed over. Of two mails with one
    number the last counts, and `Series.notes` says so, as it says what else was left aside. Mails without
    `n/total` are taken together as one series, in the input's order. Announced numbers that are not there
    stand in `Series.missing`. One process a patch.

    Raises:
        MailError: no mail, no patch in it, no such revision, or a patch that cannot be read.
    """
    messages = tuple(read_message(raw) for raw in load(path, stream))
    groups = _groups(messages)
    if not groups:
        raise MailError("no patch in it", at=path, hint=_hint(messages))
    group, notes = _choose(groups, revision, path)
    patches = tuple(patch for n, mail in group.members if (patch := read_patch(mail, n, group.total)))
    if not patches:
        raise MailError("no patch in it", at=path, hint="the mails' diffs change no file")
    held = {patch.n for patch in patches}
    return _with_cover(
        Series(
            source=path,
            subject=patches[0].subject,
            version=group.version,
            patches=patches,
            missing=tuple(n for n in range(1, group.total + 1) if n not in held),
            base_commit=_base_commit([mail for _, mail in group.members]),
            total=group.total,
            notes=(*group.notes, *notes, *_answers_note(messages)),
        ),
        messages,
        group,
    )


def _hint(messages: tuple[Message, ...]) -> str:
    answers = sum(message.tags.reply for message in messages)
    return f"{len(messages)} mails read, {answers} of them answers; none holds a diff of its own"


def _groups(messages: tuple[Message, ...]) -> list[_Group]:
    keyed: dict[tuple[int, int, tuple[str, ...]], list[Message]] = {}
    for message in messages:
        if message.is_patch:
            key = (message.tags.version, message.tags.total or 0, message.tags.kernels)
            keyed.setdefault(key, []).append(message)
    return [_group(*key, mails) for key, mails in keyed.items()]


def _group(version: int, total: int, kernels: tuple[str, ...], mails: list[Message]) -> _Group:
    if not total:
        return _unnumbered(version, kernels, mails)
    last: dict[int, Message] = {}
    notes: list[str] = []
    for mail in mails:
        n = mail.tags.n or 0
        if n in last:
            notes.append(f"{n}/{total} is there twice: {mail.at} counts, {last[n].at} does not")
        last[n] = mail
    members = tuple((n, last[n]) for n in sorted(last))
    return _Group(version, total, kernels, members, tuple(notes))


# git am takes such mails one after the other; a second mail of the same subject is a resend.
def _unnumbered(version: int, kernels: tuple[str, ...], mails: list[Message]) -> _Group:
    last: dict[str, Message] = {}
    notes: list[str] = []
    for mail in mails:
        subject = mail.tags.subject
        if subject in last:
            notes.append(f'"{subject}" is there twice: {mail.at} counts, {last[subject].at} does not')
        last[subject] = mail
    if len(last) > 1:
        notes.append(f"{len(last)} mails announce no number: taken in the input's order")
    return _Group(version, len(last), kernels, tuple(enumerate(last.values(), 1)), tuple(notes))


def _choose(groups: list[_Group], revision: int | None, path: str) -> tuple[_Group, tuple[str, ...]]:
    asked = [group for group in groups if revision is None or group.version == revision]
    if not asked:
        held = ", ".join(str(version) for version in sorted({group.version for group in groups}))
        raise MailError(f"no revision {revision} in it", at=path, hint=f"it has {held}")
    complete = [group for group in asked if not group.missing]
    # Of equal revisions the longer one, then the later in the input: max() takes the first of equals.
    chosen = max(reversed(complete or asked), key=lambda group: (group.version, len(group.members)))
    notes = [
        f"{group.name} is left aside{_lack(group)}"
        for group in groups
        if group is not chosen and (revision is None or group.version == revision)
    ]
    return chosen, tuple(notes)


def _lack(group: _Group) -> str:
    return f": {', '.join(str(n) for n in group.missing)} missing" if group.missing else ""


def _base_commit(mails: list[Message]) -> str | None:
    return next((mail.base_commit for mail in mails if mail.base_commit), None)


def _with_cover(series: Series, messages: tuple[Message, ...], group: _Group) -> Series:
    wanted = (group.version, group.total, group.kernels)
    covers = [mail for mail in messages if mail.is_cover]
    fitting = [c for c in covers if (c.tags.version, c.tags.total, c.tags.kernels) == wanted]
    if not fitting:
        return series
    cover = fitting[-1]
    return replace(
        series,
        cover=as_cover(cover),
        subject=cover.tags.subject,
        base_commit=cover.base_commit or series.base_commit,
    )


def _answers_note(messages: tuple[Message, ...]) -> tuple[str, ...]:
    places = [message.at for message in messages if message.tags.reply and message.holds_diff]
    return (f"answers that hold a diff of their own were not read: {', '.join(places)}",) if places else ()
