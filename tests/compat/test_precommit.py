"""The hooks under the real pre-commit: the command that PATCHTOOL_PRE_COMMIT names, or the one on PATH."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from hook_kit import run

from kit import SCRIPT, git

MANIFEST = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"
CONFIG = """repos:
- repo: {0}
  rev: {1}
  hooks:
  - id: patchtool-commit-msg
  - id: patchtool-series
"""


@pytest.fixture
def tool() -> str:
    beside = shutil.which("pre-commit", path=f"{SCRIPT.parent}:{os.environ['PATH']}")
    found = os.environ.get("PATCHTOOL_PRE_COMMIT") or beside
    if not found:
        # Right: pre-commit is its user's own tool; .ci/run installs it and names it.
        pytest.skip("no pre-commit, and PATCHTOOL_PRE_COMMIT is not set: its hooks were NOT tried")
    return found


@pytest.fixture
def topic(tool, mini, tmp_path, monkeypatch) -> Path:
    """A clone of the mini kernel that uses the hooks of our manifest, with the patchtool under test."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PATH", f"{SCRIPT.parent}:{os.environ['PATH']}")
    git(tmp_path, "init", "-q", "hooks")
    hooks = tmp_path / "hooks"
    # As installed here; pre-commit would make an environment of the project's own instead, for minutes.
    text = MANIFEST.read_text().replace("language: python", "language: system")
    (hooks / MANIFEST.name).write_text(text)
    git(hooks, "add", "-A")
    git(hooks, "commit", "-q", "-m", "x")
    git(tmp_path, "clone", "-q", str(mini), "topic")
    folder = tmp_path / "topic"
    for key, value in (("name", "T"), ("email", "t@example.org")):
        git(folder, "config", f"user.{key}", value)
    git(folder, "checkout", "-q", "-B", "topic", "origin/mainline")
    git(folder, "init", "-q", "--bare", "../there.git")
    git(folder, "remote", "add", "mine", "../there.git")
    git(folder, "push", "-q", "mine", "topic")
    config = CONFIG.format(hooks, git(hooks, "rev-parse", "HEAD").decode().strip())
    (folder / ".git/pre-commit.yaml").write_text(config)
    words = ("install", "-c", ".git/pre-commit.yaml", "-t", "commit-msg", "-t", "pre-push")
    assert run(folder, tool, *words)[0] == 0
    return folder


def test_the_manifest_is_one(tool, tmp_path):
    assert run(tmp_path, tool, "validate-manifest", str(MANIFEST)) == (0, "")
    text = MANIFEST.read_text()
    assert re.findall(r"stages: \[(.*)\]", text) == ["commit-msg", "pre-push, manual"]
    assert re.findall(r"entry: (.*)", text) == [
        f"patchtool hook run {n} --" for n in ("commit-msg", "pre-push")
    ]


def test_a_commit(topic):
    (topic / "mm/new.c").write_text("int new;\n")
    git(topic, "add", "mm/new.c")
    status, said = run(topic, "git", "commit", "-m", "mm: Add it")
    assert (status, "Failed\n- hook id: patchtool-commit-msg" in said) == (1, True)
    assert ".git/COMMIT_EDITMSG:1: error [missing-signoff]" in said
    status, said = run(topic, "git", "commit", "-s", "-m", "mm: Add it")
    assert (status, "Passed\n- hook id: patchtool-commit-msg" in said) == (0, True)
    assert "patchtool: not checked: left to pre-push and patchtool check: " in said


def test_a_push_and_the_same_by_hand(topic, tool, series):
    git(topic, "am", "-q", "--empty=drop", str(series / "broken-rename.mbox"))
    status, said = run(topic, "git", "push", "mine", "topic")
    assert (status, "Failed\n- hook id: patchtool-series" in said) == (1, True)
    assert "error [incomplete-rename]" in said
    by_hand = (tool, "run", "-c", ".git/pre-commit.yaml", "--hook-stage", "manual", "patchtool-series")
    status, again = run(topic, *by_hand)
    assert (status, "error [incomplete-rename]" in again) == (1, True)
    status, again = run(topic, *by_hand, "--from-ref", "origin/mainline", "--to-ref", "origin/mainline")
    assert (status, "Passed" in again) == (0, True)
    git(topic, "branch", "--unset-upstream", check=False)
    status, again = run(topic, *by_hand)
    assert (status, "no upstream to compare the branch with" in again) == (1, True)
