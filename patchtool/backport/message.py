"""What the commit of a backported patch says, and what its mail says below the `---`."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from patchtool.backport.taken import Outcome, Taken
from patchtool.core.adapt import Adapted
from patchtool.core.plan import How, PatchPlan
from patchtool.core.prerequisite import Found
from patchtool.core.series import Person, upstream_named

# Where an id belongs that nobody but the user knows; no form that stable's tools read as one.
PLACEHOLDER = "[ FILL IN before sending: the 40-digit id of the upstream commit ]"

_WIDTH = 72
_INTERDIFF = 60


@dataclass(frozen=True, slots=True)
class Worded:
    """A taken patch with its commit's text: `body` is the message below the subject line, `remarks` are for
    the mail alone. `upstream` is the 40-hex id that it was made of, "" where it was not found.
    """

    taken: Taken
    how: How
    upstream: str
    body: str
    remarks: str

    @property
    def lacks_upstream(self) -> bool:
        """Whether the message holds the placeholder."""
        return not self.upstream and not upstream_named(self.taken.patch.message)


def worded(outcome: Outcome, sender: Person | None) -> tuple[Worded, ...]:
    """The commits of one target, in order.

    A message starts with its upstream commit, or with `PLACEHOLDER` where that is not known; then come the
    original changelog and trailers, `Stable-dep-of:` for a prerequisite, a bracket note that says what
    differs from upstream, and the sender's Signed-off-by. Without a sender nobody signs off.
    """
    cells = {cell.n: cell for cell in outcome.cells}
    return tuple(_worded(done, cells, sender) for done in outcome.taken)


def _worded(done: Taken, cells: Mapping[int, PatchPlan], sender: Person | None) -> Worded:
    upstream = done.commit or cells[done.patch.n].upstream
    how = _how(done, cells)
    named = upstream_named(done.patch.message)
    first = f"[ Upstream commit {upstream} ]" if upstream else PLACEHOLDER
    text = done.patch.message.strip("\n")
    lines = [*([] if named else [first, ""]), *([text] if text else [])]
    lines += _dependence(done, cells)
    note = _note(done, how)
    lines += wrapped(f"[ {note} ]", "  ") if note else []
    signed = f"Signed-off-by: {sender}" if sender else ""
    if signed and text.splitlines()[-1:] != [signed]:
        lines.append(signed)
    return Worded(done, how, upstream, "\n".join(lines) + "\n", _remarks(done, upstream))


def wrapped(text: str, indent: str, *, first: str = "") -> list[str]:
    """Words in lines of 72 columns; a word that is longer has a line of its own."""
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


# A prerequisite's way in stands with the patch that needs it.
def _how(done: Taken, cells: Mapping[int, PatchPlan]) -> How:
    if done.adapted:
        return How.ADAPTED
    if not done.needed_by:
        return cells[done.patch.n].how or How.CLEAN
    needs = cells[done.needed_by].needs
    commits = needs.commits if isinstance(needs, Found) else ()
    merged = any(
        one.three_way and (one.oid == done.commit if done.commit else one.patch == done.patch.n)
        for one in commits
    )
    return How.THREE_WAY if merged else How.CLEAN


def _dependence(done: Taken, cells: Mapping[int, PatchPlan]) -> list[str]:
    if not done.needed_by:
        return []
    cell = cells[done.needed_by]
    if cell.upstream:
        return [f'Stable-dep-of: {cell.upstream[:12]} ("{cell.subject}")']
    return wrapped(f'[ prerequisite of "{cell.subject}" ]', "  ")


def _note(done: Taken, how: How) -> str:
    if done.adapted:
        return done.adapted.note or "context adjusted"
    return "context differs from upstream, resolved by a three-way merge" if how is How.THREE_WAY else ""


# Indented: at the start of a line git would take it for the patch.
def _remarks(done: Taken, upstream: str) -> str:
    adapted = done.adapted
    parts = [*_interdiff(adapted, upstream), *_left_out(adapted)] if adapted else []
    return "\n\n".join([*parts, done.stat])


def _interdiff(adapted: Adapted, upstream: str) -> list[str]:
    shown = adapted.interdiff.splitlines()
    if len(shown) > _INTERDIFF:
        see = f"git range-diff {upstream[:12]}^! and this commit^!" if upstream else "the original patch"
        return [f"{len(shown)} changed lines differ from upstream; compare with {see}."]
    lines = "\n".join(f"  {line}" for line in shown)
    return [f"Changed lines that differ from upstream:\n\n{lines}"] if shown else []


def _left_out(adapted: Adapted) -> list[str]:
    items = [
        line
        for one in adapted.dropped
        for line in wrapped(
            f"{one.path}{f' (hunk {one.hunk})' if one.hunk else ''}: {one.why}", "    ", first="  "
        )
    ]
    return ["\n".join(["Left out:", *items])] if items else []
