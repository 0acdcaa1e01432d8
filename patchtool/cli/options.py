"""Options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common, settings

Repo = Annotated[
    Path | None, typer.Option("--repo", metavar="DIR", help="the kernel's git repository [where you stand]")
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
