"""Patch by patch: what happens to it in a target, and why."""

from __future__ import annotations

from dataclasses import replace

from patchtool.backport.ancestry import holds_commit, upstream_commits
from patchtool.backport.entrance import Entrance, Lore, Refused
from patchtool.backport.evidence import Evidence, evidence_of, out_of_range
from patchtool.backport.presence import presences
from patchtool.backport.taken import Outcome, Taken
from patchtool.core.finding import Verdict
from patchtool.core.plan import Decision, How, PatchPlan, Target
from patchtool.core.series import Patch, Series
from patchtool.core.tags import FixesTag
from patchtool.tree.snapshot import Snapshot

_WENT = {
    How.CLEAN: "applies as it is",
    How.THREE_WAY: "applies with a three-way merge",
    How.ADAPTED: "adapted",
}


class Planner:
    """Decides one series for one target; the target's tree is never written, results go to the scratch.

    `wanted` are the numbers of patches that the user takes, whatever their tags say.
    """

    def __init__(
        self,
        series: Series,
        target: Target,
        tree: Snapshot,
        lore: Lore | None = None,
        wanted: frozenset[int] = frozenset(),
    ) -> None:
        self._series = series
        self._target = target
        self._tree = tree
        self._lore = lore or Lore(commits=upstream_commits(tree.scratch, series.patches))
        self._presence = presences(tree.scratch, target.commit, series, self._lore.commits)
        self._entrance = Entrance(target, tree, self._lore)
        self._wanted = wanted
        self._taken: list[Taken] = []
        self._blocked: list[str] = []

    def plan(self) -> Outcome:
        """All patches in the series' order; each is tried on what the ones before it left."""
        cells = tuple(self._cell(patch) for patch in self._series.patches)
        return Outcome(tuple(map(self._as_needed, cells)), tuple(self._taken))

    def _cell(self, patch: Patch) -> PatchPlan:
        evidence = evidence_of(patch)
        presence = self._presence[patch.n]
        if presence.verdict is Verdict.HOLDS:
            cell = self._decided(patch, Decision.PRESENT, *presence.because, *_asked(evidence))
            return replace(cell, upstream=self._lore.commits.get(patch.n, ""))
        unwanted = self._unwanted(patch, evidence)
        if unwanted:
            return self._decided(patch, Decision.SKIP, *unwanted)
        unaffected = self._unaffected(patch, evidence)
        if unaffected:
            return self._decided(patch, Decision.NOT_AFFECTED, unaffected, *_asked(evidence))
        return self._apply(patch, (*presence.because, *_asked(evidence)))

    def _decided(self, patch: Patch, decision: Decision, *because: str) -> PatchPlan:
        return PatchPlan(patch.n, patch.subject, decision, because)

    def _unwanted(self, patch: Patch, evidence: Evidence) -> tuple[str, ...]:
        # Asked for by the user, or by a stable maintainer who wants this very backport.
        if patch.n in self._wanted or self._series.failed:
            return ()
        if not evidence.asks:
            return _unasked(evidence)
        reason = out_of_range(evidence, self._target)
        return (reason,) if reason else ()

    def _unaffected(self, patch: Patch, evidence: Evidence) -> str:
        # All that is fixed has to be known, and absent. A bare stable tag has no range of its own: then what
        # the other patches of the series that ask for stable fix gives it.
        source, fixed = "what it fixes", _fixed(evidence)
        if not fixed and evidence.since is None:
            source, fixed = "what the series' stable patches fix", self._fixed_by_siblings(patch)
        held = [holds_commit(self._tree.scratch, self._target.commit, tag.commit) for tag in fixed]
        if not fixed or any(verdict is not Verdict.VIOLATED for verdict in held):
            return ""
        names = ", ".join(f'{tag.commit[:12]} ("{tag.subject}")' for tag in fixed)
        return f"{source} is not in {self._target.ref}: {names}"

    def _fixed_by_siblings(self, patch: Patch) -> tuple[FixesTag, ...]:
        others = (evidence_of(other) for other in self._series.patches if other.n != patch.n)
        return tuple(tag for evidence in others if evidence.asks for tag in _fixed(evidence))

    def _apply(self, patch: Patch, reasons: tuple[str, ...]) -> PatchPlan:
        upto = [one for one in self._series.patches if one.n <= patch.n]
        entered = self._entrance.enter(upto)
        if isinstance(entered, Refused):
            self._blocked.append(patch.name)
            cell = self._decided(patch, Decision.BLOCKED, *entered.because, *reasons)
            return replace(cell, needs=entered.needs)
        self._taken.extend(entered.taken)
        stated = self._series.failed.commit if self._series.failed else ""
        upstream = stated or self._lore.commits.get(patch.n, "")
        return PatchPlan(
            patch.n,
            patch.subject,
            Decision.TAKE,
            (*reasons, _WENT[entered.how], *entered.because, *self._behind_blocked()),
            entered.how,
            upstream=upstream,
            adapted=entered.taken[-1].adapted,
            needs=entered.needs,
        )

    def _behind_blocked(self) -> tuple[str, ...]:
        return (f"but patches before it are blocked: {', '.join(self._blocked)}",) if self._blocked else ()

    # A patch of the series that another one needs goes in, asked for or not.
    def _as_needed(self, cell: PatchPlan) -> PatchPlan:
        by = next((one.needed_by for one in self._taken if one.patch.n == cell.n and not one.commit), 0)
        if not by or cell.decision is Decision.TAKE:
            return cell
        return replace(
            cell, decision=Decision.TAKE, how=How.CLEAN, because=(f"patch {by} needs it", *cell.because)
        )


def _fixed(evidence: Evidence) -> tuple[FixesTag, ...]:
    return tuple(tag for tag in evidence.fixes if tag.commit)


def _asked(evidence: Evidence) -> tuple[str, ...]:
    tags = [tag.raw for tag in evidence.stable] + [tag.raw for tag in evidence.fixes]
    unbounded = evidence.asks and not evidence.since and not evidence.fixes
    return (
        *tags,
        *evidence.words,
        *(["its stable tag names no version, and it has no Fixes"] if unbounded else []),
    )


def _unasked(evidence: Evidence) -> tuple[str, ...]:
    optout = next((tag for tag in evidence.stable if tag.noautosel), None)
    if optout:
        return (f"it asks not to be selected: {optout.raw}",)
    if evidence.only_header:
        return ("stable is in the mail's Cc only, the message has no Cc: stable tag",)
    if evidence.fixes:
        return (f"no Cc: stable tag, though it fixes something: {evidence.fixes[0].raw}",)
    return ("no Cc: stable tag and no Fixes tag",)
