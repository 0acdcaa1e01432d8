"""patchtool as b4's check command, tried with the real b4. PATCHTOOL_B4 names a Python that has it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hook_kit import cloned, run

from kit import SCRIPT, git

COMMAND = "patchtool check --single --format b4 -"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "b4.md"
NO_SIGN = "The address of Signed-off-by has no closing `>`. (hint: add the `>`)"
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def b4(b4_python, tmp_path, monkeypatch) -> str:
    monkeypatch.setenv("PATH", f"{SCRIPT.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return str(Path(b4_python).parent / "b4")


@pytest.fixture
def topic(mini, tmp_path) -> Path:
    folder = cloned(mini, tmp_path / "topic")
    git(folder, "checkout", "-q", "-B", "work", "origin/mainline")
    return folder


def said(topic: Path, *words: str) -> list[str]:
    """What b4 says, without colours and bullets."""
    status, text = run(topic, *words)
    assert status == 0, text
    return [line.replace("●", "").strip() for line in _COLOUR.sub("", text).splitlines()]


def am(b4: str, series: Path, folder: Path) -> tuple[str, ...]:
    """b4 am on a mailbox at hand."""
    return b4, "--offline-mode", "-n", "am", "--check", "-m", str(series / "v1.mbox"), "-o", str(folder / "o")


def test_the_lines_are_those_of_the_documentation():
    text = DOCS.read_text()
    assert f"    [b4]\n      prep-perpatch-check-cmd = {COMMAND}\n" in text
    assert f'$ git config --global b4.am-perpatch-check-cmd "{COMMAND}"\n' in text


def test_am(b4, topic, series, tmp_path):
    git(topic, "config", "b4.am-perpatch-check-cmd", COMMAND)
    lines = said(topic, *am(b4, series, tmp_path))
    assert f"patchtool: 29: ERROR: malformed-trailer: {NO_SIGN}" in lines
    assert sum(line == "patchtool: passed all checks" for line in lines) == 6, lines
    assert sum(line.startswith("patchtool: ") for line in lines) == 9
    assert "Base: applies clean to current tree" in lines


def test_prep(b4, topic, series):
    (topic / ".b4-config").write_text(f"[b4]\n  prep-perpatch-check-cmd = {COMMAND}\n")
    said(topic, b4, "--offline-mode", "-n", "prep", "-n", "tables", "-f", "origin/mainline")
    git(topic, "am", "-q", "--empty=drop", str(series / "v1.mbox"))
    lines = said(topic, b4, "--offline-mode", "-n", "prep", "--check")
    assert f"patchtool: 25: ERROR: malformed-trailer: {NO_SIGN}" in lines
    assert lines[-1].startswith("Success: ")
    assert lines[-1].endswith(", Error: 1")


def test_a_tree_cannot_say_what_am_runs(b4, topic, series, tmp_path):
    (topic / ".b4-config").write_text(f"[b4]\n  am-perpatch-check-cmd = {COMMAND}\n")
    lines = said(topic, *am(b4, series, tmp_path))
    assert "Base: applies clean to current tree" in lines
    assert not [line for line in lines if line.startswith("patchtool: ")]
