"""`patchtool check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.fix import fix as fix_mails
from patchtool.cli.inputs import read_input
from patchtool.cli.options import Form, Inbox, Repo, Revision, Strict
from patchtool.core.finding import Severity, Verdict
from patchtool.core.order import Bond, OrderReport
from patchtool.core.report import CheckReport
from patchtool.core.rules import Rule
from patchtool.core.series import Series
from patchtool.engine.check import check_mails, check_on
from patchtool.engine.order.run import order_on
from patchtool.engine.renames.inferred import declared
from patchtool.engine.user_rules.files import load_rules
from patchtool.engine.walk import Options
from patchtool.report.as_json import check_json, dump
from patchtool.report.check_text import check_text
from patchtool.report.order_json import order_json
from patchtool.report.order_text import order_text
from patchtool.rules import ALL
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch
from patchtool.tree.open import kernel_here


def check(
    series: Annotated[
        str, typer.Argument(help="mbox, mail, folder of patches, maildir, - , range A..B, or message-id")
    ],
    repo: Repo = None,
    base: Annotated[
        str | None, typer.Option(help="revision the series applies to [base-commit, blob ids, HEAD]")
    ] = None,
    revision: Revision = None,
    inbox: Inbox = None,
    fail_on: Annotated[common.FailOn, typer.Option(help="severity from which on the exit status is 1")] = (
        common.FailOn.ERROR
    ),
    strict: Strict = False,
    form: Form = common.Format.TEXT,
    fix: Annotated[
        bool, typer.Option("--fix", help="write a copy of the mails with what is mechanical put right")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="file or folder for --fix [X.fixed.mbox]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="with --fix: write over an existing copy")] = False,
    order: Annotated[
        bool, typer.Option("--order", help="print what each patch needs of the others, and run no rules")
    ] = False,
    all_rules: Annotated[
        bool, typer.Option("--all-rules", help="run the rules that are off by default too")
    ] = False,
    rules: Annotated[
        list[Path] | None, typer.Option(help="folder or file of rules of your own (TOML); may be repeated")
    ] = None,
) -> None:
    """Say whether a series is whole: applied patch by patch in memory, the rules run after each."""
    if fix:
        if form is not common.Format.TEXT:
            raise common.UsageError("--fix prints text alone", hint="leave out --format")
        whole = fix_mails(series, output, revision=revision, force=force)
        raise typer.Exit(common.UNDECIDED if strict and not whole else common.CLEAN)
    if output or force:
        raise common.UsageError("--output and --force belong to --fix", hint="add --fix")
    if order and (rules or all_rules):
        raise common.UsageError("--order runs no rules", hint="leave out --rules and --all-rules")
    chosen = _rules(rules or [], off_too=all_rules)
    read = read_input(series, repo=repo, inbox=inbox, revision=revision)
    with common.progress() as progress:
        options = Options.cached(chosen, declared(), common.cache_folder(), progress)
        if order:
            found = _order_report(read, repo, base, options)
        else:
            report = _report(read, repo, base, options)
    if order:
        _show_order(found, form)
        raise typer.Exit(_order_status(found, fail_on, strict=strict))
    if form is common.Format.JSON:
        typer.echo(dump(check_json(report)), nl=False)
    else:
        common.show(check_text(report))
    raise typer.Exit(_status(report, fail_on, strict=strict))


def _rules(folders: list[Path], *, off_too: bool) -> tuple[Rule, ...]:
    found = [rule for rule in ALL if rule.default or off_too]
    for folder in folders:
        found += load_rules(folder, [rule.name for rule in (*ALL, *found)])
    return tuple(found)


def _show_order(report: OrderReport, form: common.Format) -> None:
    if form is common.Format.JSON:
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
    with Scratch(source) as scratch:
        tree, chosen = choose_base(scratch, series, base)
        return order_on(series, tree, chosen, options)


def _report(series: Series, repo: Path | None, base: str | None, options: Options) -> CheckReport:
    source = _source(repo, base)
    if source is None:
        return check_mails(series, options, why="no kernel repository here, name one with --repo")
    with Scratch(source) as scratch:
        tree, chosen = choose_base(scratch, series, base)
        return check_on(series, tree, chosen, options)


def _status(report: CheckReport, fail_on: common.FailOn, *, strict: bool) -> int:
    if fail_on.fails(report.worst()):
        return common.FINDINGS
    if report.base and report.states < len(report.series.patches):  # a patch that was not tried is no pass
        return common.UNDECIDED
    undecided = report.undecided or any(f.verdict is Verdict.UNDECIDED for f in report.findings)
    return common.UNDECIDED if strict and undecided else common.CLEAN
