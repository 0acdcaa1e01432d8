"""Is the result right, not only applied? The same rules, and the mmu_gather model before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from patchtool.backport.flips import Change, flips, judge, unfollowed
from patchtool.backport.ledgers import differences
from patchtool.backport.taken import Outcome, Taken
from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.plan import Decision, Target, Verification
from patchtool.core.report import Base, CheckReport
from patchtool.core.rules import Rule
from patchtool.core.series import Patch, Series
from patchtool.core.tree import MissingBlob
from patchtool.engine.check import check_mails, check_on
from patchtool.engine.ledger import ledger
from patchtool.engine.walk import Options
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import concerns, run_model, supported
from patchtool.mail.diff import parse_diff
from patchtool.rules import guard_mismatch, invisible_identifier
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack

# Off by default where a series is checked in its own tree; in another tree this is what goes wrong.
_SIGHT = (invisible_identifier.RULE, guard_mismatch.RULE)


@dataclass(frozen=True, slots=True)
class Means:
    """What a verification examines with: the rules' options, and the model's explorer."""

    options: Options
    explorer: Explorer


class Verifier:
    """Examines what the taken patches made of a target.

    `upstream` is the tree that the series was made for, None where it is not at hand: then what the patches
    do there is not compared with what they do here.
    """

    def __init__(self, series: Series, means: Means, upstream: Snapshot | None = None) -> None:
        self._series = series
        self._means = means
        self._upstream = upstream

    def verify(self, target: Target, tree: Snapshot, outcome: Outcome) -> Verification:
        """VIOLATED: a rule finds an error that the target did not have, or the model says so (`flips.judge`).

        UNDECIDED: something that bears on it was not examined. HOLDS: neither.
        """
        options = self._means.options
        here = _numbered(self._series, [_as_taken(done) for done in outcome.taken])
        base = Base(target.ref, target.commit, target.version, "the target")
        report = check_on(here, tree, base, replace(options, rules=_rules(options)))
        errors = [finding for finding in report.findings if _is_error(finding)]
        summary = [
            f"rules: {'; '.join(report.checked)}; errors that the target does not have: {len(errors)}",
            *self._ledgers(here, tree, base, outcome),
        ]
        after = tree.derive(outcome.taken[-1].tree, f"{target.ref}+{len(outcome.taken)}")
        model = self._model(tree, after, target.name)
        verdict = Verdict.HOLDS
        if model is None:
            summary.append("model: not run, no taken patch touches what it reads")
        else:
            verdict, reasons = judge(model, lambda archs: self._model_upstream(target, outcome, archs))
            summary += [*flips(model.before, model.after), *reasons]
        return Verification(
            verdict=Verdict.VIOLATED if errors else _with(verdict, report),
            findings=report.findings,
            before=model.before if model else None,
            after=model.after if model else None,
            summary=tuple(summary),
            rules=report.rules,
            undecided=(*report.undecided, *(unfollowed(model) if model else ())),
        )

    # What the backport does to Kconfig that upstream did not, and the other way round.
    def _ledgers(self, here: Series, tree: Snapshot, base: Base, outcome: Outcome) -> tuple[str, ...]:
        upstream = self._apart(base.commit)
        if upstream is None:
            return ("Kconfig: not compared with upstream, the tree that the series was made for is not here",)
        options = replace(self._means.options, rules=())
        there = replace(self._series, patches=self._held(outcome), missing=())
        made_for = Base(upstream.name, upstream.oid, "", "what the series was made for")
        report = ledger(there, upstream, made_for, options)
        # What the target had before is not among its changes.
        taken = {done.patch.n for done in outcome.taken}
        own = replace(report, shifts=tuple(shift for shift in report.shifts if shift.patch in taken))
        return differences(own, ledger(here, tree, base, options))

    # The tree that the series was made for, if that is another one than the target.
    def _apart(self, target: str) -> Snapshot | None:
        return self._upstream if self._upstream and self._upstream.oid != target else None

    # The patches that the target has in the end, as they were sent.
    def _held(self, outcome: Outcome) -> tuple[Patch, ...]:
        held = {cell.n for cell in outcome.cells if cell.decision in (Decision.TAKE, Decision.PRESENT)}
        return tuple(patch for patch in self._series.patches if patch.n in held)

    def _model(self, tree: Snapshot, after: Snapshot, name: str) -> Change | None:
        if not concerns(after.changed()):
            return None
        archs = [arch for arch in supported() if tree.has(f"arch/{arch}")]
        return self._modelled(tree, after, archs, name)

    def _modelled(self, tree: Snapshot, after: Snapshot, archs: Sequence[str], name: str) -> Change:
        self._means.options.progress(f"{name}: the mmu_gather model, {len(archs)} architectures")
        before, now = (run_model(state, archs, self._means.explorer) for state in (tree, after))
        return Change(before, now)

    def _model_upstream(self, target: Target, outcome: Outcome, archs: Sequence[str]) -> Change | None:
        tree = self._apart(target.commit)
        if tree is None or not all(tree.has(f"arch/{arch}") for arch in archs):
            return None
        stack = Stack(tree.scratch, tree.oid)
        try:
            for patch in self._held(outcome):
                stack.apply(patch.diff)
        except (DoesNotApply, MissingBlob):
            return None
        return self._modelled(tree, tree.derive(stack.tree, f"{tree.name} with them"), archs, tree.name)


def mail_errors(series: Series, outcome: Outcome, options: Options) -> tuple[str, ...]:
    """What the rules call an error in the taken patches' mails, which go out as they are; a sentence each."""
    rules = tuple(rule for rule in options.rules if rule.on_series)
    taken = {done.patch.n for done in outcome.taken if not done.commit}
    report = check_mails(series, replace(options, rules=rules), why="the mails alone")
    return tuple(
        f"patch {finding.patch} goes out with an error in its mail: {finding.message} (hint: {finding.hint};"
        " patchtool check --fix)"
        for finding in report.findings
        if finding.severity is Severity.ERROR and finding.patch in taken
    )


def _rules(options: Options) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys((*(rule for rule in options.rules if rule.on_state), *_SIGHT)))


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and finding.verdict is Verdict.VIOLATED


# What no rule could look at, or could not decide, is no pass, whatever the model says.
def _with(verdict: Verdict, report: CheckReport) -> Verdict:
    left = any(f.severity is Severity.ERROR and f.verdict is Verdict.UNDECIDED for f in report.findings)
    return Verdict.UNDECIDED if verdict is Verdict.HOLDS and (left or report.states == 0) else verdict


def _as_taken(done: Taken) -> Patch:
    return replace(done.patch, diff=done.diff, files=parse_diff(done.diff, done.patch.source))


def _numbered(series: Series, patches: Sequence[Patch]) -> Series:
    total = len(patches)
    numbered = tuple(replace(patch, n=n, total=total) for n, patch in enumerate(patches, 1))
    return replace(series, patches=numbered, total=total, missing=())
