"""Which patches of a series a tree has already, by its history's word and by content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patchtool.backport.ancestry import upstream_commits
from patchtool.backport.carried import Carried, carried
from patchtool.backport.content import Content, contents
from patchtool.core.finding import Verdict
from patchtool.core.series import Series
from patchtool.tree.git import Scratch


@dataclass(frozen=True, slots=True)
class Presence:
    """HOLDS: the tree has the patch. VIOLATED: it has not. UNDECIDED: some of it, and the rest fits nowhere.

    `because` is the evidence in sentences, the deciding one first; () where nothing of the patch is there.
    """

    verdict: Verdict
    because: tuple[str, ...]


def presences(
    scratch: Scratch, tip: str, series: Series, upstream: Mapping[int, str] | None = None
) -> Mapping[int, Presence]:
    """Every patch of the series, by number, in a tree; `tip` is its commit, or just a tree.

    The content counts first (see `contents`). Where it is not there as the patch has it, a commit of the
    history that brought the patch counts, rewritten or not, unless a later one took it away (see `carried`).
    `upstream` are the ids of the patches' commits in mainline, None to look them up.
    """
    known = upstream_commits(scratch, series.patches) if upstream is None else upstream
    by_content = contents(scratch, tip, series)
    unseen = [patch for patch in series.patches if by_content[patch.n].verdict is not Verdict.HOLDS]
    by_word = carried(scratch, tip, known, unseen)
    return {patch.n: _both(by_content[patch.n], by_word.get(patch.n)) for patch in series.patches}


def _both(content: Content, word: Carried | None) -> Presence:
    said = (word.why,) if word else ()
    seen = (content.why,) if content.why else ()
    if content.verdict is Verdict.HOLDS:
        return Presence(Verdict.HOLDS, (*seen, *said))
    if word and word.verdict is Verdict.HOLDS:
        return Presence(
            Verdict.HOLDS, (*said, *(seen or ("none of its hunks is there as the patch has it",)))
        )
    return Presence(content.verdict, (*said, *seen))
