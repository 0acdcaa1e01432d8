"""A series through the model: which configuration's verdicts flip after which patch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.model import Matrix, MatrixCell, MatrixRow, ModelReport, ModelRun, PatchEffect

# What hurts a walker; a second flush is wasted work.
HAZARDS = ("order", "hw-uaf", "sw-uaf", "page-uaf", "dfree", "leak", "deadlock")

Config = tuple[str, str]
Key = tuple[str, str, str]
Runs = Mapping[Key, ModelRun]


def matrix(states: Sequence[tuple[str, ModelReport]]) -> Matrix:
    """The matrix of a base and the states after it, each with its name (`base`, `1` ...); at least one.

    Configurations and scenarios come in the order in which the reports have them. A finding is a patch
    that makes a hazard come up where none was, by the same property, and where its program changed.
    """
    tables = [_by_key(report) for _, report in states]
    names = [name for name, _ in states]
    keys = list(dict.fromkeys(key for table in tables for key in table))
    firsts = [n for n in range(len(tables)) if n == 0 or not _alike(tables[n - 1], tables[n])]
    ends = [*firsts[1:], len(tables)]
    return Matrix(
        groups=tuple(tuple(names[first:end]) for first, end in zip(firsts, ends, strict=True)),
        rows=_rows(keys, [tables[n] for n in firsts]),
        patches=tuple(_effect(names[n], tables[n - 1], tables[n]) for n in range(1, len(tables))),
        base=states[0][1],
        last=states[-1][1],
        findings=_worse(names, tables, keys),
        undecided=states[-1][1].undecided,
    )


def _by_key(report: ModelReport) -> Runs:
    return {(run.arch, run.config, run.scenario): run for run in report.runs}


def _alike(before: Runs, after: Runs) -> bool:
    return {key: _said(run) for key, run in before.items()} == {key: _said(run) for key, run in after.items()}


def _said(run: ModelRun) -> tuple[object, ...]:
    return (run.program, *((p.name, p.verdict) for p in run.properties))


def _rows(keys: Sequence[Key], tables: Sequence[Runs]) -> tuple[MatrixRow, ...]:
    # First the scenarios of a configuration that fare alike, then the configurations.
    by_config: dict[Config, dict[tuple[MatrixCell | None, ...], list[str]]] = {}
    for arch, config, scenario in keys:
        cells = tuple(_cells((arch, config, scenario), tables))
        by_config.setdefault((arch, config), {}).setdefault(cells, []).append(scenario)
    folded: dict[tuple[tuple[str, ...], tuple[MatrixCell | None, ...]], list[Config]] = {}
    for where, found in by_config.items():
        for cells, scenarios in found.items():
            folded.setdefault((tuple(scenarios), cells), []).append(where)
    return tuple(MatrixRow(tuple(where), names, cells) for (names, cells), where in folded.items())


def _cells(key: Key, tables: Sequence[Runs]) -> Iterator[MatrixCell | None]:
    before: ModelRun | None = None
    for n, table in enumerate(tables):
        run = table.get(key)
        changed = n > 0 and (run.program if run else None) != (before.program if before else None)
        yield _cell(run, changed=changed) if run else None
        before = run


def _cell(run: ModelRun, *, changed: bool) -> MatrixCell:
    violated, undecided, waived = (
        tuple(p.name for p in run.properties if p.verdict is verdict)
        for verdict in (Verdict.VIOLATED, Verdict.UNDECIDED, Verdict.WAIVED)
    )
    verdict = Verdict.VIOLATED if violated else Verdict.UNDECIDED if undecided else Verdict.HOLDS
    return MatrixCell(verdict, violated, undecided, waived, changed)


def _effect(name: str, before: Runs, after: Runs) -> PatchEffect:
    changed: dict[Config, list[str]] = {}
    unknown: dict[Config, None] = {}
    every: dict[Config, None] = {}
    for arch, config, scenario in dict.fromkeys((*before, *after)):
        old, new = before.get((arch, config, scenario)), after.get((arch, config, scenario))
        every[arch, config] = None
        if old is None or new is None or (old.program != new.program and old.program and new.program):
            changed.setdefault((arch, config), []).append(scenario)
        elif _open(old) or _open(new):
            unknown[arch, config] = None
    return PatchEffect(
        name,
        tuple(where for where in every if where not in changed and where not in unknown),
        tuple((where, tuple(scenarios)) for where, scenarios in changed.items()),
        tuple(where for where in unknown if where not in changed),
    )


# Without a program that could be extracted; a configuration that has nothing to gather needs none.
def _open(run: ModelRun) -> bool:
    return not run.program and any(p.verdict is Verdict.UNDECIDED for p in run.properties)


@dataclass(frozen=True, slots=True)
class _Worse:
    patch: int
    fixed_by: int | None
    name: str
    run: ModelRun


def _worse(names: Sequence[str], tables: Sequence[Runs], keys: Sequence[Key]) -> tuple[Finding, ...]:
    # One finding a patch, property and end of it, whatever the number of runs.
    grouped: dict[tuple[int, int | None, str], list[ModelRun]] = {}
    for key in keys:
        for found in _regressions([table.get(key) for table in tables], names):
            grouped.setdefault((found.patch, found.fixed_by, found.name), []).append(found.run)
    by_patch = sorted(grouped.items(), key=lambda item: (item[0][0], item[0][1] or 0))
    return tuple(_finding(patch, end, name, runs) for (patch, end, name), runs in by_patch)


def _regressions(runs: Sequence[ModelRun | None], names: Sequence[str]) -> Iterator[_Worse]:
    for n in range(1, len(runs)):
        before, after = runs[n - 1], runs[n]
        if after is None or (before is not None and before.program == after.program):
            continue
        for name in HAZARDS:
            held = before is not None and before.verdict(name) in (Verdict.HOLDS, Verdict.WAIVED)
            if held and after.verdict(name) is Verdict.VIOLATED:
                later = (m for m in range(n + 1, len(runs)) if _holds(runs[m], name))
                mended = next(later, None)
                yield _Worse(_number(names[n]), _number(names[mended]) if mended else None, name, after)


def _holds(run: ModelRun | None, name: str) -> bool:
    return run is not None and run.verdict(name) is Verdict.HOLDS


def _number(name: str) -> int:
    return int(name.partition("/")[0])


def _finding(patch: int, fixed_by: int | None, name: str, runs: Sequence[ModelRun]) -> Finding:
    first = runs[0]
    trace = next(p.trace for p in first.properties if p.name == name)
    at = next((step.at for step in reversed(trace) if step.at), Location(f"arch/{first.arch}"))
    more = f" and {len(runs) - 1} more" if runs[1:] else ""
    where = f"{first.arch} {first.config}, {first.scenario}{more}"
    return Finding(
        "model-regression",
        Severity.ERROR,
        at,
        f"{name} held for {where} and is violated after this patch.",
        f"{name}:{first.arch}:{first.config}:{first.scenario}",
        f"patchtool model --series ... --trace --arch {first.arch} shows how",
        patch,
        fixed_by,
    )
