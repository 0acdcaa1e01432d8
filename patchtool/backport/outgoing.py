"""What to send: the taken patches as mails a stable maintainer takes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from patchtool.backport.planner import Outcome, Taken
from patchtool.core.errors import PatchtoolError
from patchtool.core.plan import How, PatchPlan, Target
from patchtool.core.series import Person, upstream_named
from patchtool.mail.compose import OutgoingPatch, compose, file_name, mbox

_STABLE = Person("", "stable@vger.kernel.org")
_OURS = re.compile(r"\d{4}-.*\.patch")


class OutputError(PatchtoolError):
    """The mbox can't be written."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What to write for one target, and what its reader has to know.

    `mails` are file names and contents, one a patch, as `git send-email` wants them (it sends a file as one
    mail, however many an mbox holds); `mbox` holds all of them, for `git am` and b4.
    """

    name: str
    mails: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...]

    @property
    def mbox(self) -> bytes:
        """All mails in one mailbox."""
        return mbox(data for _, data in self.mails)


def outgoing(target: Target, outcome: Outcome, sender: Person | None, answer_to: str = "") -> Outgoing:
    """The mails of one target, `[PATCH 5.4.y n/m]`, for `git send-email` and `git am`.

    Each message starts with its upstream commit where that is known, keeps the original changelog and
    trailers, and ends with the sender's Signed-off-by. Without a sender (no user.name and user.email in
    git's configuration) the author stands there and the sign-off is left out. `answer_to` is the message-id
    of the mail that asked for the backport, "" where none did.
    """
    cells = {cell.n: cell for cell in outcome.cells}
    mails = []
    for n, done in enumerate(outcome.taken, 1):
        patch = done.patch
        mail = OutgoingPatch(
            sender=sender or patch.author,
            author=patch.author,
            date=patch.date,
            prefix=f"PATCH {target.name} {n}/{len(outcome.taken)}",
            subject=patch.subject,
            body=_body(patch.message, cells[patch.n], sender),
            diff=done.diff,
            notes=done.stat,
            to=(_STABLE,),
            in_reply_to=answer_to,
        )
        mails.append((file_name(n, patch.subject), compose(mail)))
    return Outgoing(target.name.replace("/", "-"), tuple(mails), _notes(outcome.taken, cells, sender))


def _body(message: str, cell: PatchPlan, sender: Person | None) -> str:
    named = upstream_named(message)
    upstream = f"[ Upstream commit {cell.upstream} ]\n\n" if cell.upstream and not named else ""
    merged = (
        "[ context differs from upstream, resolved by a three-way merge ]\n"
        if cell.how is How.THREE_WAY
        else ""
    )
    signed = f"Signed-off-by: {sender}\n" if sender else ""
    text = message.rstrip("\n")
    if signed and text.splitlines()[-1:] == [signed.strip()]:
        signed = ""
    return f"{upstream}{text}\n{merged}{signed}"


def _notes(taken: Sequence[Taken], cells: dict[int, PatchPlan], sender: Person | None) -> tuple[str, ...]:
    lacking = [done.patch for done in taken if not cells[done.patch.n].upstream]
    unknown = [patch.name for patch in lacking if not upstream_named(patch.message)]
    stated = [patch.name for patch in lacking if upstream_named(patch.message)]
    notes = []
    if stated:
        notes.append(f"{', '.join(stated)}: names its upstream commit, which is not in mainline here")
    if unknown:
        names = ", ".join(unknown)
        notes.append(f"{names}: upstream commit not found in mainline, stable wants it as the first line")
    if sender is None:
        notes.append("no user.name and user.email in git's configuration: no Signed-off-by was added")
    return tuple(notes)


def write(folder: Path, outgoing: Outgoing) -> tuple[Path, Path]:
    """Write a target's mbox and its folder of mails into a folder, made if need be; both paths.

    What an earlier run wrote for the target is replaced, whole or not at all.

    Raises:
        OutputError: the folder can't be made or written, or the mails' folder holds other files.
    """
    place, mails = folder / f"{outgoing.name}.mbox", folder / outgoing.name
    part, fresh, old = (folder / f".{outgoing.name}.{end}" for end in ("mbox.part", "new", "old"))
    try:
        if mails.exists() and not all(_OURS.fullmatch(file.name) for file in mails.iterdir()):
            raise OutputError("holds files that are not patches", at=str(mails), hint="name another folder")
        for left in (fresh, old):
            shutil.rmtree(left, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name, data in outgoing.mails:
            (fresh / name).write_bytes(data)
        part.write_bytes(outgoing.mbox)
        if mails.exists():
            mails.rename(old)
        fresh.rename(mails)
        part.replace(place)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"can't be written: {error.strerror}", at=str(folder)) from error
    return place, mails
