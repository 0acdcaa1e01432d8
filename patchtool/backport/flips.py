"""What a backport does to the verdicts of the mmu_gather model, held against what it does upstream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun

# What hurts a walker. A second flush is wasted work: reported by the model, no verdict on a plan.
HAZARDS = ("order", "hw-uaf", "sw-uaf", "page-uaf", "dfree", "leak", "deadlock")


@dataclass(frozen=True, slots=True)
class Change:
    """The model of two trees, the first of which the patches were applied to."""

    before: ModelReport
    after: ModelReport


# The same patches on the tree they were made for, as far as some architectures go; None where it is not here.
Upstream = Callable[[Sequence[str]], Change | None]


def judge(change: Change, upstream: Upstream) -> tuple[Verdict, tuple[str, ...]]:
    """What is to be said of a backport, and what `flips` does not show of the reasons, in sentences.

    VIOLATED: a hazard that was not there and does not come with the patches upstream, or one that stays
    though upstream they end it. UNDECIDED: a configuration that could be followed before no longer can, or
    its hazard stays in changed code and no upstream tree is here to say whether it should; or none could be
    followed at all. A hazard in code that the patches leave alone, upstream too, is none of theirs; nor is
    what no one could follow before either: see `unfollowed`.
    """
    if not any(_followed(run) for run in change.after.runs):
        return Verdict.UNDECIDED, ("model: no configuration could be followed",)
    old = {_cell(run): run for run in change.before.runs}
    lost, hurt = False, []
    for run in change.after.runs:
        was = old.get(_cell(run))
        same = was is not None and was.program == run.program
        for name in HAZARDS:
            now, then = run.verdict(name), was.verdict(name) if was else None
            lost |= now is Verdict.UNDECIDED and then not in (None, Verdict.UNDECIDED)
            if now is Verdict.VIOLATED:
                hurt.append(_Hurt(run, name, then is Verdict.VIOLATED, same))
    said = _compared(hurt, upstream(sorted({one.run.arch for one in hurt}))) if hurt else _Said()
    if lost:
        said.verdicts.add(Verdict.UNDECIDED)
    worst = (Verdict.VIOLATED, Verdict.UNDECIDED)
    return next((verdict for verdict in worst if verdict in said.verdicts), Verdict.HOLDS), said.sentences


@dataclass(frozen=True, slots=True)
class _Hurt:
    # A hazard of the result; `stays`: the target had it; `same`: in code that the patches leave as it was.
    run: ModelRun
    name: str
    stays: bool
    same: bool


# Verdicts, and reasons by configuration.
class _Said:
    def __init__(self) -> None:
        self.verdicts: set[Verdict] = set()
        self._names: dict[tuple[str, str], dict[str, None]] = {}

    def add(self, verdict: Verdict, hurt: _Hurt, reason: str) -> None:
        self.verdicts.add(verdict)
        self._names.setdefault((f"{hurt.run.arch} {hurt.run.config}", reason), {})[hurt.name] = None

    @property
    def sentences(self) -> tuple[str, ...]:
        found = self._names.items()
        return tuple(f"model: {config}: {', '.join(names)} {reason}" for (config, reason), names in found)


def _compared(hurts: Sequence[_Hurt], model: Change | None) -> _Said:
    before, after = (_verdicts(model.before), _verdicts(model.after)) if model else ({}, {})
    said = _Said()
    for hurt in hurts:
        key = (*_cell(hurt.run), hurt.name)
        then, there = before.get(key), after.get(key)
        if not hurt.stays:
            if there is Verdict.VIOLATED:
                said.add(Verdict.HOLDS, hurt, "comes with these patches, as it does upstream")
            else:
                said.verdicts.add(Verdict.VIOLATED)
        elif then is Verdict.VIOLATED and there is Verdict.HOLDS:
            said.add(Verdict.VIOLATED, hurt, "is still there; upstream these patches end it")
        elif (model is None or there in (None, Verdict.UNDECIDED)) and not hurt.same:
            said.add(Verdict.UNDECIDED, hurt, "is still there, and what becomes of it upstream is not known")
        elif not hurt.same:
            said.add(Verdict.HOLDS, hurt, "is still there, as it is upstream after these patches alone")
    return said


def _verdicts(report: ModelReport) -> dict[tuple[str, ...], Verdict]:
    return {(*_cell(run), name): run.verdict(name) for run in report.runs for name in HAZARDS}


def _followed(run: ModelRun) -> bool:
    return all(run.verdict(name) is not Verdict.UNDECIDED for name in HAZARDS)


def flips(before: ModelReport, after: ModelReport) -> tuple[str, ...]:
    """`powerpc radix SMP: FAIL (order, hw-uaf) -> PASS`, a sentence a configuration that changes, in order.

    Then one for those that stay as they are.
    """
    old, new = _by_config(before.runs), _by_config(after.runs)
    pairs = {key: (_said(old.get(key, ())), _said(runs)) for key, runs in new.items()}
    changed = [
        f"model: {arch} {config}: {was} -> {now}"
        for (arch, config), (was, now) in pairs.items()
        if was != now
    ]
    kept = Counter(was.split(" ")[0] for was, now in pairs.values() if was == now)
    counts = ", ".join(f"{count} {word}" for word, count in sorted(kept.items()))
    return (*changed, *([f"model: as before in the other configurations: {counts}"] if kept else []))


def unfollowed(change: Change) -> tuple[str, ...]:
    """A sentence on the architectures that the model could not follow whole, before as after; () for none."""
    old = {_cell(run) for run in change.before.runs if not _followed(run)}
    archs = dict.fromkeys(run.arch for run in change.after.runs if not _followed(run) and _cell(run) in old)
    if not archs:
        return ()
    said = f"model: not followed in all configurations, nor before the patches: {', '.join(archs)}"
    return (f"{said} (hint: patchtool model --rev {change.before.ref} --arch {next(iter(archs))})",)


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
