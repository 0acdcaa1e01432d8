"""A series walked through the model, state by state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.model import Matrix, ModelReport, ModelRun
from patchtool.core.series import Patch, Series
from patchtool.core.tree import TreeReader
from patchtool.engine.states import Progress, Step, steps
from patchtool.gather.difference import Renaming, first_difference, renaming
from patchtool.gather.machine.machine import names
from patchtool.gather.machine.program import Effect, Program
from patchtool.gather.matrix import matrix
from patchtool.gather.run import concerns
from patchtool.tree.snapshot import Snapshot

# A run of the model over a tree, and the program behind one of its runs.
Model = Callable[[TreeReader], ModelReport]
ProgramOf = Callable[[TreeReader, ModelRun], Program | None]


@dataclass(frozen=True, slots=True)
class _Walk:
    states: list[tuple[Step, ModelReport]]
    undecided: tuple[str, ...]


def series_matrix(
    series: Series, tree: Snapshot, model: Model, program_of: ProgramOf, progress: Progress
) -> Matrix:
    """The matrix of a series from its base on; a state whose files do not concern the model is not run again.

    A patch that renames symbols and changes a program all the same is a finding, at the first effect that
    differs.
    """
    walk = _walk(series, tree, model, progress)
    found = matrix([("base" if step.patch is None else str(step.n), report) for step, report in walk.states])
    extra: list[Finding] = []
    for (before, old), (after, new) in zip(walk.states, walk.states[1:], strict=False):
        renamed = renaming(after.patch) if after.patch else None
        if after.patch and renamed:
            at_fault = _changed_runs(old, new)
            programs = [
                (run, program_of(before.tree, was), program_of(after.tree, run)) for was, run in at_fault
            ]
            extra += _findings(after.patch, renamed, programs, after.tree.name)
    findings = sorted((*found.findings, *extra), key=lambda finding: finding.patch or 0)
    return replace(found, findings=tuple(findings), undecided=(*found.undecided, *walk.undecided))


def _walk(series: Series, tree: Snapshot, model: Model, progress: Progress) -> _Walk:
    states: list[tuple[Step, ModelReport]] = []
    undecided: list[str] = []
    for step in steps(tree, series, progress):
        if step.failures or step.absent:
            left = [patch.name for patch in series.patches if patch.n >= step.n]
            why = f"{step.absent} is absent from the object store" if step.absent else "it does not apply"
            undecided.append(f"{', '.join(left)}: not examined, {left[0]}: {why}")
        elif states and not concerns(_between(states[-1][0].tree, step.tree)):
            states.append((step, states[-1][1]))
        else:
            progress(f"the mmu_gather model of {step.tree.name}")
            states.append((step, model(step.tree)))
    return _Walk(states, tuple(undecided))


# Every state is derived from the base, and says what it changed there.
def _between(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for path in {*before.changed(), *after.changed()}:
        if before.blob_id(path) != after.blob_id(path):
            yield path


# One pair of runs for each pair of different programs.
def _changed_runs(old: ModelReport, new: ModelReport) -> list[tuple[ModelRun, ModelRun]]:
    before = {(run.arch, run.config, run.scenario): run for run in old.runs}
    found: dict[tuple[str, str], tuple[ModelRun, ModelRun]] = {}
    for run in new.runs:
        was = before.get((run.arch, run.config, run.scenario))
        if was and was.program and run.program and was.program != run.program:
            found.setdefault((run.arch, run.config), (was, run))
    return list(found.values())


Pair = tuple[ModelRun, Program | None, Program | None]


def _findings(patch: Patch, renamed: Renaming, programs: Sequence[Pair], ref: str) -> list[Finding]:
    found = []
    exchanged = ", ".join(f"{old} -> {new}" for old, new in renamed.names)
    more = tuple(f"{at}: more than a name changes here" for at in renamed.others)
    for run, before, after in programs:
        parting = first_difference(before, after) if before and after else None
        effects = (parting.before, parting.after) if parting else (None, None)
        at = next((e.at for e in reversed(effects) if e and e.at), Location(f"arch/{run.arch}"))
        message = (
            f"The patch renames {exchanged}, and yet the program of {run.arch} {run.config}, {run.scenario}"
            f" is another one: {_effect(effects[0])} before, {_effect(effects[1])} after."
        )
        found.append(
            Finding(
                "renaming-changes-program",
                Severity.WARNING,
                replace(at, ref=ref),
                message,
                f"{run.arch}:{run.config}",
                "say in the message what else changes, or split it off",
                patch.n,
                evidence=more,
            )
        )
    return found


def _effect(effect: Effect | None) -> str:
    if effect is None:
        return "the end"
    what = (
        effect.question,
        effect.kind,
        names(effect.objects) if effect.objects else "",
        effect.scope,
        effect.reach,
    )
    place = f", {effect.function}() at {effect.at}" if effect.at else ""
    return f"{' '.join(part for part in what if part)}{place}"
