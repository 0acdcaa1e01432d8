"""`patchtool explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.choice import completed, one_rule
from patchtool.cli.options import Color, ConfigFile, Form
from patchtool.report.as_json import dump
from patchtool.report.rules_text import rule_text, rules_json


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="its name or id", autocompletion=completed)],
    form: Form = common.Format.TEXT,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """Say what a rule finds, why that is bad, how it decides, and what it does not see."""
    found = one_rule(rule)
    if form is common.Format.JSON:
        typer.echo(dump(rules_json([found])), nl=False)
    else:
        common.show(rule_text(found))
