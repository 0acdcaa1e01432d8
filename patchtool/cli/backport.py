"""`patchtool backport`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.backport.run import backport as plan_backport
from patchtool.backport.verify import Means
from patchtool.cli import common
from patchtool.cli.inputs import read_input
from patchtool.cli.options import Color, ConfigFile, Form, Inbox, Repo, Revision, Strict
from patchtool.core.finding import Verdict
from patchtool.core.plan import BackportReport
from patchtool.core.series import Series
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.gather.machine.verdicts import Explorer
from patchtool.mail.followups import apply_followups
from patchtool.report.as_json import backport_json, dump
from patchtool.report.plan_text import plan_text
from patchtool.rules import ALL
from patchtool.tree.git import Scratch
from patchtool.tree.user import identity


def backport(
    series: Annotated[
        str | None,
        typer.Argument(help="mbox, folder of patches, -, range A..B or message-id [what the upstream lacks]"),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(help="5.4.y, 5.4, linux-5.4.y, a tag, a revision, or all [what a FAILED: mail names]"),
    ] = None,
    repo: Repo = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="folder to write each target's mbox into")
    ] = None,
    trailers: Annotated[
        bool, typer.Option("--trailers", help="add Reviewed-by and the like that answers give, as b4 does")
    ] = False,
    revision: Revision = None,
    inbox: Inbox = None,
    strict: Strict = False,
    form: Form = common.Format.TEXT,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Plan which patches go to which stable tree, apply them in memory, verify, and write what to send."""
    source = repo or Path.cwd()
    read = read_input(series, repo=repo, inbox=inbox, revision=revision)
    targets = _targets(to, read)
    with Scratch(source) as scratch, common.progress() as progress:
        cache = common.cache_folder()
        rules = tuple(rule for rule in ALL if rule.default)
        means = Means(Options.cached(rules, declared(), cache, progress), Explorer(cache))
        asked = apply_followups(read) if trailers else read
        report = plan_backport(asked, scratch, targets, means, output=output, sender=identity(source))
    if form is common.Format.JSON:
        typer.echo(dump(backport_json(report)), nl=False)
    else:
        common.show(plan_text(report))
    raise typer.Exit(_status(report, strict=strict))


def _targets(to: list[str] | None, series: Series) -> list[str]:
    if to:
        return to
    if series.failed and series.failed.target:
        return [series.failed.target]
    raise common.UsageError("no target is named", hint="--to 5.4.y")


def _status(report: BackportReport, *, strict: bool) -> int:
    verdicts = {plan.verdict for plan in report.targets}
    if Verdict.VIOLATED in verdicts:
        return common.FINDINGS
    undecided = any(plan.verification and plan.verification.undecided for plan in report.targets)
    return common.UNDECIDED if strict and (undecided or Verdict.UNDECIDED in verdicts) else common.CLEAN
