"""`patchtool lint` as a user runs it: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from kit import SCRIPT, commit, kernel

FILES = {"mm/Kconfig": "config SLAB\n\tdepends on LOST\n", "mm/a.c": "/* CONFIG_SAID */\n"}


def run(cwd: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [SCRIPT, "lint", *arguments], cwd=cwd, env=os.environ, capture_output=True, check=False, timeout=120
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), 0),
        (("--fail-on", "warning"), 1),
        (("--symbol", "SAID", "--symbol", "CONFIG_LOST", "--fail-on", "note"), 1),
        (("--strict",), 0),
    ],
)
def test_how_it_ends(repo: Path, arguments: tuple[str, ...], status: int) -> None:
    ended, out, err = run(repo, *arguments)
    assert (ended, err) == (status, "")
    assert out.startswith("lint of HEAD (")


def test_strict_where_something_was_not_decided(repo: Path) -> None:
    commit(repo, {"mm/b.c": "CONFIG_A1_##x\n"})
    assert run(repo, "--strict")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base", "none"), "patchtool: no such revision: none (hint: git branch -a"),
        (
            ("--symbol", "NOWHERE"),
            "patchtool: HEAD: no such symbol: NOWHERE is neither defined nor used (hint: ",
        ),
        (("--rename-table", "none.toml"), "patchtool: none.toml: can't be read: No such file"),
    ],
)
def test_bad_use(repo: Path, arguments: tuple[str, ...], said: str) -> None:
    status, out, err = run(repo, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(said)


def test_json_and_a_table_of_ones_own(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[rename]]\nold = "LOST"\nnew = "FOUND"\n')
    status, out, err = run(tmp_path, "--repo", "kernel", "--rename-table", "own.toml", "--format", "json")
    assert (status, err) == (0, "")
    report = json.loads(out)
    assert [(one["symbol"], one["severity"]) for one in report["undefined"]] == [
        ("LOST", "warning"),
        ("SAID", "note"),
    ]
    assert report["undefined"][0]["renames"][0]["new"] == "FOUND"
    assert report["undefined"][0]["places"][0]["line"] == 2
