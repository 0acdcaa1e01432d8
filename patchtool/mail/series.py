"""The mails of an input to one series, with what was said about it around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from patchtool.core.series import Series, Trailer
from patchtool.mail.failed import failed_mail, failed_patch
from patchtool.mail.followups import followups, followups_notes
from patchtool.mail.mailbox import MailError, RawMail, load
from patchtool.mail.message import Message, as_cover, read_message
from patchtool.mail.patch import read_patch
from patchtool.mail.thread import Group, choose, groups


def read_series(path: str, *, revision: int | None = None, stream: BinaryIO | None = None) -> Series:
    """The series that a file, folder, maildir or `stream` (for "-") holds; see series_of.

    Raises:
        MailError: no mail, no patch in it, no such revision, or a patch that cannot be read.
    """
    return series_of(load(path, stream), path, revision=revision)


def series_of(mails: Sequence[RawMail], source: str, *, revision: int | None = None) -> Series:
    """The series that some mails hold; `source` is what the user named.

    The newest complete revision, or the newest if none is complete, or the one asked for; of several
    series with that revision the longest, then the last. A revision of which only some patches were sent
    again is filled up from the one before. Answers give their trailers to `Series.followups` and are else
    passed over. Of two mails with one number the last counts, and `Series.notes` says so, as it says what
    else was left aside. Mails without `n/total` are taken together as one series, in the input's order.
    Announced numbers that are not there stand in `Series.missing`. Where nothing but a stable maintainer's
    FAILED mail is there, the patch in it is the series. One process a patch.

    Raises:
        MailError: no patch in them, no such revision, or a patch that cannot be read.
    """
    messages = tuple(read_message(raw) for raw in mails)
    failed = [message for message in messages if failed_mail(message)]
    held = groups([message for message in messages if message not in failed])
    if not held and failed:
        return _failed_series(failed[-1], source)
    if not held:
        raise MailError("no patch in it", at=source, hint=_hint(messages))
    group, notes = choose(held, revision, source)
    return _series(messages, group, source, (*notes, *_answers_note(messages)))


def _series(messages: Sequence[Message], group: Group, source: str, notes: tuple[str, ...]) -> Series:
    patches = tuple(patch for n, mail in group.members if (patch := read_patch(mail, n, group.total)))
    if not patches:
        raise MailError("no patch in it", at=source, hint="the mails' diffs change no file")
    held = {patch.n for patch in patches}
    given = followups(messages, group)
    return Series(
        source=source,
        subject=group.cover.tags.subject if group.cover else patches[0].subject,
        version=group.version,
        patches=patches,
        cover=as_cover(group.cover) if group.cover else None,
        missing=tuple(n for n in range(1, group.total + 1) if n not in held),
        base_commit=next((mail.base_commit for mail in group.mails if mail.base_commit), None),
        total=group.total,
        notes=(*group.notes, *notes, *followups_notes(given, patches)),
        duplicates=group.duplicates,
        change_id=next((mail.change_id for mail in group.mails if mail.change_id), ""),
        prerequisites=_prerequisites(group),
        followups=given,
    )


# git writes them once, into the cover or the first patch.
def _prerequisites(group: Group) -> tuple[Trailer, ...]:
    return next((mail.prerequisites for mail in group.mails if mail.prerequisites), ())


def _failed_series(message: Message, source: str) -> Series:
    failed = failed_mail(message)
    patch = read_patch(failed_patch(message), 1, 1)
    if failed is None or patch is None:
        raise MailError("no patch in it", at=source, hint="the FAILED mail's patch changes no file")
    note = f"read out of a mail that says it failed to apply to {failed.target}"
    return Series(
        source=source,
        subject=patch.subject,
        version=1,
        patches=(patch,),
        total=1,
        notes=(note,),
        failed=failed,
    )


def _hint(messages: tuple[Message, ...]) -> str:
    answers = sum(message.tags.reply for message in messages)
    read = "1 mail" if len(messages) == 1 else f"{len(messages)} mails"
    return f"{read} read, {answers} of them answers; none holds a diff of its own"


def _answers_note(messages: tuple[Message, ...]) -> tuple[str, ...]:
    places = [message.at for message in messages if message.tags.reply and message.holds_diff]
    return (f"answers that hold a diff of their own were not read: {', '.join(places)}",) if places else ()
