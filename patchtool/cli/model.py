"""`patchtool model`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.options import Form, Repo, Strict
from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport
from patchtool.gather.run import run_model, supported
from patchtool.gather.verdicts import Explorer
from patchtool.report.as_json import dump, model_json
from patchtool.report.model_text import model_text
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

# A flush too many is wasted work, no hazard: it is reported and fails nothing.
_HARMLESS = {"2flush"}


def model(
    repo: Repo = None,
    rev: Annotated[
        str, typer.Option("--rev", "--tree", help="revision to extract the program from")
    ] = "HEAD",
    arch: Annotated[
        list[str] | None, typer.Option(help="architecture, as its folder under arch/ [all that are modelled]")
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="print the shortest trace of every violation")
    ] = False,
    strict: Strict = False,
    form: Form = common.Format.TEXT,
) -> None:
    """Say whether a walker can read a page directory after it was freed, from the tree's own code."""
    with Scratch(repo or Path.cwd()) as scratch, common.progress() as progress:
        tree, _ = choose_base(scratch, None, rev)
        progress(f"extracting from {rev}")
        report = run_model(tree, tuple(arch) if arch else supported(), Explorer(common.cache_folder()))
    if form is common.Format.JSON:
        typer.echo(dump(model_json(report)), nl=False)
    else:
        common.show(model_text(report, traces=trace))
    raise typer.Exit(_status(report, strict=strict))


def _status(report: ModelReport, *, strict: bool) -> int:
    verdicts = {p.verdict for run in report.runs for p in run.properties if p.name not in _HARMLESS}
    if Verdict.VIOLATED in verdicts:
        return common.FINDINGS
    if not report.runs:  # nothing examined is no success
        return common.UNDECIDED
    return (
        common.UNDECIDED if strict and (Verdict.UNDECIDED in verdicts or report.undecided) else common.CLEAN
    )
