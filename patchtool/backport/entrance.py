"""How one patch gets into a tree: as it is, merged, adapted, or after what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from patchtool.backport.adaptation.adapt import adapt
from patchtool.backport.prerequisites.absent import no_history
from patchtool.backport.prerequisites.find import Terms, prerequisites
from patchtool.backport.taken import Taken
from patchtool.core.adapt import Adapted, Blocked, Obstacle
from patchtool.core.finding import Verdict
from patchtool.core.plan import How, Target
from patchtool.core.prerequisite import Commit, Found, Lack, NoHistory
from patchtool.core.rename import Rename
from patchtool.core.rules import Failure
from patchtool.core.series import Patch
from patchtool.mail.diff import parse_diff
from patchtool.mail.mailbox import split
from patchtool.mail.series import series_of
from patchtool.tree.misfit import explain
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack
from patchtool.tree.user import as_mail
from patchtool.tree.words import Grep


@dataclass(frozen=True, slots=True)
class Lore:
    """What is known beside the target; each may be missing, and less has a certain place then.

    The tree that the series was made for, the branch with its history ("" for none), the commits there by the
    patches' numbers, and the renames that people wrote down.
    """

    upstream: Snapshot | None = None
    tip: str = ""
    commits: Mapping[int, str] = field(default_factory=dict)
    renames: tuple[Rename, ...] = ()
    grep: Grep = field(default_factory=Grep)


@dataclass(frozen=True, slots=True)
class Entered:
    """What went in for one patch, which is the last of `taken`; reasons first, then what was looked for."""

    taken: tuple[Taken, ...]
    how: How
    because: tuple[str, ...]
    needs: Found | NoHistory | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing went in."""

    because: tuple[str, ...]
    needs: Found | NoHistory | None = None


@dataclass(frozen=True, slots=True)
class _Fit:
    how: How
    tree: str
    adapted: Adapted | None = None


class Entrance:
    """Of one target, whose state is the stack; a patch that is refused leaves it as it was."""

    def __init__(self, target: Target, tree: Snapshot, lore: Lore) -> None:
        self._target = target
        self._tree = tree
        self._lore = lore
        self._stack = Stack(tree.scratch, tree.oid)

    def enter(self, patches: Sequence[Patch]) -> Entered | Refused:
        """Take the last of some patches of a series; those before it may be what it needs.

        By text first, exactly, merged, then adapted. Where that leaves a name undeclared, or nothing fits,
        its prerequisites are looked for.
        """
        patch, before = patches[-1], self._state()
        fit = self._fit(patch, before)
        if isinstance(fit, _Fit):
            needs = self._needs(patches, before, fit)
            if not _lacks(needs) and not (isinstance(needs, Found) and needs.commits):
                return Entered((self._went(patch, before.oid, fit),), fit.how, _unsure(needs), needs)
            self._stack.reset(before.oid)
            obstacles: tuple[str, ...] = ("applies as text, and uses what is not there",)
        else:
            needs = prerequisites(self._target, before, patches, self._lore.tip, Terms(grep=self._lore.grep))
            obstacles = fit
        return self._after(patches, before, needs) or Refused((*obstacles, *_missing(needs)), needs)

    def _state(self) -> Snapshot:
        return self._tree.derive(self._stack.tree, self._target.ref)

    def _fit(self, patch: Patch, before: Snapshot) -> _Fit | tuple[str, ...]:
        for how in (How.CLEAN, How.THREE_WAY):
            try:
                return _Fit(how, self._stack.apply(patch.diff, three_way=how is How.THREE_WAY))
            except DoesNotApply:
                continue
        adapted = adapt(self._stack, before, patch, self._lore.upstream, self._lore.renames)
        if isinstance(adapted, Blocked):
            # What git refused and could be adapted is no obstacle.
            failures = explain(self._stack, before, patch)
            left = {obstacle.path for obstacle in adapted.reasons}
            refused = [failure for failure in failures if "" in left or failure.path in left]
            return (*map(_refused, refused), *map(_unplaced, adapted.reasons))
        self._stack.reset(adapted.tree)
        return _Fit(How.ADAPTED, self._stack.tree, adapted)

    # An adapted patch uses the target's names: only what it became can be asked for them.
    def _needs(self, patches: Sequence[Patch], before: Snapshot, fit: _Fit) -> Found | NoHistory | None:
        terms = Terms(grep=self._lore.grep)
        if fit.adapted is None:
            return prerequisites(self._target, before, patches, self._lore.tip, terms)
        diff = fit.adapted.diff
        became = replace(patches[-1], diff=diff, files=parse_diff(diff, patches[-1].source))
        found = no_history(self._target, before, became, None, self._lore.grep)
        return prerequisites(self._target, before, patches, self._lore.tip, terms) if found.lacks else None

    def _after(
        self, patches: Sequence[Patch], before: Snapshot, needs: Found | NoHistory | None
    ) -> Entered | None:
        # Commits that bring context alone are named, not taken: whoever sends them has to answer for them.
        if not isinstance(needs, Found) or needs.verdict is not Verdict.HOLDS or not needs.required:
            return None
        patch, taken = patches[-1], []
        for commit in needs.commits:
            first = patches[commit.patch - 1] if commit.patch else self._patch_of(commit)
            at = self._stack.tree
            tree = self._stack.apply(first.diff, three_way=commit.three_way)
            done = self._went(first, at, _Fit(How.CLEAN, tree))
            taken.append(replace(done, commit="" if commit.patch else commit.oid, needed_by=patch.n))
        at, how = self._stack.tree, How.THREE_WAY if needs.three_way else How.CLEAN
        fit = _Fit(how, self._stack.apply(patch.diff, three_way=needs.three_way))
        taken.append(self._went(patch, at, fit))
        return Entered(tuple(taken), how, _price(needs), needs)

    def _patch_of(self, commit: Commit) -> Patch:
        mail = as_mail(self._tree.scratch, commit.oid)
        return series_of(split(mail, commit.oid), commit.oid).patches[0]

    def _went(self, patch: Patch, before: str, fit: _Fit) -> Taken:
        scratch = self._tree.scratch
        diff = scratch.fact("diff-tree", "-p", "-M", "--binary", "--abbrev=12", before, fit.tree)
        stat = scratch.fact("diff-tree", "-r", "--stat=78", "--summary", before, fit.tree)
        return Taken(patch, fit.tree, diff, stat.decode("utf-8", "replace").rstrip("\n"), fit.adapted)


def _lacks(needs: Found | NoHistory | None) -> tuple[Lack, ...]:
    return needs.lacks if needs else ()


def _unsure(needs: Found | NoHistory | None) -> tuple[str, ...]:
    return needs.undecided if needs else ()


def _price(needs: Found) -> tuple[str, ...]:
    first = [
        f"first {commit.oid[:12] or f'patch {commit.patch}'} ({commit.subject}): {commit.why}"
        for commit in needs.commits
    ]
    cost = needs.cost
    return (*first, f"prerequisites: {cost.commits} commits, {cost.files} files, {cost.lines} lines")


def _missing(needs: Found | NoHistory | None) -> tuple[str, ...]:
    if needs is None:
        return ()
    named = [f"{lack.used.path}:{lack.used.line}: {lack.sentence}{_brought(lack)}" for lack in needs.lacks]
    if isinstance(needs, Found):
        context = ("it would fit after these, which bring context alone",) if needs.commits else ()
        offered = (*context, *_price(needs)) if needs.verdict is Verdict.HOLDS else ()
        return (*named, *needs.obstacles, *needs.undecided, *offered)
    fetch = f"prerequisites were not looked for: {needs.reason} (hint: {'; '.join(needs.commands)})"
    return (*named, *needs.undecided, fetch)


def _brought(lack: Lack) -> str:
    return f", which patch {lack.patch} brings" if lack.patch else ""


def _refused(failure: Failure) -> str:
    place = f"{failure.path}:{failure.line}" if failure.line else failure.path
    hunk = f" (hunk {failure.hunk} of {failure.hunks})" if failure.hunk else ""
    wants = f"; wants `{_first(failure.wants)}`" if failure.wants else ""
    found = f", found `{_first(failure.found)}`" if failure.found else ""
    return f"{place}{hunk}: {failure.reason}{wants}{found}"


def _unplaced(obstacle: Obstacle) -> str:
    hunk = f" (hunk {obstacle.hunk})" if obstacle.hunk else ""
    could = f"; it could be {' or '.join(obstacle.candidates)}" if obstacle.candidates else ""
    return f"not adapted: {obstacle.path}{hunk}: {obstacle.reason}{could}"


def _first(lines: tuple[str, ...]) -> str:
    # The first line that says something: braces and blanks are everywhere.
    return next((line.strip() for line in lines if any(map(str.isalnum, line))), "")
