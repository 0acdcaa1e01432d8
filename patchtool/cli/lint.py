"""`patchtool lint`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.options import Color, ConfigFile, Form, Repo, Strict
from patchtool.core.lint import LintReport
from patchtool.engine.lint.run import LintOptions
from patchtool.engine.lint.run import lint as lint_tree
from patchtool.engine.renames.table import declared
from patchtool.report.as_json import dump
from patchtool.report.lint_json import lint_json
from patchtool.report.lint_text import lint_text
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch


def lint(
    repo: Repo = None,
    base: Annotated[str | None, typer.Option("--base", help="revision whose tree is searched [HEAD]")] = None,
    symbol: Annotated[
        list[str] | None, typer.Option(help="ask about this symbol only, with all places; may be repeated")
    ] = None,
    rename_table: Annotated[
        list[Path] | None,
        typer.Option(help="further table of renames; may be repeated"),
    ] = None,
    fail_on: Annotated[common.FailOn, typer.Option(help="severity from which on the exit status is 1")] = (
        common.FailOn.ERROR
    ),
    strict: Strict = False,
    form: Form = common.Format.TEXT,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Name every Kconfig symbol that a tree uses and no Kconfig file of any architecture defines."""
    with Scratch(repo or Path.cwd()) as scratch, common.progress() as progress:
        tree, chosen = choose_base(scratch, None, base)
        options = LintOptions(
            symbols=tuple(symbol or ()),
            renames=declared(tuple(rename_table or ())),
            cache=common.cache_folder(),
            progress=progress,
        )
        report = lint_tree(tree, chosen, options)
    if form is common.Format.JSON:
        typer.echo(dump(lint_json(report)), nl=False)
    else:
        common.show(lint_text(report))
    raise typer.Exit(_status(report, fail_on, strict=strict))


def _status(report: LintReport, fail_on: common.FailOn, *, strict: bool) -> int:
    if fail_on.fails(report.worst()):
        return common.FINDINGS
    return common.UNDECIDED if strict and report.undecided else common.CLEAN
