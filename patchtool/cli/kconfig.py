"""`patchtool kconfig`."""

from __future__ import annotations

from pathlib import Path

import typer

from patchtool.cli import common
from patchtool.cli.inputs import read_inputs
from patchtool.cli.options import (
    Archs,
    Base,
    Color,
    ConfigFile,
    Inbox,
    Page,
    PageForm,
    Repo,
    Revision,
    SeriesNames,
    Strict,
    Symbols,
)
from patchtool.cli.pages import fit_page, write_page
from patchtool.core.ledger import LedgerReport
from patchtool.engine.ledger import Only, ledger
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.report.as_json import dump
from patchtool.report.html.page import kconfig_page
from patchtool.report.ledger_json import ledger_json
from patchtool.report.ledger_text import ledger_text
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch


def kconfig(
    series: SeriesNames,
    repo: Repo = None,
    base: Base = None,
    arch: Archs = None,
    symbol: Symbols = None,
    revision: Revision = None,
    inbox: Inbox = None,
    strict: Strict = False,
    form: PageForm = common.PageFormat.TEXT,
    output: Page = None,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Say what a series changes in Kconfig: each symbol it touches, on every architecture, patch by patch."""
    fit_page(form, output)
    read = read_inputs(series, repo=repo, inbox=inbox, revision=revision)
    with common.progress() as progress, Scratch(repo or Path.cwd(), common.cache_folder()) as scratch:
        options = Options.cached((), declared(), common.cache_folder(), progress)
        tree, chosen = choose_base(scratch, read, base)
        only = Only(frozenset(arch or ()), frozenset(name.removeprefix("CONFIG_") for name in symbol or ()))
        report = ledger(read, tree, chosen, options, only)
    if form is common.PageFormat.JSON:
        typer.echo(dump(ledger_json(report)), nl=False)
    elif form is common.PageFormat.HTML:
        write_page(kconfig_page(report), output)
    else:
        common.show(ledger_text(report))
    raise typer.Exit(_status(report, strict=strict))


def _status(report: LedgerReport, *, strict: bool) -> int:
    if report.states < len(report.series.patches):  # a patch that was not tried is no pass
        return common.UNDECIDED
    return common.UNDECIDED if strict and (report.broken or report.undecided) else common.CLEAN
