"""What to send: the taken patches as mails a stable maintainer takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from patchtool.backport.planner import Outcome, Taken
from patchtool.core.errors import PatchtoolError
from patchtool.core.plan import How, PatchPlan, Target
from patchtool.core.series import Person, upstream_named
from patchtool.mail.compose import OutgoingPatch, compose, mbox

_STABLE = Person("", "stable@vger.kernel.org")


class OutputError(PatchtoolError):
    """The mbox can't be written."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file to write and what its reader has to know."""

    name: str
    data: bytes
    notes: tuple[str, ...]


def outgoing(target: Target, outcome: Outcome, sender: Person | None, answer_to: str = "") -> Outgoing:
    """The mbox of one target, `[PATCH 5.4.y n/m]`, for `git send-email` and `git am`.

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
            to=(_STABLE,),
            in_reply_to=answer_to,
        )
        mails.append(compose(mail))
    return Outgoing(
        f"{target.name.replace('/', '-')}.mbox", mbox(mails), _notes(outcome.taken, cells, sender)
    )


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


def write(folder: Path, mail: Outgoing) -> Path:
    """Write the mbox into a folder, made if need be; whole or not at all.

    Raises:
        OutputError: the folder can't be made or written.
    """
    place = folder / mail.name
    part = folder / f".{mail.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(mail.data)
        part.replace(place)
    except OSError as error:
        raise OutputError(f"can't be written: {error.strerror}", at=str(place)) from error
    return place
