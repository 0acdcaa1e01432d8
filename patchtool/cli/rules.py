"""`patchtool rules`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common
from patchtool.cli.choice import Asked, choose
from patchtool.cli.options import Color, ConfigFile, Form
from patchtool.report.as_json import dump
from patchtool.report.rules_text import rules_json, rules_text


def rules(
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", metavar="DIR", help="rules of your own too (TOML)")
    ] = None,
    form: Form = common.Format.TEXT,
    config: ConfigFile = None,
    color: Color = common.Colour.AUTO,
) -> None:
    """List the rules: id, name, severity, and what each finds."""
    known = choose(Asked(folders=rules or (), off_too=True)).known
    if form is common.Format.JSON:
        typer.echo(dump(rules_json(known)), nl=False)
    else:
        common.show(rules_text(known))
