"""`patchtool model`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.drawings import write_drawings, write_twins
from patchtool.cli.inputs import read_input
from patchtool.cli.matrix import series_matrix
from patchtool.cli.options import (
    Archs,
    Color,
    ConfigFile,
    Inbox,
    Page,
    PageForm,
    Repo,
    Revision,
    Strict,
    Walked,
)
from patchtool.cli.pages import code_of, fit_page, write_page
from patchtool.core.finding import Severity, Verdict
from patchtool.core.model import Matrix, ModelReport, ModelRun
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.core.tree import TreeReader
from patchtool.gather.architectures import Configuration
from patchtool.gather.machine.program import Program
from patchtool.gather.machine.recorder import Recorder
from patchtool.gather.matrix import HAZARDS
from patchtool.gather.run import SCENARIOS, Scenario, run_model
from patchtool.report.as_json import dump, model_json
from patchtool.report.html.code import Code
from patchtool.report.html.page import matrix_page, model_page
from patchtool.report.matrix_json import matrix_json
from patchtool.report.matrix_text import matrix_text
from patchtool.report.model_text import model_text, traces_text
from patchtool.report.plain import count
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

Start = Annotated[
    str | None,
    typer.Option(
        "--rev", "--tree", "--base", metavar="REV", help="revision to start from [HEAD, or what SERIES fits]"
    ),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="NAME", help="what the unmapping CPU does [every scenario]"),
]
Pictures = Annotated[
    Path | None, typer.Option("--svg", metavar="DIR", help="for a picture of every violation")
]
Twins = Annotated[
    str | None,
    typer.Option("--promela", metavar="DIR", help="for a Promela twin a program; - prints the only one"),
]


def model(
    repo: Repo = None,
    rev: Start = None,
    series: Walked = None,
    arch: Archs = None,
    up: Annotated[bool, typer.Option("--up", help="only configurations for one CPU")] = False,
    smp: Annotated[bool, typer.Option("--smp", help="only configurations for several CPUs")] = False,
    scenario: Scenarios = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="print the shortest trace of every violation")
    ] = False,
    svg: Pictures = None,
    promela: Twins = None,
    revision: Revision = None,
    inbox: Inbox = None,
    strict: Strict = False,
    form: PageForm = common.PageFormat.TEXT,
    output: Page = None,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Say whether a walker can read a page directory after it was freed, from the tree's own code.

    With --series: after which patch, and what each patch changes.
    """
    fit_page(form, output)
    if promela and series:
        raise common.UsageError("--promela is about one tree", hint="leave out --series")
    if promela and svg:
        raise common.UsageError("--promela and --svg are two answers", hint="ask for one, then for the other")
    asked = _Asked(tuple(arch or ()), _scenarios(scenario), up=up, smp=smp)
    examiner = _Examiner(asked, Recorder(common.cache_folder()))
    read = read_input(series, repo=repo, inbox=inbox, revision=revision) if series else None
    with Scratch(repo or Path.cwd(), common.cache_folder()) as scratch, common.progress() as progress:
        tree, base = choose_base(scratch, read, rev if rev or read else "HEAD")
        if read:
            found = series_matrix(read, tree, examiner.run, examiner.program, progress)
            shown = _Shown(form, output, svg, traces=trace, strict=strict)
            shown.code = examiner.code(found.base, found.last) if shown.is_page else {}
            raise typer.Exit(shown.matrix(found, read, base))
        progress(f"extracting from {tree.name}")
        report = examiner.run(tree)
        shown = _Shown(form, output, svg, traces=trace, strict=strict)
        shown.code = examiner.code(report) if shown.is_page else {}
    if promela:
        typer.echo(write_twins(promela, report, examiner.recorder), nl=False)
        raise typer.Exit(common.CLEAN if report.runs else common.UNDECIDED)
    raise typer.Exit(shown.report(report))


@dataclass(frozen=True, slots=True)
class _Asked:
    archs: tuple[str, ...]
    scenarios: frozenset[str]
    up: bool
    smp: bool

    def wants(self, configuration: Configuration, scenario: Scenario) -> bool:
        if scenario.name not in self.scenarios:
            return False
        return self.up == self.smp or configuration.smp == self.smp  # neither or both: no matter which


def _scenarios(names: list[str] | None) -> frozenset[str]:
    known = [scenario.name for scenario in SCENARIOS]
    for name in names or ():
        if name not in known:
            raise common.UsageError(f"no scenario is called {name}", hint=f"known are: {', '.join(known)}")
    return frozenset(names or known)


class _Examiner:
    # Runs the model as asked, all trees through one recorder, so that a program is explored once.
    def __init__(self, asked: _Asked, recorder: Recorder) -> None:
        self.asked = asked
        self.recorder = recorder
        self.trees: dict[str, TreeReader] = {}

    # While the trees' scratch is open.
    def code(self, *reports: ModelReport) -> Code:
        return code_of(reports, self.trees)

    def run(self, tree: TreeReader) -> ModelReport:
        self.trees[tree.name] = tree
        report = run_model(tree, self.asked.archs, self.recorder, wanted=self.asked.wants)
        return self.recorder.with_objects(report)

    # Again, and for this one run alone: places are those of the tree at hand.
    def program(self, tree: TreeReader, run: ModelRun) -> Program | None:
        recorder = Recorder(common.cache_folder())
        run_model(
            tree,
            [run.arch],
            recorder,
            wanted=lambda row, scenario: (row.name, scenario.name) == (run.config, run.scenario),
        )
        machine = recorder.machine_of(run)
        return machine.program if machine else None


class _Shown:
    # How results are printed, and what the exit status is.
    def __init__(
        self,
        form: common.PageFormat,
        output: Path | None,
        svg: Path | None,
        *,
        traces: bool,
        strict: bool,
    ) -> None:
        self.form = form
        self.output = output
        self.code: Code = {}
        self.svg = svg
        self.traces = traces
        self.strict = strict

    @property
    def is_page(self) -> bool:
        return self.form is common.PageFormat.HTML

    def report(self, report: ModelReport) -> int:
        if self.form is common.PageFormat.JSON:
            typer.echo(dump(model_json(report)), nl=False)
        elif self.is_page:
            write_page(model_page(report, self.code), self.output)
        else:
            common.show(model_text(report, traces=self.traces))
        self._draw(report, "")
        if Verdict.VIOLATED in _verdicts(report.runs):
            return common.FINDINGS
        if not report.runs:  # nothing examined is no success
            return common.UNDECIDED
        unsure = report.undecided or Verdict.UNDECIDED in _verdicts(report.runs)
        return common.UNDECIDED if self.strict and unsure else common.CLEAN

    def matrix(self, found: Matrix, series: Series, base: Base) -> int:
        if self.form is common.PageFormat.JSON:
            typer.echo(dump(matrix_json(found, series, base)), nl=False)
        elif self.is_page:
            write_page(matrix_page(found, series, base, self.code), self.output)
        else:
            common.show(matrix_text(found, series, base, width=shutil.get_terminal_size().columns))
            if self.traces:
                for report in (found.base, found.last):
                    common.show(traces_text(report))
        self._draw(found.base, "base-")
        self._draw(found.last, "last-")
        verdicts = _verdicts(_touched(found))
        errors = any(finding.severity is Severity.ERROR for finding in found.findings)
        if errors or Verdict.VIOLATED in verdicts:
            return common.FINDINGS
        if not found.last.runs or len(found.patches) < len(series.patches):
            return common.UNDECIDED
        unsure = found.undecided or Verdict.UNDECIDED in verdicts
        return common.UNDECIDED if self.strict and unsure else common.CLEAN

    def _draw(self, report: ModelReport, prefix: str) -> None:
        if self.svg is not None:
            written = write_drawings(self.svg, report, prefix)
            typer.echo(f"{count(len(written), 'picture')} of {report.ref} in {self.svg}", err=True)


# What the series left as it was is not its fault; what has no program was not examined.
def _touched(found: Matrix) -> list[ModelRun]:
    before = {(run.arch, run.config, run.scenario): run.program for run in found.base.runs}
    return [
        run
        for run in found.last.runs
        if not run.program or before.get((run.arch, run.config, run.scenario)) != run.program
    ]


def _verdicts(runs: Iterable[ModelRun]) -> set[Verdict]:
    return {p.verdict for run in runs for p in run.properties if p.name in HAZARDS}
