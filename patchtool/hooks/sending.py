"""The mails that one run of `git send-email` hands to its hook, one call a mail."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from patchtool.mail.mailbox import MailError, RawMail, load
from patchtool.mail.message import Message, read_message


@dataclass(frozen=True, slots=True)
class Sent:
    """The mails of a run, in the order in which they go; `whole` says that none of them is unknown."""

    mails: tuple[RawMail, ...]
    whole: bool

    @property
    def hold_patch(self) -> bool:
        """Whether there is anything to check: a cover letter or an announcement alone has no diff."""
        return any(read_message(mail).is_patch for mail in self.mails)


def counted(file: Path, number: int, total: int, ledger: Path | None) -> Sent | None:
    """Mail `number` of `total`, as git 2.41 and later count them in the hook's environment, both from 1.

    None before the last. The names of the files so far are kept in `ledger`; with the first mail it is begun
    anew. A run whose beginning was not seen gives at its end what was; where nothing can be kept (no
    `ledger`, or one that can't be written), the last mail is taken as `uncounted` takes it.

    Raises:
        MailError: a file that can't be read.
    """
    files = [*(_noted(ledger) if ledger and number > 1 else []), file]
    kept = ledger is not None and _note(ledger, files, last=number >= total)
    if number < total:
        return None
    if kept:
        return Sent(tuple(mail for name in files for mail in load(str(name))), whole=len(files) == total)
    return uncounted(file) or Sent(load(str(file)), whole=False)


def ledger_of(cache: Path, repository: Path) -> Path:
    """Where the names of the files of a run are kept meanwhile, one place a repository."""
    name = hashlib.sha256(os.fsencode(repository)).hexdigest()[:16]
    return cache / "send-email" / name


def uncounted(file: Path) -> Sent | None:
    """A mail of a git that does not count: with the mails beside it that belong to it if it is n of n.

    None for one with a number before that.

    They belong to it if their subjects' brackets say the same but for the number, and each number is there
    once; `git send-email REVISIONS` and `git format-patch -o` leave them so.

    Raises:
        MailError: a file that can't be read.
    """
    (own, *more) = load(str(file))
    here = read_message(own)
    total = here.tags.total or 1
    if more or total <= 1:
        return Sent((own, *more), whole=True)
    if here.tags.n != total:
        return None
    beside = [mail for mail in _siblings(file) if _belong(read_message(mail), here)]
    numbers = [read_message(mail).tags.n for mail in beside]
    whole = sorted(n for n in numbers if n) == list(range(1, total + 1)) and numbers.count(0) <= 1
    return Sent(tuple(beside) if whole else (own,), whole=whole)


def _noted(ledger: Path) -> list[Path]:
    try:
        data = ledger.read_bytes()
    except OSError:
        return []
    return [Path(os.fsdecode(name)) for name in data.split(b"\0") if name]


def _note(ledger: Path, files: list[Path], *, last: bool) -> bool:
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        ledger.write_bytes(b"\0".join(os.fsencode(name) for name in files))
        if last:
            ledger.unlink()
    except OSError:
        return False
    return True


def _siblings(file: Path) -> tuple[RawMail, ...]:
    files = sorted(
        place for place in file.parent.iterdir() if place.suffix == file.suffix and place.is_file()
    )
    found: list[RawMail] = []
    for place in files:
        try:
            found += load(str(place))
        except MailError:  # no mail, and none of ours
            continue
    return tuple(found)


def _belong(one: Message, other: Message) -> bool:
    def series(message: Message) -> tuple[int, int | None, tuple[str, ...]]:
        return message.tags.version, message.tags.total, message.tags.words

    return not one.tags.reply and series(one) == series(other)
