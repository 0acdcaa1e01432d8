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
    """What is to be said of a backport, and why, a sentence a configuration.

    VIOLATED: a hazard that was not there, or one that stays though upstream these patches end it. UNDECIDED:
    a configuration that could be followed before no longer can, or its hazard stays in changed code and no
    upstream tree is here to say whether it should; or none could be followed at all. A hazard in code that
    the patches leave alone, upstream too, is none of theirs; nor is what no one could follow before either:
    that stands in the report's `undecided`.
    """
    if not any(run.program for run in change.after.runs):
        return Verdict.UNDECIDED, ("model: no configuration could be followed",)
    said = _Said()
    old = {_cell(run): run for run in change.before.runs}
    staying = []
    for run in change.after.runs:
        was = old.get(_cell(run))
        for name in HAZARDS:
            now, then = run.verdict(name), was.verdict(name) if was else None
            if now is Verdict.VIOLATED and then is Verdict.VIOLATED:
                staying.append((run, name, was is not None and was.program == run.program))
            elif now is Verdict.VIOLATED:
                said.add(Verdict.VIOLATED, run, name, "was not there")
            elif now is Verdict.UNDECIDED and then not in (None, Verdict.UNDECIDED):
                said.add(Verdict.UNDECIDED, run, name, "can't be followed any more")
    if staying:
        _stayed(said, staying, upstream(sorted({run.arch for run, _, _ in staying})))
    return said.verdict, said.sentences


# Reasons, a sentence for each configuration and kind.
class _Said:
    def __init__(self) -> None:
        self._names: dict[tuple[str, str], dict[str, None]] = {}
        self._verdicts: set[Verdict] = set()

    def add(self, verdict: Verdict, run: ModelRun, name: str, reason: str) -> None:
        self._verdicts.add(verdict)
        self._names.setdefault((f"{run.arch} {run.config}", reason), {})[name] = None

    @property
    def verdict(self) -> Verdict:
        worst = (Verdict.VIOLATED, Verdict.UNDECIDED)
        return next((verdict for verdict in worst if verdict in self._verdicts), Verdict.HOLDS)

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(
            f"model: {config}: {', '.join(names)} {reason}" for (config, reason), names in self._names.items()
        )


_Staying = tuple[ModelRun, str, bool]


def _stayed(said: _Said, staying: Sequence[_Staying], model: Change | None) -> None:
    became = _became(model) if model else {}
    for run, name, same in staying:
        there = became.get((*_cell(run), name))
        if there is Verdict.HOLDS:
            said.add(Verdict.VIOLATED, run, name, "stays, upstream it ends")
        elif there is Verdict.UNDECIDED or (model is None and not same):
            said.add(Verdict.UNDECIDED, run, name, "stays, and what it becomes upstream is not known")
        elif not same:
            said.add(Verdict.HOLDS, run, name, "stays, as upstream after these patches alone")


# What every hazard of the tree becomes.
def _became(model: Change) -> dict[tuple[str, ...], Verdict]:
    after = {_cell(run): run for run in model.after.runs}
    return {
        (*_cell(run), name): after[_cell(run)].verdict(name)
        for run in model.before.runs
        for name in HAZARDS
        if run.verdict(name) is Verdict.VIOLATED and _cell(run) in after
    }


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
    old = {_cell(run) for run in change.before.runs if not run.program}
    archs = dict.fromkeys(run.arch for run in change.after.runs if not run.program and _cell(run) in old)
    if not archs:
        return ()
    said = f"model: not followed in all configurations, nor before the patches: {', '.join(archs)}"
    return (f"{said} (hint: patchtool model --arch {next(iter(archs))})",)


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
