"""`patchtool backport`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from patchtool import installed_version
from patchtool.backport.delivery import Delivery
from patchtool.backport.outgoing import Style
from patchtool.backport.run import backport as plan_backport
from patchtool.backport.verify import Means
from patchtool.cli import common
from patchtool.cli.inputs import read_inputs
from patchtool.cli.options import Color, ConfigFile, Inbox, OwnSeries, PageForm, Repo, Revision, Strict
from patchtool.cli.pages import code_of_plan, write_page
from patchtool.core.finding import Verdict
from patchtool.core.plan import BackportReport
from patchtool.core.series import Series
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.gather.machine.verdicts import Explorer
from patchtool.mail.followups import apply_followups
from patchtool.report.as_json import dump
from patchtool.report.html.page import backport_page
from patchtool.report.plan_json import backport_json
from patchtool.report.plan_text import plan_text
from patchtool.rules import ALL
from patchtool.tree.git import Scratch
from patchtool.tree.user import identity

_To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="TARGET",
        help="5.4.y, 5.4, linux-5.4.y, a tag, a revision, or all [what a FAILED: mail names]",
    ),
]
_Take = Annotated[
    str, typer.Option("--take", metavar="N,N-M", help="take these patches, or all, asked for or not")
]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="write each target's mails and certificate there"),
]
_Branch = Annotated[
    str,
    typer.Option("--branch", metavar="NAME", help="commit on a new branch [several targets: NAME-5.4.y]"),
]
_Cover = Annotated[bool, typer.Option("--cover", help="a cover letter for a single patch too")]
_Reply = Annotated[
    bool, typer.Option("--reply/--no-reply", help="answer the FAILED: mail", show_default=False)
]
_Trailers = Annotated[
    bool, typer.Option("--trailers", help="add Reviewed-by and the like that answers give, as b4 does")
]


def backport(
    series: OwnSeries = None,
    to: _To = None,
    repo: Repo = None,
    take: _Take = "",
    output: _Output = None,
    branch: _Branch = "",
    cover: _Cover = False,
    reply: _Reply = True,
    trailers: _Trailers = False,
    revision: Revision = None,
    inbox: Inbox = None,
    strict: Strict = False,
    form: PageForm = common.PageFormat.TEXT,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Plan which patches go to which stable tree, apply them in memory, verify, and write what to send."""
    source = repo or Path.cwd()
    read = read_inputs(series or (), repo=repo, inbox=inbox, revision=revision)
    targets = _targets(to, read)
    with Scratch(source, common.cache_folder()) as scratch, common.progress() as progress:
        cache = common.cache_folder()
        rules = tuple(rule for rule in ALL if rule.default)
        means = Means(Options.cached(rules, declared(), cache, progress), Explorer(cache))
        asked = apply_followups(read) if trailers else read
        delivery = Delivery(
            folder=output,
            repo=source,
            branch=branch,
            style=Style(identity(source), cover=cover, reply=reply),
            tool=f"patchtool {installed_version()}",
        )
        wanted = _wanted(take, asked)
        report = plan_backport(asked, scratch, targets, means, wanted=wanted, delivery=delivery)
        code = code_of_plan(report, scratch) if form is common.PageFormat.HTML else {}
    if form is common.PageFormat.JSON:
        typer.echo(dump(backport_json(report)), nl=False)
    elif form is common.PageFormat.HTML:
        write_page(backport_page(report, code), None)
    else:
        common.show(plan_text(report))
    raise typer.Exit(_status(report, strict=strict))


def _wanted(take: str, series: Series) -> frozenset[int]:
    there = frozenset(patch.n for patch in series.patches)
    if take == "all":
        return there
    wanted: set[int] = set()
    for part in filter(None, take.split(",")):
        span = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        numbers = set(range(int(span[1]), int(span[2] or span[1]) + 1)) if span else set()
        if not numbers or not numbers <= there:
            raise common.UsageError(f"not patches of the series: {part!r}", at="--take", hint="such as 1,3-5")
        wanted |= numbers
    return frozenset(wanted)


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
