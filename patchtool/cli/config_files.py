"""Which configuration files count: the user's, the project's and the clone's, never the examined tree's.

A tree or a patch must not be able to say what is looked for in it. So no file is read that lies in a kernel's
work tree; what a kernel's clone needs of its own stands in its `.git/patchtool.toml`, where neither a
checkout nor a patch can put it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from patchtool.cli.config import SECTION, Config, read_config

PROJECT_FILES = (".patchtool.toml", "pyproject.toml")
CLONE_FILE = "patchtool.toml"
# What the top of every kernel has; see `Snapshot.require_kernel`.
_KERNEL = "Kconfig"


@dataclass(frozen=True, slots=True)
class Found:
    """`files` are those that count, the most particular first, each with the folder its paths are below.

    `passed_over` are files of a kernel's work tree.
    """

    files: tuple[tuple[Path, Path], ...]
    passed_over: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was set up with; `passed_over` are configuration files that were not read."""

    config: Config
    passed_over: tuple[Path, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each file that lies where a tree could have put it."""
        return tuple(
            f"{path} is not read: a tree does not say how it is checked (hint: --config {path})"
            for path in self.passed_over
        )


def find(folder: Path, environment: Mapping[str, str]) -> Found:
    """The files that count for somebody who stands in `folder`."""
    top = _top(folder)
    files: list[tuple[Path, Path]] = []
    passed_over: list[Path] = []
    clone = _git_folder(top) if top else None
    if top and clone and (clone / CLONE_FILE).is_file():
        files.append((clone / CLONE_FILE, top))
    project: Path | None = None
    for place in _upwards(folder, top):
        here = _project_file(place)
        if (place / _KERNEL).exists():
            passed_over += [one for one in (project or here,) if one]
            project = None
        else:
            project = project or here
    if project:
        files.append((project, project.parent))
    own = _user_file(environment)
    if own and own.is_file():
        files.append((own, own.parent))
    return Found(tuple(files), tuple(passed_over))


def merged(found: Found) -> Config:
    """What they say together.

    Raises:
        BadConfig: one of them can't be used.
    """
    config = Config()
    for path, folder in found.files:
        config = config.over(read_config(path, folder))
    return config


def _upwards(folder: Path, top: Path | None) -> Iterator[Path]:
    yield folder
    if top and folder != top:
        for parent in folder.parents:
            yield parent
            if parent == top:
                return


# The top of the work tree one stands in; None outside of any.
def _top(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


# Where all work trees of the clone keep what they share.
def _git_folder(top: Path) -> Path | None:
    entry = top / ".git"
    if entry.is_dir():
        return entry
    own = _pointer(entry, "gitdir: ")
    common = _pointer(own / "commondir") if own else None
    return common or own


def _pointer(file: Path, prefix: str = "") -> Path | None:
    if not file.is_file():
        return None
    said = file.read_text(encoding="utf-8", errors="replace").strip()
    return file.parent / said.removeprefix(prefix) if said.startswith(prefix) else None


def _project_file(folder: Path) -> Path | None:
    first, second = (folder / name for name in PROJECT_FILES)
    if first.is_file():
        return first
    return second if second.is_file() and _has_section(second) else None


# Another tool's pyproject.toml is none of ours, broken or not.
def _has_section(path: Path) -> bool:
    try:
        table: object = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        return False
    for name in SECTION:
        table = table.get(name) if isinstance(table, dict) else None
    return table is not None


def _user_file(environment: Mapping[str, str]) -> Path | None:
    home = environment.get("HOME")
    chosen = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return Path(chosen) / "patchtool" / "config.toml" if chosen else None
