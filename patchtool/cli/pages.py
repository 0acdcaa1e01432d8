"""HTML pages: where they are written, and the code that stands beside a trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import typer

from patchtool.cli import common
from patchtool.core.finding import Location
from patchtool.core.model import ModelReport
from patchtool.core.plan import BackportReport
from patchtool.core.tree import MissingBlob, TreeReader
from patchtool.report.html.code import Code, Excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

# Lines above and below a step's own: its function, mostly.
_AROUND = 9


def write_page(page: str, output: Path | None) -> None:
    """Write a page to a file, or to standard output for None.

    Raises:
        UsageError: the file can't be written.
    """
    if output is None:
        typer.echo(page, nl=False)
        return
    try:
        output.write_text(page, encoding="ascii")
    except OSError as error:
        raise common.UsageError(f"can't be written: {error.strerror}", at=str(output)) from error
    typer.echo(f"written to {output}", err=True)


def fit_page(form: common.PageFormat, output: Path | None) -> None:
    """Refuse a file for what is no page.

    Raises:
        UsageError: it is asked for.
    """
    if output is not None and form is not common.PageFormat.HTML:
        raise common.UsageError("--output is for a page", hint="add --format html")


def code_of(reports: Iterable[ModelReport], trees: Mapping[str, TreeReader]) -> Code:
    """The lines around every step of the reports' traces; `trees` by the name that places call them by.

    A place whose tree is not among them, or whose file can't be read, is left out. While the trees' scratch
    is open.
    """
    found: dict[Location, Excerpt] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    for at in (place for report in reports for place in _places(report)):
        tree = trees.get(at.ref)
        if at in found or tree is None:
            continue
        lines = texts.get((at.ref, at.path))
        if lines is None:
            lines = texts[at.ref, at.path] = _lines(tree, at.path)
        start = max(1, at.line - _AROUND)
        around = tuple(lines[start - 1 : at.line + _AROUND])
        if 0 < at.line <= len(lines):
            found[at] = Excerpt(start, around)
    return found


def code_of_plan(report: BackportReport, scratch: Scratch) -> Code:
    """The same for the targets of a backport and its results, which only its scratch holds."""
    found: dict[Location, Excerpt] = {}
    for plan in report.targets:
        check = plan.verification
        for model, tree in ((check.before, plan.target.commit), (check.after, plan.tree)) if check else ():
            if model and tree:
                found |= code_of([model], {model.ref: Snapshot(scratch, tree, model.ref)})
    return found


def _places(report: ModelReport) -> Iterator[Location]:
    for run in report.runs:
        for verdict in run.properties:
            yield from (step.at for step in verdict.trace if step.at and step.at.line)


def _lines(tree: TreeReader, path: str) -> list[str]:
    try:
        data = tree.read(path)
    except MissingBlob:
        return []
    return (data or b"").decode("utf-8", "surrogateescape").split("\n")
