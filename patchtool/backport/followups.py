"""Which later commits of mainline, and later patches of a series, say that they fix or revert others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from patchtool.backport.ancestry import REVERTS, mainline
from patchtool.core.companion import CompanionKind
from patchtool.core.series import Patch, Series
from patchtool.tree.git import FULL_ID, Scratch

_FIXED = re.compile(r"^\s*fixes(?:\s*:\s*|\s+)(?:commit\s+)?([0-9a-f]{7,40})\b", re.IGNORECASE | re.MULTILINE)
_REVERTED = re.compile(rf"{REVERTS}\s+([0-9a-f]{{7,40}})\b", re.IGNORECASE)
_REVERT = re.compile(r'Revert "(.*)"\Z')


@dataclass(frozen=True, slots=True)
class Link:
    """That one names another: fields as in `core.companion.Companion`."""

    oid: str
    subject: str
    kind: CompanionKind
    of: str
    patch: int
    n: int = 0


@dataclass(frozen=True, slots=True)
class _Named:
    oid: str
    subject: str
    patch: int


def later_commits(scratch: Scratch, series: Series, held: Mapping[int, str]) -> tuple[Link, ...]:
    """Commits of mainline that fix or revert what a target holds, or one another, oldest first.

    `held` has the upstream commit of each patch by number; a patch with "" is not looked for. Read are
    `Fixes:` (7 hex digits and more), `This reverts commit` and subjects `Revert "..."`. One `git log` from
    the oldest of these commits on, of messages only. () without a mainline branch.
    """
    tip = scratch.resolve(mainline(scratch))
    subjects = {patch.n: patch.subject for patch in series.patches}
    known = {n: oid for n, short in held.items() if (oid := scratch.resolve(short))}
    if tip is None or not known:
        return ()
    named = [_Named(oid, subjects[n], n) for n, oid in sorted(known.items())]
    found = []
    for oid, subject, body in _log(scratch, tip, known.values()):
        # A patch of the series that fixes another one of it is found in the series itself.
        if oid not in known.values() and (match := _match(named, subject, body)):
            kind, of = match
            named.append(_Named(oid, subject, of.patch))
            found.append(Link(oid, subject, kind, of.oid, of.patch))
    return tuple(found)


def later_patches(series: Series, held: Mapping[int, str]) -> Iterator[Link]:
    """Patches of the series whose `Fixes:` names, by commit or by subject, one before them that is held."""
    before: list[_Named] = []
    for patch in series.patches:
        of = _fixed_by(patch, before)
        if of is not None:
            kind = CompanionKind.FIXES
            yield Link(held.get(patch.n, ""), patch.subject, kind, of.oid, of.patch, patch.n)
        if patch.n in held or of is not None:
            root = of.patch if of is not None and patch.n not in held else patch.n
            before.append(_Named(held.get(patch.n, ""), patch.subject, root))


def _fixed_by(patch: Patch, before: Iterable[_Named]) -> _Named | None:
    for tag in patch.fixes:
        for named in before:
            by_id = tag.commit and named.oid.startswith(tag.commit)
            if by_id or (tag.subject and tag.subject.casefold() == named.subject.casefold()):
                return named
    return None


def _log(scratch: Scratch, tip: str, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    start = scratch.run("merge-base", "--octopus", *ids).out.decode().strip()
    log = scratch.out(
        "log", "-z", "--reverse", "--topo-order", "--no-merges", "--extended-regexp", "--regexp-ignore-case",
        "--grep=^[[:space:]]*fixes[: ]", f"--grep={REVERTS}", '--grep=^Revert "', "--format=%H%n%s%n%b",
        tip, *([f"^{start}"] if start else []), "--",
    )  # fmt: skip
    entries = (entry.split("\n", 2) for entry in log.decode("utf-8", "replace").split("\0") if entry)
    return [(e[0], e[1], e[2]) for e in entries if len(e) == 3 and FULL_ID.match(e[0])]


def _match(named: Iterable[_Named], subject: str, body: str) -> tuple[CompanionKind, _Named] | None:
    reverted, fixed = _REVERTED.findall(body), _FIXED.findall(body)
    title = _REVERT.match(subject)
    for one in named:
        if any(one.oid.startswith(short.lower()) for short in reverted):
            return CompanionKind.REVERTS, one
        # A revert that names a commit means that one, whatever its subject is like.
        if title and not reverted and title[1] == one.subject:
            return CompanionKind.REVERTS, one
    fixes = (one for one in named if any(one.oid.startswith(short.lower()) for short in fixed))
    return next(((CompanionKind.FIXES, one) for one in fixes), None)
