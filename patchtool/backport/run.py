"""`patchtool backport` without its printing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from patchtool.backport.ancestry import mainline, upstream_commits
from patchtool.backport.companions import companions
from patchtool.backport.delivery import Deliverer, Delivery
from patchtool.backport.entrance import Lore
from patchtool.backport.evidence import cover_words
from patchtool.backport.newer import newer_lacking
from patchtool.backport.outgoing import Written
from patchtool.backport.planner import Planner
from patchtool.backport.targets import every_target, find_target, meant_by_all
from patchtool.backport.unsought import made_on, unsought
from patchtool.backport.verify import Means, Verifier, mail_errors
from patchtool.core.finding import Verdict
from patchtool.core.plan import BackportReport, Decision, PatchPlan, TargetPlan, Verification
from patchtool.core.series import Series
from patchtool.tree.base import made_for
from patchtool.tree.git import Scratch

_HELD = {Decision.TAKE, Decision.PRESENT}


def backport(
    series: Series,
    scratch: Scratch,
    targets: Sequence[str],
    means: Means,
    *,
    wanted: frozenset[int] = frozenset(),
    delivery: Delivery | None = None,
) -> BackportReport:
    """Plan, apply in memory, verify, and write what to send, target by target.

    Every target is looked up before the first is planned, so that a misspelt one costs nothing. `wanted` are
    patches to take whatever their tags say. Nothing is written but what `delivery` asks for, branches last.

    Raises:
        TargetError: a target is not there.
        OutputError: the mbox can't be written.
        BranchError: a branch can't be made.
    """
    names = [name for asked in targets for name in (every_target(scratch) if asked == "all" else [asked])]
    found = [find_target(scratch, name) for name in names]
    lore = _lore(series, scratch, means)
    verifier = Verifier(series, means, lore.upstream)
    deliverer = Deliverer(series, scratch, delivery or Delivery(), [target for target, _ in found])
    plans = []
    notes = [f"the cover letter says: {sentence}" for sentence in cover_words(series)]
    if "all" in targets:
        notes.append(meant_by_all(scratch))
    for target, tree in found:
        means.options.progress(f"{target.name}: planning")
        outcome = Planner(series, target, tree, lore, wanted).plan()
        check = verifier.verify(target, tree, outcome) if outcome.taken else None
        verdict = _verdict(outcome.cells, check)
        taken = {done.patch.n for done in outcome.taken if not done.commit}
        held = {cell.n: cell.upstream for cell in outcome.cells if cell.decision in _HELD}
        after = outcome.taken[-1].tree if outcome.taken else tree.oid
        later = companions(scratch, series, held, target.commit, after)
        newer = newer_lacking(scratch, series, target, taken, lore.commits)
        beside = (*(companion.sentence for companion in later if companion.state.missing), *newer)
        written, said = deliverer.deliver(target, outcome, check, verdict, beside=beside)
        if written:
            said = (*said, *mail_errors(series, outcome, means.options))
        if not outcome.taken:
            said = (*said, "nothing is taken")
        plan = TargetPlan(
            target=target,
            patches=outcome.cells,
            verification=check,
            verdict=verdict,
            tree=outcome.taken[-1].tree if outcome.taken else "",
            companions=later,
            branch=deliverer.branch_of(target),
        )
        plans.append(_with_files(plan, written))
        notes += [f"{target.name}: {note}" for note in said]
        notes += newer
    deliverer.publish()
    base = made_on(scratch, series, lore.upstream)
    return BackportReport(series, tuple(plans), tuple(notes), base, unsought(scratch, found))


# What HEAD holds is no sign of what a series was made for.
def _lore(series: Series, scratch: Scratch, means: Means) -> Lore:
    upstream = made_for(scratch, series)
    commits = upstream_commits(scratch, series.patches)
    return Lore(upstream, mainline(scratch), commits, means.options.renames, means.options.grep)


def _with_files(plan: TargetPlan, written: Written | None) -> TargetPlan:
    if written is None:
        return plan
    mbox, mails, certificate = str(written.mbox), str(written.mails), str(written.certificate)
    return replace(plan, mbox=mbox, mails=mails, certificate=certificate)


def _verdict(cells: Sequence[PatchPlan], check: Verification | None) -> Verdict:
    if any(cell.decision is Decision.BLOCKED for cell in cells):
        return Verdict.VIOLATED
    if check:
        return check.verdict
    settled = {Decision.PRESENT, Decision.NOT_AFFECTED}
    return Verdict.HOLDS if any(cell.decision in settled for cell in cells) else Verdict.UNDECIDED
