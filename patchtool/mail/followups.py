"""Trailers that people gave in answers to a series, and their way into its messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.utils import parseaddr

from patchtool.core.series import Followup, Patch, Person, Series, Trailer
from patchtool.mail.message import Message
from patchtool.mail.thread import Group, ancestors
from patchtool.mail.trailers import fixes_tags, parse_trailers, stable_tags, trailer_block

_LINE = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9-]+):[ \t]+(\S.*?)[ \t]*$")
_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_COMMIT = re.compile(r"[0-9a-f]{6,}")
# A mail program breaks a long line before the address.
_BROKEN = re.compile(r"^([A-Za-z-]+:[ \t]+[^<\n]+)\n(<[^>\n]+>)$", re.MULTILINE)
# What an answer says of itself or quotes, and what is no judgement on a patch.
_NO_JUDGEMENT = frozenset(
    {"author", "cc", "date", "e-mail", "email", "from", "mail", "message-id", "phone", "reply-to", "subject"}
    | {"subscribe", "to", "unsubscribe", "base-commit", "change-id", "prerequisite-message-id"}
)
_LINKS = frozenset({"link", "buglink", "closes"})


def followups(messages: Sequence[Message], group: Group) -> tuple[Followup, ...]:
    """The trailers that answers give to a series' patches and cover, in the order of the mails, once each.

    An answer to an answer counts for the patch above both. Quoted lines and what stands below a signature
    do not count, nor answers to other revisions. What a patch's message already holds is left out by
    apply_followups, not here.
    """
    numbers = {mail.message_id: n for n, mail in group.members if mail.message_id}
    if group.cover:
        numbers[group.cover.message_id] = 0
    by_id = {message.message_id: message for message in messages if message.message_id}
    found: dict[tuple[int, str, str], Followup] = {}
    for message in messages:
        trailers = answer_trailers(message)
        if not trailers:
            continue
        number = _target(message, by_id, numbers)
        for trailer in trailers if number is not None else ():
            own = _is_own(trailer, message.sender)
            given = Followup(number or 0, trailer, message.sender, message.message_id, own)
            found.setdefault((given.patch, trailer.key.lower(), trailer.value.lower()), given)
    return tuple(found.values())


def answer_trailers(message: Message) -> tuple[Trailer, ...]:
    """The trailers an answer gives; () for a mail with a patch of its own, and for what answers nothing.

    A mail without `Re:` counts as an answer too where it refers to another and holds no diff.
    """
    refers = bool(message.in_reply_to or message.references)
    if message.is_patch or message.is_cover or not (message.tags.reply or refers):
        return ()
    text = message.envelope.text.replace("\r", "").split("\n-- \n", 1)[0]
    lines = _BROKEN.sub(r"\1 \2", text).split("\n")
    return tuple(
        Trailer(found[1], found[2]) for line in lines if (found := _LINE.match(line)) and _counts(found)
    )


def followups_notes(given: Sequence[Followup], patches: Sequence[Patch]) -> tuple[str, ...]:
    """One sentence for each patch (and for the cover) on trailers that answers give and no message holds."""
    sentences: list[str] = []
    for number in sorted({one.patch for one in given}):
        on = [patch for patch in patches if number in (0, patch.n)]
        new = [one for one in given if one.patch == number and any(_lacks(patch, one) for patch in on)]
        if new:
            name = on[0].name if number else "all patches"
            listed = "; ".join(f"{one.trailer.key}: {one.trailer.value}{_doubt(one)}" for one in new)
            sentences.append(f"answers give {name}: {listed}")
    return tuple(sentences)


def apply_followups(series: Series, chosen: Iterable[Followup] | None = None) -> Series:
    """The series with follow-up trailers in its messages: below those of the patch, none twice.

    `chosen` are those of `series.followups` to take; None takes each that names its own sender, as b4 does.
    Trailers given to the cover go into every patch. New lines have no place in the input (0).
    """
    taken = tuple(f for f in series.followups if f.own) if chosen is None else tuple(chosen)
    patches = tuple(_extended(patch, _new(patch, taken)) for patch in series.patches)
    return replace(series, patches=patches)


def _counts(found: re.Match[str]) -> bool:
    key, value = found[1].lower(), found[2]
    if key in _NO_JUDGEMENT:
        return False
    if "://" in value:
        return key in _LINKS
    return _COMMIT.match(value) is not None if key == "fixes" else _ADDRESS.search(value) is not None


# The nearest patch or cover of the series above an answer; None where the answer is to something else.
def _target(message: Message, by_id: dict[str, Message], numbers: dict[str, int]) -> int | None:
    for above in ancestors(message, by_id):
        if above.message_id in numbers:
            return numbers[above.message_id]
        if not above.tags.reply:
            return None
    known = (numbers[one] for one in reversed(message.references) if one in numbers)
    return None if message.in_reply_to in by_id else next(known, None)


def _is_own(trailer: Trailer, sender: Person) -> bool:
    name, address = parseaddr(trailer.value.partition(" #")[0])
    if not address or "@" not in address:
        return True
    same_name = bool(name) and name.casefold() == sender.name.casefold()
    return same_name or _plain(address) == _plain(sender.email) or _near(address, sender.email)


def _plain(address: str) -> str:
    return re.sub(r"\+[^@]*@", "@", address.casefold())


# foo@linux.example.org and foo@example.org are one person.
def _near(one: str, other: str) -> bool:
    (local, _, domain), (local_2, _, domain_2) = (_plain(a).partition("@") for a in (one, other))
    if local != local_2 or abs(domain.count(".") - domain_2.count(".")) != 1:
        return False
    return domain.endswith(f".{domain_2}") or domain_2.endswith(f".{domain}")


def _lacks(patch: Patch, given: Followup) -> bool:
    key = (given.trailer.key.lower(), given.trailer.value.lower())
    return key not in {(trailer.key.lower(), trailer.value.lower()) for trailer in patch.trailers}


def _doubt(given: Followup) -> str:
    return "" if given.own else f" (sent by {given.sender})"


def _new(patch: Patch, taken: Sequence[Followup]) -> Iterator[Trailer]:
    held = {(trailer.key.lower(), trailer.value.lower()) for trailer in patch.trailers}
    for given in taken:
        key = (given.trailer.key.lower(), given.trailer.value.lower())
        if given.patch in (0, patch.n) and key not in held:
            held.add(key)
            yield given.trailer


def _extended(patch: Patch, trailers: Iterator[Trailer]) -> Patch:
    new = [f"{trailer.key}: {trailer.value}" for trailer in trailers]
    if not new:
        return patch
    lines = patch.message.split("\n") if patch.message else []
    block = trailer_block(patch.subject, patch.message)
    # Without a block they become one of their own, after an empty line.
    at = block.stop if block else len(lines)
    gap = [""] if lines and not block else []
    added = [*gap, *new]
    message = "\n".join([*lines[:at], *added, *lines[at:]])
    places = patch.message_lines
    if places:
        places = (*places[:at], *(0 for _ in added), *places[at:])
    trailers_now = parse_trailers(patch.subject, message, places)
    longer = replace(patch, message=message, message_lines=places, trailers=trailers_now)
    return replace(longer, fixes=fixes_tags(longer), stable=stable_tags(longer))
