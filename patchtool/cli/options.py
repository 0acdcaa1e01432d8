"""Options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from patchtool.cli import common

Repo = Annotated[Path | None, typer.Option("--repo", help="the kernel's git repository [where you stand]")]
Revision = Annotated[
    int | None, typer.Option("--revision", help="version of the series, if the mbox holds several [newest]")
]
Inbox = Annotated[
    Path | None, typer.Option("--inbox", help="public-inbox archive in which SERIES is a message-id")
]
Strict = Annotated[bool, typer.Option("--strict", help="exit 3 where something was not decided")]
Form = Annotated[common.Format, typer.Option("--format", help="how to print")]
