"""What is made of the rules' docstrings is not stale."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from patchtool.rules import ALL

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_refresh", ROOT / "docs" / "refresh.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_stale(refresh: ModuleType) -> None:
    assert [path.name for path in refresh.stale()] == [], "`make docs` mends it"


def test_every_rule_has_its_section(refresh: ModuleType) -> None:
    page = refresh.rules_page().splitlines()
    assert [line.removeprefix("## ") for line in page if line.startswith("## ")] == [
        rule.name for rule in ALL
    ]


def test_a_stale_file_is_named_and_mended(
    refresh: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("a\n<!-- rules -->\nold\n<!-- /rules -->\nb\n")
    monkeypatch.setattr(refresh, "ROOT", tmp_path)
    assert refresh.main(["--check"]) == 1
    said = "stale: `make docs` mends it"
    assert capsys.readouterr().out == f"docs/rules.md: {said}\nREADME.md: {said}\n"
    assert refresh.main([]) == 0
    assert refresh.main(["--check"]) == 0
    assert (tmp_path / "README.md").read_text().startswith("a\n<!-- rules -->\n| rule | severity |")
    assert (tmp_path / "docs" / "rules.md").read_text() == refresh.rules_page()
