"""`patchtool backport` without its printing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from patchtool.backport.evidence import cover_words
from patchtool.backport.outgoing import outgoing, write
from patchtool.backport.planner import Outcome, Planner
from patchtool.backport.targets import every_target, find_target
from patchtool.backport.verify import Means, mail_errors, verify
from patchtool.core.finding import Verdict
from patchtool.core.plan import BackportReport, Decision, PatchPlan, Target, TargetPlan, Verification
from patchtool.core.series import Person, Series
from patchtool.tree.git import Scratch


def backport(
    series: Series,
    scratch: Scratch,
    targets: Sequence[str],
    means: Means,
    *,
    output: Path | None = None,
    sender: Person | None = None,
) -> BackportReport:
    """Plan, apply in memory, verify, and write what to send, target by target.

    Every target is looked up before the first is planned, so that a misspelt one costs nothing. Nothing is
    written but `output`.

    Raises:
        TargetError: a target is not there.
        OutputError: the mbox can't be written.
    """
    names = [name for asked in targets for name in (every_target(scratch) if asked == "all" else [asked])]
    found = [find_target(scratch, name) for name in names]
    plans = []
    notes = [f"the cover letter says: {sentence}" for sentence in cover_words(series)]
    for target, tree in found:
        means.options.progress(f"{target.name}: planning")
        outcome = Planner(series, target, tree).plan()
        check = verify(series, target, tree, outcome, means) if outcome.taken else None
        if not outcome.taken:
            notes.append(f"{target.name}: nothing is taken")
        written = None
        if output is not None and outcome.taken:
            mail = outgoing(target, outcome, sender, series.failed.answer_to if series.failed else "")
            written = write(output, mail)
            said = (*mail.notes, *mail_errors(series, outcome, means.options))
            notes.extend(f"{target.name}: {note}" for note in said)
        plans.append(_plan(target, outcome, check, written))
    return BackportReport(series, tuple(plans), tuple(notes))


def _plan(
    target: Target, outcome: Outcome, check: Verification | None, written: tuple[Path, Path] | None
) -> TargetPlan:
    mbox, mails = map(str, written) if written else ("", "")
    return TargetPlan(
        target=target,
        patches=outcome.cells,
        verification=check,
        verdict=_verdict(outcome.cells, check),
        tree=outcome.taken[-1].tree if outcome.taken else "",
        mbox=mbox,
        mails=mails,
    )


def _verdict(cells: Sequence[PatchPlan], check: Verification | None) -> Verdict:
    if any(cell.decision is Decision.BLOCKED for cell in cells):
        return Verdict.VIOLATED
    if check:
        return check.verdict
    settled = {Decision.PRESENT, Decision.NOT_AFFECTED}
    return Verdict.HOLDS if any(cell.decision in settled for cell in cells) else Verdict.UNDECIDED
