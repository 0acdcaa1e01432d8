"""`patchtool doctor`."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Annotated

import typer

from patchtool import installed_version
from patchtool.cli import common
from patchtool.cli.config_files import find, merged
from patchtool.cli.doctor_kernel import kernel_checkups
from patchtool.cli.options import Form, Repo
from patchtool.core.doctor import Checkup, Health
from patchtool.core.errors import PatchtoolError
from patchtool.report.as_json import dump
from patchtool.report.doctor_text import doctor_json, doctor_text
from patchtool.report.plain import count

_NAME = re.compile(r"[A-Za-z0-9._-]+")
# Programs that are never needed, each with what uses it.
_TOOLS = {
    "b4": ("for checks from b4", "pipx install b4"),
    "spin": ("for model --promela", "apt install spin"),
}


def doctor(
    repo: Repo = None,
    strict: Annotated[bool, typer.Option("--strict", help="exit 1 where something is lacking")] = False,
    form: Form = common.Format.TEXT,
) -> None:
    """Say what patchtool finds here: git, kernels, cache, configuration, versions, and how to get the rest.

    It fails for nothing that is missing, unless asked to.
    """
    looks = (_program, _libraries, _git, lambda: kernel_checkups(repo or Path.cwd()), _cache, _config, _tools)
    found = [checkup for look in looks for checkup in _guarded(look)]
    if form is common.Format.JSON:
        typer.echo(dump(doctor_json(found)), nl=False)
    else:
        common.show(doctor_text(found))
    lacking = any(one.health is Health.LACKING for one in found)
    raise typer.Exit(common.FINDINGS if strict and lacking else common.CLEAN)


# What is broken is a finding here, and does not keep the rest from being looked at.
def _guarded(look: Callable[[], Iterator[Checkup]]) -> Iterator[Checkup]:
    try:
        yield from look()
    except PatchtoolError as error:
        place = f"{error.at}: " if error.at else ""
        yield Checkup(_name(look), Health.LACKING, f"{place}{error.message}", error.hint or "")


def _name(look: Callable[[], Iterator[Checkup]]) -> str:
    return {"_git": "git", "_config": "configuration", "_cache": "cache"}.get(look.__name__, "kernel")


def _program() -> Iterator[Checkup]:
    yield Checkup("patchtool", Health.FINE, f"{installed_version()}, Python {platform.python_version()}")


def _libraries() -> Iterator[Checkup]:
    try:
        wanted = [line for line in requires("patchtool") or () if "extra ==" not in line]
    except PackageNotFoundError:
        yield Checkup("libraries", Health.LACKING, "patchtool is not installed", "pip install .")
        return
    for line in wanted:
        name = _NAME.match(line)
        if name is None:
            continue
        try:
            yield Checkup(name[0], Health.FINE, f"{version(name[0])} ({line})")
        except PackageNotFoundError:
            yield Checkup(name[0], Health.LACKING, "not installed", f"pip install '{line}'")


def _git() -> Iterator[Checkup]:
    if shutil.which("git") is None:
        yield Checkup("git", Health.LACKING, "not on the PATH; nothing works without it", "apt install git")
        return
    from patchtool.tree.git import ask
    from patchtool.tree.user import identity

    yield Checkup("git", Health.FINE, ask(Path.cwd(), "version").removeprefix("git version "))
    who = identity(Path.cwd())
    if who:
        yield Checkup("identity", Health.FINE, str(who))
    else:
        cure = "git config --global user.name ..., and user.email"
        yield Checkup(
            "identity", Health.OPTIONAL, "git does not know who you are: backports stay unsigned", cure
        )


def _cache() -> Iterator[Checkup]:
    folder = common.cache_folder()
    if folder is None:
        yield Checkup("cache", Health.OPTIONAL, "none: every run begins anew", "unset PATCHTOOL_CACHE")
        return
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if not os.access(there, os.W_OK | os.X_OK) or not there.is_dir():
        yield Checkup("cache", Health.LACKING, f"{there} can't be written", "PATCHTOOL_CACHE names another")
        return
    files = [place for place in folder.rglob("*") if place.is_file()]
    size = sum(place.stat().st_size for place in files)
    yield Checkup("cache", Health.FINE, f"{folder}: {count(len(files), 'file')}, {size / 1_000_000:.1f} MB")


def _config() -> Iterator[Checkup]:
    found = find(Path.cwd(), os.environ)
    merged(found)
    for path, _ in found.files:
        yield Checkup("configuration", Health.FINE, str(path))
    for path in found.passed_over:
        said = f"{path} is not read: a tree does not say how it is checked"
        yield Checkup("configuration", Health.OPTIONAL, said, f"--config {path}")
    if not found.files and not found.passed_over:
        yield Checkup("configuration", Health.FINE, "none, so everything is as by default")


def _tools() -> Iterator[Checkup]:
    for name, (purpose, cure) in _TOOLS.items():
        place = shutil.which(name)
        if place:
            yield Checkup(name, Health.FINE, place)
        else:
            yield Checkup(name, Health.OPTIONAL, f"not on the PATH; {purpose}", cure)
