"""Patch by patch: what happens to it in a target, and why."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.backport.ancestry import holds_commit, upstream_commit
from patchtool.backport.evidence import Evidence, evidence_of, out_of_range
from patchtool.backport.presence import present_in
from patchtool.core.finding import Verdict
from patchtool.core.plan import Decision, How, PatchPlan, Target
from patchtool.core.rules import Failure
from patchtool.core.series import Patch, Series
from patchtool.core.tags import FixesTag
from patchtool.tree.misfit import explain
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack


@dataclass(frozen=True, slots=True)
class Taken:
    """A patch that goes in: the tree after it, the diff that leads there in the target, and its stat."""

    patch: Patch
    tree: str
    diff: bytes
    stat: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cells of one target and what was applied, in order."""

    cells: tuple[PatchPlan, ...]
    taken: tuple[Taken, ...]


class Planner:
    """Decides one series for one target; the target's tree is never written, results go to the scratch."""

    def __init__(self, series: Series, target: Target, tree: Snapshot) -> None:
        self._series = series
        self._target = target
        self._tree = tree
        self._present = present_in(tree.scratch, tree.oid, series)
        self._stack = Stack(tree.scratch, tree.oid)
        self._taken: list[Taken] = []
        self._blocked: list[str] = []

    def plan(self) -> Outcome:
        """All patches in the series' order; each is tried on what the ones before it left."""
        cells = tuple(self._cell(patch) for patch in self._series.patches)
        return Outcome(cells, tuple(self._taken))

    def _cell(self, patch: Patch) -> PatchPlan:
        evidence = evidence_of(patch)
        if patch.n in self._present:
            return self._decided(patch, Decision.PRESENT, "its content is in the tree", *_asked(evidence))
        unwanted = self._unwanted(evidence)
        if unwanted:
            return self._decided(patch, Decision.SKIP, *unwanted)
        unaffected = self._unaffected(patch, evidence)
        if unaffected:
            return self._decided(patch, Decision.NOT_AFFECTED, unaffected, *_asked(evidence))
        return self._apply(patch, _asked(evidence))

    def _decided(self, patch: Patch, decision: Decision, *because: str) -> PatchPlan:
        return PatchPlan(patch.n, patch.subject, decision, because)

    def _unwanted(self, evidence: Evidence) -> tuple[str, ...]:
        if self._series.failed:  # a stable maintainer asks for this very backport
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
        before = self._stack.tree
        for how in (How.CLEAN, How.THREE_WAY):
            try:
                tree = self._stack.apply(patch.diff, three_way=how is How.THREE_WAY)
            except DoesNotApply:
                continue
            self._taken.append(Taken(patch, tree, self._difference(before, tree), self._stat(before, tree)))
            stated = self._series.failed.commit if self._series.failed else ""
            upstream = stated or upstream_commit(self._tree.scratch, patch)
            because = (*reasons, _went(how), *self._behind_blocked())
            return PatchPlan(patch.n, patch.subject, Decision.TAKE, because, how, upstream=upstream)
        state = self._tree.derive(before, f"{self._target.ref} with what goes before")
        failures = explain(self._stack, state, patch)
        self._blocked.append(patch.name)
        return self._decided(patch, Decision.BLOCKED, *(_obstacle(failure) for failure in failures), *reasons)

    def _behind_blocked(self) -> tuple[str, ...]:
        return (f"but patches before it are blocked: {', '.join(self._blocked)}",) if self._blocked else ()

    def _stat(self, before: str, after: str) -> str:
        listing = self._tree.scratch.out("diff-tree", "-r", "--stat=78", "--summary", before, after)
        return listing.decode("utf-8", "replace").rstrip("\n")

    def _difference(self, before: str, after: str) -> bytes:
        return self._tree.scratch.out("diff-tree", "-p", "-M", "--binary", "--abbrev=12", before, after)


def _fixed(evidence: Evidence) -> tuple[FixesTag, ...]:
    return tuple(tag for tag in evidence.fixes if tag.commit)


def _asked(evidence: Evidence) -> tuple[str, ...]:
    tags = [tag.raw for tag in evidence.stable] + [tag.raw for tag in evidence.fixes]
    unbounded = evidence.asks and not evidence.since and not evidence.fixes
    return (*tags, *(["its stable tag names no version, and it has no Fixes"] if unbounded else []))


def _unasked(evidence: Evidence) -> tuple[str, ...]:
    optout = next((tag for tag in evidence.stable if tag.noautosel), None)
    if optout:
        return (f"it asks not to be selected: {optout.raw}",)
    if evidence.only_header:
        return ("stable is in the mail's Cc only, the message has no Cc: stable tag",)
    if evidence.fixes:
        return (f"no Cc: stable tag, though it fixes something: {evidence.fixes[0].raw}",)
    return ("no Cc: stable tag and no Fixes tag",)


def _went(how: How) -> str:
    return "applies as it is" if how is How.CLEAN else "applies with a three-way merge"


def _obstacle(failure: Failure) -> str:
    place = f"{failure.path}:{failure.line}" if failure.line else failure.path
    hunk = f" (hunk {failure.hunk} of {failure.hunks})" if failure.hunk else ""
    wants = f"; wants `{_first(failure.wants)}`" if failure.wants else ""
    found = f", found `{_first(failure.found)}`" if failure.found else ""
    return f"{place}{hunk}: {failure.reason}{wants}{found}"


def _first(lines: tuple[str, ...]) -> str:
    # The first line that says something: braces and blanks are everywhere.
    return next((line.strip() for line in lines if any(map(str.isalnum, line))), "")
