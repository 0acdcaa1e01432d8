"""Options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common, settings

_INPUT = "mbox, mails, folder, maildir, -, A..B, message-id"

SeriesNames = Annotated[list[str], typer.Argument(metavar="SERIES", help=_INPUT)]
OwnSeries = Annotated[
    list[str] | None, typer.Argument(metavar="SERIES", help=f"{_INPUT} [what the upstream lacks]")
]
Walked = Annotated[str | None, typer.Option("--series", metavar="SERIES", help=f"walk it: {_INPUT}")]
Repo = Annotated[
    Path | None, typer.Option("--repo", metavar="DIR", help="the kernel's git repository [where you stand]")
]
Base = Annotated[
    str | None,
    typer.Option("--base", metavar="REV", help="what it applies to [base-commit, blob ids, HEAD]"),
]
Archs = Annotated[
    list[str] | None, typer.Option("--arch", metavar="ARCH", help="only this folder under arch/ [all]")
]
Symbols = Annotated[
    list[str] | None, typer.Option("--symbol", metavar="SYMBOL", help="only this one, without CONFIG_ [all]")
]
Tables = Annotated[
    list[Path] | None, typer.Option("--rename-table", metavar="FILE", help="further table of renames")
]
FailOn = Annotated[
    common.FailOn,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        show_default=False,
        help="exit 1 from error [default], warning or note on, or never",
    ),
]
Revision = Annotated[
    int | None,
    typer.Option("--revision", metavar="N", help="version of the series, if there are several [newest]"),
]
Inbox = Annotated[
    Path | None,
    typer.Option("--inbox", metavar="DIR", help="public-inbox archive; SERIES is a message-id in it"),
]
Strict = Annotated[bool, typer.Option("--strict", help="exit 3 where something was not decided")]
Form = Annotated[common.Format, typer.Option("--format", metavar="FORMAT", help="text or json")]
PageForm = Annotated[
    common.PageFormat,
    typer.Option("--format", metavar="FORMAT", show_default=False, help="text, json or html"),
]
Page = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="with --format html: write the page there"),
]
# Read before the others, whose defaults a configuration may say.
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="read this configuration and no other",
        callback=settings.use_config,
        is_eager=True,
    ),
]
Color = Annotated[
    common.Colour,
    typer.Option(
        "--color",
        metavar="WHEN",
        help="auto, always or never",
        callback=settings.use_colour,
        show_default=False,
        is_eager=True,
    ),
]
