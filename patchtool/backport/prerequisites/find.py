"""The door: what a patch needs in a target, found in the user's history, least first, and proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from patchtool.backport.prerequisites.absent import no_history
from patchtool.backport.prerequisites.items import Item
from patchtool.backport.prerequisites.lacking import Lacking
from patchtool.backport.prerequisites.lineage import Lineage, fork
from patchtool.backport.prerequisites.minimal import least, settle
from patchtool.backport.prerequisites.names import Name
from patchtool.backport.prerequisites.origin import origin
from patchtool.backport.prerequisites.rehearsal import Meter, Rehearsal, Spent, apply_whole
from patchtool.backport.prerequisites.search import Choice, Means, Search
from patchtool.core.finding import Verdict
from patchtool.core.plan import Target
from patchtool.core.prerequisite import (
    Applied,
    Budget,
    Check,
    Checked,
    Commit,
    Cost,
    Found,
    LackKind,
    NoHistory,
)
from patchtool.core.series import Patch
from patchtool.core.tree import MissingBlob
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep


def unchecked(_: tuple[Applied, ...]) -> Checked:
    """The check of whoever has none: applying and having every name is enough."""
    return Checked(Verdict.HOLDS)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a search is judged and bounded, and what finds words in a tree."""

    check: Check = unchecked
    budget: Budget = field(default_factory=Budget)
    grep: Grep = field(default_factory=Grep)


def prerequisites(
    target: Target, tree: Snapshot, patches: Sequence[Patch], upstream_tip: str, terms: Terms
) -> Found | NoHistory:
    """The commits that a patch needs in a target, or what is missing by name where no history holds them.

    `tree` is the state that the patch is to go on: the target's, or that with what goes before it.
    `patches` is the series up to the patch, which is the last; what it needs may be one of those before it.
    `upstream_tip` names the branch or commit whose history the patch was made on or is in, "" for none.
    Nothing is written into the user's repository; of object files that it has already git renews the time.

    Cost: some `git blame` and `git log` limited to files, 20 ms for every commit that is applied in a trial;
    the bounds are `terms.budget`.

    Raises:
        GitError: git refused for another reason than the patch.
    """
    scratch = tree.scratch
    tip = scratch.resolve(upstream_tip)
    own = origin(scratch, patches, tip) if tip else None
    if own is None or not fork(scratch, target.commit, own.base):
        return no_history(target, tree, patches[-1], own, terms.grep)
    meter = Meter(terms.budget)
    lacking = Lacking(tree, Snapshot(scratch, own.commit, own.base[:12]), terms.grep)
    lineage = Lineage(scratch, target.commit, own.commit)
    search = Search(own, Means(lineage, lacking, Rehearsal(scratch, tree.oid, meter), meter))
    try:
        return _Proof(search, tree, terms.check).run()
    except Spent as spent:
        return _report(search, Verdict.UNDECIDED, undecided=(spent.reason,))
    except MissingBlob as missing:
        return _report(search, Verdict.UNDECIDED, undecided=(str(missing),))


class _Proof:
    def __init__(self, search: Search, tree: Snapshot, check: Check) -> None:
        self._search = search
        self._tree = tree
        self._check = check

    def run(self) -> Found:
        search = self._search
        while True:
            obstacles = search.run()
            if obstacles:
                return _report(search, Verdict.VIOLATED, obstacles=obstacles)
            said = self._checked(search.items())
            lacks = [lack for name in said.wants if (lack := search.means.lacking.wanted(_as_name(name)))]
            if said.verdict is Verdict.HOLDS or not search.want(lacks):
                break
        if said.verdict is not Verdict.HOLDS:
            why = (f"the check: {said.reason}",)
            refuted = said.verdict is Verdict.VIOLATED
            obstacles, undecided = (why, ()) if refuted else ((), why)
            return _report(search, said.verdict, obstacles=obstacles, undecided=undecided)
        dropped = least(search, lambda items: self._checked(items).verdict is Verdict.HOLDS)
        settle(self._search)
        return self._proven(dropped)

    def _checked(self, items: Sequence[Item]) -> Checked:
        return self._check(apply_whole(self._tree.scratch, self._tree.oid, items))

    def _proven(self, dropped: Sequence[Choice]) -> Found:
        applied = apply_whole(self._tree.scratch, self._tree.oid, self._search.items())
        doubts = self._search.doubts()
        verdict = Verdict.UNDECIDED if doubts else Verdict.HOLDS
        return _report(self._search, verdict, tree=applied[-1].tree, dropped=tuple(dropped), undecided=doubts)


def _report(
    search: Search,
    verdict: Verdict,
    *,
    tree: str = "",
    dropped: tuple[Choice, ...] = (),
    obstacles: tuple[str, ...] = (),
    undecided: tuple[str, ...] = (),
) -> Found:
    items = search.items()
    merged = search.means.rehearsal.run(items).merged if tree else frozenset()
    chosen = [search.chosen[item.oid] for item in items[:-1]]
    return Found(
        verdict=verdict,
        commits=tuple(_commit(search, choice, three_way=choice.item.oid in merged) for choice in chosen),
        cost=_cost([choice.item for choice in chosen]),
        tree=tree,
        dropped=tuple(_commit(search, choice) for choice in dropped),
        lacks=tuple(search.lacks.values()),
        obstacles=obstacles,
        undecided=(*undecided, *search.means.lacking.undecided),
        three_way="" in merged,
    )


def _commit(search: Search, choice: Choice, *, three_way: bool = False) -> Commit:
    item, number = choice.item, search.own.patches.get(choice.item.oid, 0)
    added, removed = item.size
    return Commit(
        oid="" if number else item.oid,
        subject=item.subject,
        need=choice.need,
        needed_by=search.label(choice.needed_by, whole=True) if choice.needed_by else "",
        why=choice.why,
        patch=number,
        three_way=three_way,
        files=len(item.changes),
        added=added,
        removed=removed,
    )


def _cost(items: Sequence[Item]) -> Cost:
    files = frozenset(_files(items))
    return Cost(len(items), len(files), sum(sum(item.size) for item in items))


def _files(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        yield from (change.path for change in item.changes)


def _as_name(word: str) -> Name:
    if word.startswith("CONFIG_"):
        return Name(LackKind.SYMBOL, word.removeprefix("CONFIG_"))
    owner, dot, member = word.partition(".")
    return Name(LackKind.MEMBER, member, owner) if dot else Name(LackKind.IDENTIFIER, word)
