"""What to send: the taken patches as mails a stable maintainer takes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from patchtool.backport.certificate import Made, certificate
from patchtool.backport.cover import FILE_NAME, cover_body, cover_notes, cover_subject, lone_notes
from patchtool.backport.message import Worded
from patchtool.core.errors import PatchtoolError
from patchtool.core.series import Person
from patchtool.mail.compose import OutgoingPatch, compose, file_name, mbox

_STABLE = Person("", "stable@vger.kernel.org")
_OURS = re.compile(r"\d{4}-.*\.patch")


class OutputError(PatchtoolError):
    """The mbox can't be written."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What to write for one target, and what its reader has to know.

    `mails` are file names and contents, one a patch, as `git send-email` wants them (it sends a file as one
    mail, however many an mbox holds); `mbox` holds all of them, for `git am` and b4. `cover` is the letter
    before them, b"" for none; it is no part of the mbox, since `git am` stops at a mail without a patch.
    `certificate` is JSON.
    """

    name: str
    mails: tuple[tuple[str, bytes], ...]
    cover: bytes = b""
    certificate: bytes = b""

    @property
    def mbox(self) -> bytes:
        """All patches in one mailbox."""
        return mbox(data for _, data in self.mails)

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """All that is sent, the letter first."""
        return (*([(FILE_NAME, self.cover)] if self.cover else []), *self.mails)


@dataclass(frozen=True, slots=True)
class Style:
    """How the mails of a target are made.

    `sender` is the user, None where git's configuration names none: then the author stands there. `cover`
    asks for a letter before a single patch too. `reply` says whether the mail that asked for the backport is
    answered, with its sender and who else got it; it means nothing where none did.
    """

    sender: Person | None = None
    cover: bool = False
    reply: bool = True


def outgoing(made: Made, style: Style) -> Outgoing:
    """The mails of one target, `[PATCH 5.4.y n/m]`, for `git send-email` and `git am`.

    Several patches get a cover letter with the plan and the certificate below its `---`; a patch alone has
    the certificate below its own. Only the first mail names the one that it answers: `git send-email` has
    the others answer the first.
    """
    with_cover = style.cover or len(made.worded) > 1
    base = _base(made, style)
    answers = made.series.failed.answer_to if style.reply and made.series.failed else ""
    mails = []
    for n, one in enumerate(made.worded, 1):
        patch = one.taken.patch
        mail = replace(
            _mail(one, base),
            prefix=f"PATCH {made.target.name}{f' {n}/{len(made.worded)}' if with_cover else ''}",
            notes=one.remarks if with_cover else f"{lone_notes(made)}\n\n{one.remarks}",
            in_reply_to="" if with_cover else answers,
        )
        mails.append((file_name(n, patch.subject), compose(mail)))
    letter = replace(
        base,
        prefix=f"PATCH {made.target.name} 0/{len(made.worded)}",
        subject=cover_subject(made),
        body=cover_body(made),
        notes=cover_notes(made),
        in_reply_to=answers,
    )
    cover = compose(letter) if with_cover else b""
    return Outgoing(made.target.name.replace("/", "-"), tuple(mails), cover, certificate(made))


# What the letter and the patches have in common.
def _base(made: Made, style: Style) -> OutgoingPatch:
    sender = style.sender or made.worded[0].taken.patch.author
    failed = made.series.failed if style.reply else None
    asked = [failed.sender] if failed and failed.sender else []
    others = failed.recipients if failed else ()
    to = _once([*asked, _STABLE], without=())
    return OutgoingPatch(
        sender=sender,
        author=sender,
        date="",
        prefix="",
        subject="",
        body="",
        diff=b"",
        to=to,
        cc=_once(others, without=(*to, sender)),
    )


def _mail(one: Worded, base: OutgoingPatch) -> OutgoingPatch:
    patch = one.taken.patch
    return replace(
        base,
        author=patch.author,
        date=patch.date,
        subject=patch.subject,
        body=one.body,
        diff=one.taken.diff,
    )


def _once(people: Sequence[Person], without: Sequence[Person]) -> tuple[Person, ...]:
    seen = {person.email.casefold() for person in without}
    kept = {person.email.casefold(): person for person in reversed(people)}
    return tuple(
        kept.pop(person.email.casefold())
        for person in people
        if person.email.casefold() in kept and person.email.casefold() not in seen
    )


def gaps(worded: Sequence[Worded], sender: Person | None) -> tuple[str, ...]:
    """What is left to do by hand before the mails can go, a sentence each."""
    lacking = [one.taken.patch.name for one in worded if one.lacks_upstream]
    stated = [one.taken.patch.name for one in worded if not one.upstream and not one.lacks_upstream]
    found = []
    if stated:
        found.append(f"{', '.join(stated)}: names its upstream commit, which is not in mainline here")
    if lacking:
        names = ", ".join(lacking)
        found.append(
            f"{names}: upstream commit not found in mainline, fill it in: stable wants it as the first line"
        )
    if sender is None:
        found.append("no user.name and user.email in git's configuration: no Signed-off-by was added")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """Where a target's files are: the mailbox, the folder with a file a mail, the certificate."""

    mbox: Path
    mails: Path
    certificate: Path


def write(folder: Path, outgoing: Outgoing) -> Written:
    """Write a target's mbox, its folder of mails and its certificate into a folder, made if need be.

    What an earlier run wrote for the target is replaced, whole or not at all; what someone edited since is
    not.

    Raises:
        OutputError: the folder can't be made or written, the mails' folder holds other files, or edited ones.
    """
    mails, fresh, old = (folder / name for name in _folders(outgoing.name))
    contents = {"mbox": outgoing.mbox, "json": outgoing.certificate}
    try:
        if mails.exists() and not all(_OURS.fullmatch(file.name) for file in mails.iterdir()):
            raise OutputError("holds files that are not patches", at=str(mails), hint="name another folder")
        if edited := _edited(mails, folder / f".{outgoing.name}.sums"):
            raise OutputError(
                "was edited since it was written", at=edited, hint="name another folder, or remove it"
            )
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name, data in outgoing.files:
            (fresh / name).write_bytes(data)
        for end, data in contents.items():
            (folder / f".{outgoing.name}.{end}.part").write_bytes(data)
        if mails.exists():
            mails.rename(old)
        fresh.rename(mails)
        _keep_sums(mails, folder / f".{outgoing.name}.sums")
        for end in contents:
            (folder / f".{outgoing.name}.{end}.part").replace(folder / f"{outgoing.name}.{end}")
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"can't be written: {error.strerror}", at=str(folder)) from error
    return Written(folder / f"{outgoing.name}.mbox", mails, folder / f"{outgoing.name}.json")


def _folders(name: str) -> tuple[str, str, str]:
    return name, f".{name}.new", f".{name}.old"


def _keep_sums(mails: Path, sums: Path) -> None:
    sums.write_text(json.dumps({file.name: _sum(file) for file in sorted(mails.iterdir())}), encoding="utf-8")


# The first file that is not as it was written; "" where none is, or where nothing is known.
def _edited(mails: Path, sums: Path) -> str:
    if not mails.exists() or not sums.exists():
        return ""
    try:
        known = json.loads(sums.read_text(encoding="utf-8"))
    except ValueError:
        return ""
    files = {file.name: file for file in sorted(mails.iterdir())}
    return next((str(files[name]) for name in files if known.get(name) != _sum(files[name])), "")


def _sum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
