"""A model report as text: a table of verdicts, and the shortest traces on request."""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict
from patchtool.report.console import Lines
from patchtool.report.plain import count
from patchtool.report.timeline import timeline

_MARK = {Verdict.HOLDS: "ok", Verdict.VIOLATED: "FAIL", Verdict.WAIVED: "waived", Verdict.UNDECIDED: "?"}
_STYLE = {Verdict.HOLDS: "good", Verdict.VIOLATED: "bad", Verdict.WAIVED: "dim", Verdict.UNDECIDED: "warning"}


def model_text(report: ModelReport, *, traces: bool) -> Lines:
    """One row a configuration and scenario, one column a property; why not, and what was not decided."""
    out = Lines()
    out.add((f"mmu_gather model of {report.ref}", "head"), f" ({report.version})" if report.version else "")
    if report.runs:
        out.add("")
        _add_table(out, report.runs)
    for reason in reasons(report.runs):
        out.add(reason)
    if traces:
        _add_traces(out, report)
    out.add("")
    programs = len({run.program for run in report.runs if run.program})
    states = sum(run.states for run in report.runs)
    configs = len({(run.arch, run.config) for run in report.runs})
    said = (count(configs, "configuration"), count(len(report.runs), "run"))
    out.words("checked", ", ".join((*said, count(programs, "program"), count(states, "state"))))
    for sentence in report.undecided:
        out.words("undecided", sentence)
    return out


def traces_text(report: ModelReport) -> Lines:
    """The shortest trace of every violation, once for a program; nothing where nothing is violated."""
    out = Lines()
    _add_traces(out, report)
    return out


def violations(report: ModelReport) -> Iterator[tuple[ModelRun, PropertyVerdict]]:
    """Every violation, with the first run that has it: equal programs have equal traces."""
    seen: set[tuple[str, str]] = set()
    for run in report.runs:
        for verdict in run.properties:
            if verdict.verdict is Verdict.VIOLATED and (run.program, verdict.name) not in seen:
                seen.add((run.program, verdict.name))
                yield run, verdict


def _add_table(out: Lines, runs: tuple[ModelRun, ...]) -> None:
    longest_first = sorted(runs, key=lambda run: -len(run.properties))
    names = list(dict.fromkeys(verdict.name for run in longest_first for verdict in run.properties))
    label = max(len(_label(run)) for run in runs) + 2
    out.add((" " * label + "".join(f"{name:10}" for name in names) + "states", "head"))
    for run in runs:
        cells = [(f"{_MARK[run.verdict(name)]:10}", _STYLE[run.verdict(name)]) for name in names]
        out.add(_label(run).ljust(label), *cells, str(run.states))


def _label(run: ModelRun) -> str:
    return f"{run.arch} {run.config}, {run.scenario}"


def reasons(runs: tuple[ModelRun, ...]) -> list[str]:
    """Why properties are waived or undecided: equal reasons once, with the properties and how often."""
    tally: dict[tuple[Verdict, str], dict[str, int]] = {}
    for run in runs:
        for verdict in run.properties:
            if verdict.reason and verdict.verdict in {Verdict.WAIVED, Verdict.UNDECIDED}:
                times = tally.setdefault((verdict.verdict, verdict.reason), {})
                times[verdict.name] = times.get(verdict.name, 0) + 1
    return [
        f"{verdict.value.lower()}: {', '.join(times)} ({count(max(times.values()), 'run')}): {reason}"
        for (verdict, reason), times in tally.items()
    ]


def _add_traces(out: Lines, report: ModelReport) -> None:
    for run, verdict in violations(report):
        _add_trace(out, run, verdict)


def _add_trace(out: Lines, run: ModelRun, verdict: PropertyVerdict) -> None:
    out.add("")
    out.add((f"{verdict.name}: {_label(run)}", "head"))
    for line in timeline(verdict.trace, verdict.name).splitlines():
        out.add(line)
