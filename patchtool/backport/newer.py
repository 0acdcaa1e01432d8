"""Newer stable trees that would lack a fix that an older one gets."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from patchtool.backport.ancestry import upstream_commits
from patchtool.backport.presence import Presence, presences
from patchtool.backport.targets import short_name, stable_branches
from patchtool.core.finding import Verdict
from patchtool.core.plan import Target
from patchtool.core.series import Series
from patchtool.tree.git import Ref, Scratch

_VERSION = re.compile(r"(\d+)\.(\d+)")


def newer_lacking(
    scratch: Scratch,
    series: Series,
    target: Target,
    taken: Collection[int],
    upstream: Mapping[int, str] | None = None,
) -> tuple[str, ...]:
    """One sentence for each newer stable branch, local or remote, without some of the patches `taken`.

    "linux-5.10.y (0123456789ab) lacks 1/9, 2/9: who upgrades would lose the fix". A patch is there as
    `presences` says; where that is open, the sentence says so. Of a version's branches the newest counts.
    Versions are compared because newer is a matter of versions. () where nothing is taken, or
    the target names no version. About 0.5 s a branch.
    """
    own = _VERSION.search(target.name) or _VERSION.match(target.version)
    if own is None or not taken:
        return ()
    known = upstream_commits(scratch, series.patches) if upstream is None else upstream
    newer = {v: ref for v, ref in stable_branches(scratch).items() if _numbers(v) > _numbers(own[0])}
    sentences: list[str] = []
    for ref in newer.values():
        found = presences(scratch, ref.commit, series, known)
        sentences.extend(_said(ref, series, {n: found[n] for n in sorted(taken)}))
    return tuple(sentences)


def _said(ref: Ref, series: Series, found: Mapping[int, Presence]) -> Sequence[str]:
    names = {patch.n: patch.name for patch in series.patches}
    tree = f"{short_name(ref.name)} ({ref.commit[:12]})"
    lacks = [names[n] for n, presence in found.items() if presence.verdict is Verdict.VIOLATED]
    first = [f"{tree} lacks {', '.join(lacks)}: who upgrades would lose the fix"] if lacks else []
    unsure = [(n, presence) for n, presence in found.items() if presence.verdict is Verdict.UNDECIDED]
    return (
        *first,
        *(f"{tree} may lack {names[n]}, undecided: {'; '.join(one.because)}" for n, one in unsure),
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
