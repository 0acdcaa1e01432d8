"""What configuration files say, as defaults of a command's options."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from patchtool.cli import common
from patchtool.cli.config import Config, read_config
from patchtool.cli.config_files import Settings, find, merged


def use_config(ctx: typer.Context, path: Path | None) -> Path | None:
    """Read the configuration, once, and make it the defaults of the command's other options.

    Raises:
        BadConfig: a file can't be used.
    """
    if ctx.resilient_parsing:  # a shell asks what could stand here
        return path
    if path is not None:
        settings = Settings(read_config(path))
    else:
        found = find(Path.cwd(), os.environ)
        settings = Settings(merged(found), found.passed_over)
    ctx.obj = settings
    config = settings.config
    said: dict[str, object] = {
        "select": list(config.select),
        "ignore": list(config.ignore),
        "fail_on": config.fail_on,
        "rules": [str(one) for one in config.rules],
        "rename_table": [str(one) for one in config.renames],
        "baseline": str(config.baseline) if config.baseline else None,
        "base": config.base,
        "repo": str(config.repo) if config.repo else None,
        "color": config.color,
    }
    ctx.default_map = {name: value for name, value in said.items() if value}
    return path


def use_colour(colour: common.Colour) -> common.Colour:
    """Print in colour as `--color` says."""
    common.choose_colour(common.Colour(colour))
    return colour


def is_asked(ctx: typer.Context, name: str) -> bool:
    """Whether a parameter stands on the command line itself."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def settings_of(ctx: typer.Context) -> Settings:
    """What the run was set up with; nothing, for a command without `--config`."""
    return ctx.obj if isinstance(ctx.obj, Settings) else Settings(Config())
