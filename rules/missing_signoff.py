"""Patch without the sign-off of its author or of whoever sent it.

What it does     flags a patch that its author did not sign off (error), or that came from somebody else who
                 did not (warning). A sign-off of the same name with another address is a note that says both.
Why it is bad    the sign-off certifies where the code is from (Documentation/process/submitting-patches.rst);
                 maintainers do not take a patch without it, and everybody who passes it on adds theirs.
Decides by       the Signed-off-by lines of the message, against the From that `git am` takes for the author
                 and the mail's own. Addresses are compared without regard to case and to `+detail`.
Limits           a line that malformed-trailer flags still counts as a sign-off. A sender whose name signed
                 off with any address is fine: people send from elsewhere than they commit. Mails that a list
                 or a relay rewrote (`X via Y`) say nothing of the sender.
Example          fixtures/rules/missing-signoff/
History          silent on v4 of "Fixup page directory freeing". Over 7,439 patch mails of linux-arch from
                 2019 to 2021: 21 errors, among them five "Signed-by-off" and two deliberate
                 "Not-Signed-off-by"; 162 warnings and notes, eight of which are wrong: a second address
                 of the author that gives no hint of the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import permutations

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import History, Rule
from patchtool.core.series import Patch, Person, Series

NAME = "missing-signoff"
# Near enough for a sign-off that is misspelt: the slip is another rule's business.
_SIGNOFF = re.compile(r"s\w{4,6}[ -]?of{0,2}[ -]?by\b[\s:]*(?P<person>.*)$", re.IGNORECASE)
_ADDRESS = re.compile(r"<?(?P<email>[^\s<>()]+@[^\s<>()]+)")


def check(series: Series, history: History) -> Iterator[Finding]:
    """At most one finding about the author and one about the sender of a patch."""
    for patch in series.patches:
        signed = _signed(patch)
        if patch.author.email:
            yield from _author(patch, signed)
        if _is_other(patch.sender, patch.author):
            yield from _sender(patch, signed)


def _author(patch: Patch, signed: list[Person]) -> Iterator[Finding]:
    author = patch.author
    if any(_address(person) == _address(author) for person in signed):
        return
    namesake = next((person for person in signed if _same_name(person, author)), None)
    if namesake:
        message = f"The author is {author}, the sign-off is by {namesake.email or namesake.name}."
        hint = "let From and Signed-off-by have one address"
        yield _finding(patch, message, hint, Severity.NOTE)
    else:
        message = f"The author, {author}, did not sign off."
        yield _finding(patch, message, f"ask for `Signed-off-by: {author}`", Severity.ERROR)


def _sender(patch: Patch, signed: list[Person]) -> Iterator[Finding]:
    sender = patch.sender
    if not any(_is(person, sender) for person in signed):
        message = f"{sender} passed on the patch of {patch.author} and did not sign off."
        yield _finding(patch, message, f"add `Signed-off-by: {sender}`", Severity.WARNING)


def _signed(patch: Patch) -> list[Person]:
    found = (_SIGNOFF.match(line.strip()) for line in patch.message.split("\n"))
    return [_person(match["person"]) for match in found if match]


def _person(text: str) -> Person:
    found = _ADDRESS.search(text)
    return Person(text[: found.start()].strip(), found["email"]) if found else Person(text, "")


def _is_other(sender: Person, author: Person) -> bool:
    relayed = " via " in sender.name or sender.email.startswith("devnull+")
    return bool(sender.email) and not relayed and not _is(author, sender)


# Whether the two are one: by address, by name, or, for a sender who gives no name, by what the address says.
def _is(person: Person, sender: Person) -> bool:
    if _address(person) == _address(sender) or _same_name(person, sender):
        return True
    if sender.name:
        return False
    user = _user(sender)
    named = any(user == "".join(order) for order in permutations(sorted(_words(person.name))[:4]))
    parts = frozenset(re.split(r"[._-]", user))
    return named or (len(parts) > 1 and parts <= _words(person.name)) or user == _user(person)


def _user(person: Person) -> str:
    return re.sub(r"\d", "", _address(person).partition("@")[0])


def _address(person: Person) -> str:
    user, _, host = person.email.lower().partition("@")
    return f"{user.partition('+')[0]}@{host}"


def _same_name(one: Person, other: Person) -> bool:
    return bool(_words(one.name)) and _words(one.name) == _words(other.name)


# "Developer, A. (Company)" and "A Developer" are one; accents are often lost on the way.
def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", "", name).lower())
    return frozenset(word for word in re.findall(r"\w+", re.sub(r"[\u0300-\u036f]", "", plain)))


def _finding(patch: Patch, message: str, hint: str, severity: Severity) -> Finding:
    return Finding(
        rule=NAME,
        severity=severity,
        at=Location(patch.source, patch.trailers[-1].line if patch.trailers else patch.line),
        message=message,
        key=f"{patch.n}:{message}",
        hint=hint,
        patch=patch.n,
    )


RULE = Rule(id="PT205", name=NAME, severity=Severity.ERROR, since="0.1", doc=__doc__ or "", on_series=check)
