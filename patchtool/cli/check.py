"""`patchtool check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from patchtool.cli import common
from patchtool.cli.choice import Asked, Choice, choose, completed
from patchtool.cli.config_files import Settings
from patchtool.cli.fix import fix as fix_mails
from patchtool.cli.formats import show_check
from patchtool.cli.inputs import read_inputs
from patchtool.cli.options import (
    Base,
    Color,
    ConfigFile,
    FailOn,
    Inbox,
    Repo,
    Revision,
    SeriesNames,
    Strict,
    Tables,
)
from patchtool.cli.settings import is_asked, settings_of
from patchtool.core.finding import Severity, Verdict
from patchtool.core.order import Bond, OrderReport
from patchtool.core.report import CheckReport
from patchtool.core.series import Series
from patchtool.engine.baseline import against, read_baseline
from patchtool.engine.baseline import write_baseline as write_known
from patchtool.engine.check import check_mails, check_on
from patchtool.engine.order.run import order_on
from patchtool.engine.renames.inferred import declared
from patchtool.engine.suppress import filtered
from patchtool.engine.walk import Options
from patchtool.report.as_json import dump
from patchtool.report.nipa import nipa_status
from patchtool.report.order_json import order_json
from patchtool.report.order_text import order_text
from patchtool.report.plain import count
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch
from patchtool.tree.open import kernel_here

Single = Annotated[
    bool, typer.Option("--single", help="one patch of a series: only what its mail alone says")
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select", metavar="RULE", help="only these, names or ids: a,b,c", autocompletion=completed
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="RULE", help="all but these", autocompletion=completed),
]
Rules = Annotated[
    list[Path] | None, typer.Option("--rules", metavar="DIR", help="rules of your own (TOML), or a file")
]
AllRules = Annotated[bool, typer.Option("--all-rules", help="the rules that are off by default too")]
Known = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="findings in it are known and do not count")
]
WriteKnown = Annotated[bool, typer.Option("--write-baseline", help="write it, and exit 0")]
Forms = Annotated[
    common.CheckFormat,
    typer.Option(
        "--format",
        metavar="FORMAT",
        show_default=False,
        help="text, terse, json, sarif, junit, markdown, b4, b4-review, patchwork, nipa, html",
    ),
]
Url = Annotated[
    str | None, typer.Option("--report-url", metavar="URL", help="where patchwork's checks link to")
]
Fix = Annotated[bool, typer.Option("--fix", help="write a copy with what is mechanical put right")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="PATH", help="that copy [X.fixed.mbox], or the page")
]
Force = Annotated[bool, typer.Option("--force", help="with --fix: over an existing copy")]
Order = Annotated[
    bool, typer.Option("--order", help="run no rules, print what each patch needs of the others")
]


def check(
    ctx: typer.Context,
    series: SeriesNames,
    repo: Repo = None,
    base: Base = None,
    revision: Revision = None,
    inbox: Inbox = None,
    single: Single = False,
    select: Select = None,
    ignore: Ignore = None,
    rules: Rules = None,
    all_rules: AllRules = False,
    rename_table: Tables = None,
    baseline: Known = None,
    write_baseline: WriteKnown = False,
    fail_on: FailOn = common.FailOn.ERROR,
    strict: Strict = False,
    form: Forms = common.CheckFormat.TEXT,
    report_url: Url = None,
    fix: Fix = False,
    output: Output = None,
    force: Force = False,
    order: Order = False,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Say whether a series is whole: applied patch by patch in memory, the rules run after each."""
    settings = settings_of(ctx)
    _fit_together(ctx, ctx.params)
    if fix:
        whole = fix_mails(_one(series), output, revision=revision, force=force)
        raise typer.Exit(common.UNDECIDED if strict and not whole else common.CLEAN)
    asked = Asked(select or (), ignore or (), rules or (), all_rules, settings.config.places)
    chosen = choose(asked)
    known = read_baseline(baseline) if baseline and not write_baseline else None
    suppressions = chosen.suppressions(settings.config.suppress)
    read = read_inputs(series, repo=repo, inbox=inbox, revision=revision)
    with common.progress() as progress:
        tables = declared(tuple(rename_table or ()))
        options = Options.cached(chosen.run, tables, common.cache_folder(), progress)
        if order:
            found = _order_report(read, repo, base, options)
        else:
            report = _on_one(read, options) if single else _report(read, repo, base, options)
    if order:
        _show_order(found, form)
        raise typer.Exit(_order_status(found, fail_on, strict=strict))
    report = _left_out(filtered(report, suppressions), chosen, settings)
    if baseline and write_baseline:
        rows = write_known(baseline, report)
        typer.echo(f"{count(rows, 'finding')} written to {baseline}", err=True)
    report = against(report, known) if known else report
    show_check(report, form, fail_on=fail_on, rules=chosen.run, url=report_url, output=output)
    if write_baseline:
        raise typer.Exit(common.CLEAN)
    if form is common.CheckFormat.NIPA:
        raise typer.Exit(nipa_status(report))
    raise typer.Exit(_status(report, fail_on, strict=strict))


# What does not go with what. A configuration is for all runs, so what it says may be of no use here.
def _fit_together(ctx: typer.Context, given: Mapping[str, Any]) -> None:
    form = given["form"]
    if given["fix"] and form is not common.CheckFormat.TEXT:
        raise common.UsageError("--fix prints text alone", hint="leave out --format")
    if given["output"] and not given["fix"] and form is not common.CheckFormat.HTML:
        raise common.UsageError("--output is for --fix and for a page", hint="add --fix or --format html")
    if given["force"] and not given["fix"]:
        raise common.UsageError("--force belongs to --fix", hint="add --fix")
    if given["write_baseline"] and not given["baseline"]:
        raise common.UsageError("--write-baseline needs a file", hint="name it with --baseline")
    if not given["order"]:
        return
    for name in ("rules", "all_rules", "select", "ignore", "write_baseline", "single"):
        if given[name] and is_asked(ctx, name):
            raise common.UsageError("--order runs no rules", hint=f"leave out --{name.replace('_', '-')}")
    if form not in {common.CheckFormat.TEXT, common.CheckFormat.JSON}:
        raise common.UsageError("--order prints text or JSON", hint="--format json")


def _one(names: Sequence[str]) -> str:
    if len(names) > 1:
        raise common.UsageError("--fix takes one name", hint="a mailbox, a mail, or the folder of the mails")
    return names[0]


# One patch that stands alone by protocol, as where b4 hands them out one by one: the others are not missed.
def _on_one(series: Series, options: Options) -> CheckReport:
    if len(series.patches) != 1:
        raise common.UsageError(
            f"{count(len(series.patches), 'patch')} in the input", hint="--single is for one"
        )
    here = [rule for rule in options.rules if rule.on_series]
    idle = [rule.name for rule in options.rules if not rule.on_series]
    alone = replace(series, missing=(), total=1)
    report = check_mails(alone, replace(options, rules=tuple(here)), why="")
    left = [f"{count(series.patches[0].total - 1, 'other patch')} of the series"] if series.missing else []
    left += [f"rules that need a tree: {', '.join(idle)}"] if idle else []
    return replace(report, left_out=tuple(left))


def _left_out(report: CheckReport, chosen: Choice, settings: Settings) -> CheckReport:
    left = (f"rules left out: {', '.join(chosen.left_out)}",) if chosen.left_out else ()
    notes = (*settings.notes, *report.notes)
    return replace(report, left_out=(*report.left_out, *left), notes=notes, off=chosen.off)


def _show_order(report: OrderReport, form: common.CheckFormat) -> None:
    if form is common.CheckFormat.JSON:
        typer.echo(dump(order_json(report)), nl=False)
    else:
        common.show(order_text(report))


# A symbol that comes later is no defect: what hangs on it is not built until then.
def _order_status(report: OrderReport, fail_on: common.FailOn, *, strict: bool) -> int:
    broken = any(one.bond is not Bond.SYMBOL for one in report.order.violated)
    if fail_on.fails(Severity.ERROR if broken else None):
        return common.FINDINGS
    untried = len(report.order.numbers) < len(report.series.patches)
    return common.UNDECIDED if untried or (strict and report.undecided) else common.CLEAN


def _source(repo: Path | None, base: str | None) -> Path | None:
    return repo or (Path.cwd() if base else kernel_here(Path.cwd()))


def _order_report(series: Series, repo: Path | None, base: str | None, options: Options) -> OrderReport:
    source = _source(repo, base)
    if source is None:
        raise common.UsageError("no kernel repository here", hint="name one with --repo")
    with Scratch(source, common.cache_folder()) as scratch:
        tree, chosen = choose_base(scratch, series, base)
        return order_on(series, tree, chosen, options)


def _report(series: Series, repo: Path | None, base: str | None, options: Options) -> CheckReport:
    source = _source(repo, base)
    if source is None:
        return check_mails(series, options, why="no kernel repository here, name one with --repo")
    with Scratch(source, common.cache_folder()) as scratch:
        tree, chosen = choose_base(scratch, series, base)
        return check_on(series, tree, chosen, options)


def _status(report: CheckReport, fail_on: common.FailOn, *, strict: bool) -> int:
    if fail_on.fails(report.worst()):
        return common.FINDINGS
    if report.base and report.states < len(report.series.patches):  # a patch that was not tried is no pass
        return common.UNDECIDED
    undecided = report.undecided or any(f.verdict is Verdict.UNDECIDED for f in report.findings)
    return common.UNDECIDED if strict and undecided else common.CLEAN
