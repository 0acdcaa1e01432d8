"""A check's report, printed in the form that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from patchtool import installed_version
from patchtool.cli import common
from patchtool.cli.common import CheckFormat
from patchtool.core.report import CheckReport
from patchtool.core.rules import Rule


def show_check(
    report: CheckReport,
    form: CheckFormat,
    *,
    fail_on: common.FailOn,
    rules: Sequence[Rule],
    url: str | None,
    output: Path | None = None,
) -> None:
    """Print the report on standard output; only the module of the form in question is loaded.

    A page goes to the file `output`, where one is named.

    Raises:
        UsageError: NIPA's DESC_FD is no file descriptor that can be written, nor is the page's file.
    """
    if form is CheckFormat.TEXT:
        from patchtool.report.check_text import check_text

        common.show(check_text(report, framed=sys.stdout.isatty()))
    elif form is CheckFormat.SARIF:
        from patchtool.report.sarif import sarif

        _print(sarif(report, rules, installed_version()))
    elif form is CheckFormat.JUNIT:
        from patchtool.report.junit import junit

        _print(junit(report, fail_on.severities()))
    elif form is CheckFormat.PATCHWORK:
        from patchtool.report.patchwork import patchwork

        _print(patchwork(report, url))
    elif form is CheckFormat.HTML:
        from patchtool.cli.pages import write_page
        from patchtool.report.html.page import check_page

        write_page(check_page(report), output)
    else:
        _print(_plain(report, form))


def _plain(report: CheckReport, form: CheckFormat) -> str:
    if form is CheckFormat.JSON:
        from patchtool.report.as_json import check_json, dump

        return dump(check_json(report))
    if form is CheckFormat.MARKDOWN:
        from patchtool.report.markdown import markdown

        return markdown(report)
    if form in {CheckFormat.B4, CheckFormat.B4_REVIEW}:
        from patchtool.report.b4 import b4_lines, b4_review

        return b4_lines(report) if form is CheckFormat.B4 else b4_review(report)
    if form is CheckFormat.NIPA:
        from patchtool.report.nipa import nipa, nipa_description

        _describe(nipa_description(report))
        return nipa(report)
    from patchtool.report.terse import terse

    return terse(report)


def _print(text: str) -> None:
    typer.echo(text, nl=False)


# Where NIPA wants the one line that patchwork shows.
def _describe(line: str) -> None:
    said = os.environ.get("DESC_FD")
    if said is None:
        return
    try:
        os.write(int(said), f"{line}\n".encode("utf-8", "backslashreplace"))
    except (ValueError, OSError) as error:
        raise common.UsageError("no file descriptor that can be written", at=f"DESC_FD={said}") from error
