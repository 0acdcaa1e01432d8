"""The cover letter of a backport: which patches, why not the others, what was examined and what was not."""

from __future__ import annotations

from collections.abc import Sequence

from patchtool.backport.certificate import Made, certificate_text
from patchtool.backport.message import wrapped
from patchtool.core.plan import Decision, How

FILE_NAME = "0000-cover-letter.patch"

_ITEMS = 30

_WENT = {How.CLEAN: "as it is", How.THREE_WAY: "merged", How.ADAPTED: "adapted"}


def cover_subject(made: Made) -> str:
    """The series' own subject; of a patch alone, that patch's."""
    return " ".join((made.series.subject or made.worded[0].taken.patch.subject).split())


def cover_body(made: Made) -> str:
    """The letter's text above the `---`: sentences and lists, 72 columns wide."""
    target = made.target
    version = f", {target.version}" if target.version else ""
    source = f" <{made.message_id}>" if made.message_id else ""
    opening = (
        f'Backport of "{cover_subject(made)}"{source} to {target.name}'
        f" ({target.ref} at {target.commit[:12]}{version})."
    )
    parts = [
        wrapped(opening, "  "),
        _listed("Taken:", _taken(made)),
        _listed("Not taken:", _left(made)),
        _listed(f"Verified, verdict {made.verdict.value}:", made.check.summary if made.check else ()),
        _listed("Found:", _findings(made)),
        _listed("Not verified:", made.unverified),
        _listed("Belongs to it, and is not in:", made.beside),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _taken(made: Made) -> list[str]:
    total = len(made.worded)
    return [
        f"{n}/{total} {one.taken.patch.subject} ({_WENT[one.how]}{_for(one.taken.needed_by, made)})"
        for n, one in enumerate(made.worded, 1)
    ]


# The number that the patch it goes in for has in this letter's series.
def _for(needed_by: int, made: Made) -> str:
    if not needed_by:
        return ""
    places = [
        n for n, one in enumerate(made.worded, 1) if not one.taken.commit and one.taken.patch.n == needed_by
    ]
    return f", needed by {places[0]}/{len(made.worded)}" if places else ""


def _left(made: Made) -> list[str]:
    total = len(made.series.patches)
    return [
        f"{cell.n}/{total} {cell.subject} ({': '.join((cell.decision.value, *cell.because[:1]))})"
        for cell in made.outcome.cells
        if cell.decision is not Decision.TAKE
    ]


def _findings(made: Made) -> list[str]:
    findings = made.check.findings if made.check else ()
    return [
        f"{one.at.path}{f':{one.at.line}' if one.at.line else ''}: {one.severity.value}: {one.message}"
        for one in findings
    ]


def _listed(head: str, items: Sequence[str]) -> list[str]:
    if not items:
        return []
    lines = [head, *(line for item in items[:_ITEMS] for line in wrapped(item, "    ", first="  "))]
    return [*lines, f"  and {len(items) - _ITEMS} more"] if len(items) > _ITEMS else lines


def cover_notes(made: Made) -> str:
    """What stands below the letter's `---`: the certificate."""
    return "\n".join(certificate_text(made))


def lone_notes(made: Made) -> str:
    """What stands below the `---` of a patch that goes without a letter: the certificate and its gaps."""
    return "\n".join([*certificate_text(made), *_listed("Not verified:", made.unverified)])
