"""Is the result right, not only applied? The same rules, and the mmu_gather model before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from patchtool.backport.planner import Outcome
from patchtool.core.finding import Severity, Verdict
from patchtool.core.model import ModelReport, ModelRun
from patchtool.core.plan import Target, Verification
from patchtool.core.report import Base, CheckReport
from patchtool.core.series import Series
from patchtool.engine.check import check_mails, check_on
from patchtool.engine.walk import Options
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import concerns, run_model, supported
from patchtool.tree.snapshot import Snapshot

# What hurts a walker. A second flush is wasted work: reported by the model, no verdict on a plan.
HAZARDS = ("order", "hw-uaf", "sw-uaf", "page-uaf", "dfree", "leak", "deadlock")


@dataclass(frozen=True, slots=True)
class Means:
    """What a verification examines with: the rules' options, and the model's explorer."""

    options: Options
    explorer: Explorer


@dataclass(frozen=True, slots=True)
class _Modelled:
    before: ModelReport
    after: ModelReport
    left: tuple[str, ...]

    @property
    def undecided(self) -> tuple[str, ...]:
        """What the model left open, and the architectures that it was not run for."""
        if not self.left:
            return self.after.undecided
        said = f"model: not run for {', '.join(self.left)}, of which the patches change no file of their own"
        return (*self.after.undecided, f"{said} (hint: patchtool model --series)")


def verify(series: Series, target: Target, tree: Snapshot, outcome: Outcome, means: Means) -> Verification:
    """Examine what the taken patches made of the target.

    VIOLATED: a rule finds an error that the target did not have, or a program that the patches changed
    hurts a walker. UNDECIDED: something that bears on it was not examined. HOLDS: neither.
    """
    report = _by_rules(series, target, tree, outcome, means.options)
    errors = [f for f in report.findings if f.severity is Severity.ERROR and f.verdict is Verdict.VIOLATED]
    summary = [f"rules: {'; '.join(report.checked)}, {len(errors)} errors the target does not have"]
    after = tree.derive(outcome.taken[-1].tree, f"{target.ref}+{len(outcome.taken)}")
    models = _by_model(tree, after, means, target.name)
    if models:
        summary.extend(flips(models.before, models.after))
    else:
        summary.append("model: not run, no taken patch touches what it reads")
    verdict = _judge(models.before, models.after) if models else Verdict.HOLDS
    return Verification(
        verdict=Verdict.VIOLATED if errors else verdict,
        findings=report.findings,
        before=models.before if models else None,
        after=models.after if models else None,
        summary=tuple(summary),
        undecided=(*report.undecided, *(models.undecided if models else ())),
    )


def _by_rules(
    series: Series, target: Target, tree: Snapshot, outcome: Outcome, options: Options
) -> CheckReport:
    taken = tuple(
        replace(done.patch, diff=done.diff, n=n, total=len(outcome.taken))
        for n, done in enumerate(outcome.taken, 1)
    )
    subset = replace(series, patches=taken, total=len(taken), missing=())
    base = Base(target.ref, target.commit, target.version, "the target")
    rules = tuple(rule for rule in options.rules if rule.on_state)
    return check_on(subset, tree, base, replace(options, rules=rules))


def mail_errors(series: Series, outcome: Outcome, options: Options) -> tuple[str, ...]:
    """What the rules call an error in the taken patches' mails, which go out as they are; a sentence each."""
    rules = tuple(rule for rule in options.rules if rule.on_series)
    taken = {done.patch.n for done in outcome.taken}
    report = check_mails(series, replace(options, rules=rules), why="the mails alone")
    return tuple(
        f"patch {finding.patch} goes out with an error in its mail: {finding.message} (hint: {finding.hint};"
        " patchtool check --fix)"
        for finding in report.findings
        if finding.severity is Severity.ERROR and finding.patch in taken
    )


def _by_model(tree: Snapshot, after: Snapshot, means: Means, name: str) -> _Modelled | None:
    if not concerns(after.changed()):
        return None
    means.options.progress(f"{name}: the mmu_gather model")
    there = tuple(arch for arch in supported() if tree.has(f"arch/{arch}"))
    archs = _modelled(there, after.changed())
    before, now = (run_model(state, archs, means.explorer) for state in (tree, after))
    return _Modelled(before, now, tuple(arch for arch in there if arch not in archs))


# The architectures whose own files the patches change; where they change none, every one that the tree has.
def _modelled(there: tuple[str, ...], changed: Sequence[str]) -> tuple[str, ...]:
    own = {path.split("/")[1] for path in changed if path.startswith("arch/")}
    return tuple(arch for arch in there if arch in own) or there


def _judge(before: ModelReport, after: ModelReport) -> Verdict:
    # A run without a program was not examined: it is no equal of another that was not examined either.
    old = {_cell(run): run.program for run in before.runs if run.program}
    changed = [run for run in after.runs if not run.program or old.get(_cell(run)) != run.program]
    verdicts = {run.verdict(name) for run in changed for name in HAZARDS}
    if Verdict.VIOLATED in verdicts:
        return Verdict.VIOLATED
    return Verdict.UNDECIDED if Verdict.UNDECIDED in verdicts or not after.runs else Verdict.HOLDS


def flips(before: ModelReport, after: ModelReport) -> tuple[str, ...]:
    """`powerpc radix SMP: FAIL (order, hw-uaf) -> PASS`, a sentence a configuration, in order."""
    old, new = _by_config(before.runs), _by_config(after.runs)
    return tuple(
        f"model: {arch} {config}: {_said(old.get((arch, config), ()))} -> {_said(runs)}"
        for (arch, config), runs in new.items()
    )


def _by_config(runs: Sequence[ModelRun]) -> dict[tuple[str, str], list[ModelRun]]:
    grouped: dict[tuple[str, str], list[ModelRun]] = {}
    for run in runs:
        grouped.setdefault((run.arch, run.config), []).append(run)
    return grouped


def _said(runs: Sequence[ModelRun]) -> str:
    if not runs:
        return "not there"
    broken = {name: _scenarios(runs, name, Verdict.VIOLATED) for name in HAZARDS}
    fails = [f"{name}{_only(found, runs)}" for name, found in broken.items() if found]
    if fails:
        return f"FAIL ({', '.join(fails)})"
    if any(_scenarios(runs, name, Verdict.UNDECIDED) for name in HAZARDS):
        return "UNDECIDED"
    conditions = ["a flush too many"] if _scenarios(runs, "2flush", Verdict.VIOLATED) else []
    conditions += ["does not build as it is"] if any(run.notes for run in runs) else []
    return f"PASS ({', '.join(conditions)})" if conditions else "PASS"


def _scenarios(runs: Sequence[ModelRun], name: str, verdict: Verdict) -> list[str]:
    return [run.scenario for run in runs if run.verdict(name) is verdict]


# Where few of the scenarios fail, which: `order in nested`.
def _only(found: list[str], runs: Sequence[ModelRun]) -> str:
    return f" in {' and '.join(found)}" if len(found) <= 2 < len(runs) else ""


def _cell(run: ModelRun) -> tuple[str, str, str]:
    return run.arch, run.config, run.scenario
