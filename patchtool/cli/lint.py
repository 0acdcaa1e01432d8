"""`patchtool lint`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.options import Color, ConfigFile, FailOn, Form, Repo, Strict, Tables
from patchtool.core.lint import LintReport
from patchtool.engine.lint.run import LintOptions
from patchtool.engine.lint.run import lint as lint_tree
from patchtool.engine.renames.table import declared
from patchtool.report.as_json import dump
from patchtool.report.lint_json import lint_json
from patchtool.report.lint_text import lint_text
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

Searched = Annotated[
    str | None, typer.Option("--base", "--rev", "--tree", metavar="REV", help="whose tree is searched [HEAD]")
]
Asked = Annotated[
    list[str] | None, typer.Option("--symbol", metavar="SYMBOL", help="only this one, with all places [all]")
]


def lint(
    repo: Repo = None,
    base: Searched = None,
    symbol: Asked = None,
    rename_table: Tables = None,
    fail_on: FailOn = common.FailOn.ERROR,
    strict: Strict = False,
    form: Form = common.Format.TEXT,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Name every Kconfig symbol that a tree uses and no Kconfig file of any architecture defines."""
    with Scratch(repo or Path.cwd(), common.cache_folder()) as scratch, common.progress() as progress:
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
