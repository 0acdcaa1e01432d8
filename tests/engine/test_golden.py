"""The whole report on the series that fit the mini kernel, by the rules that grew with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.engine.check import check_on
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.mail.series import read_series
from patchtool.report.check_text import check_text
from patchtool.rules import (
    does_not_apply,
    incomplete_rename,
    malformed_trailer,
    missing_config_entry,
    misspelt_prefix,
    stray_declaration,
    undefined_symbol,
)
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = Path(__file__).resolve().parent / "expected"
# Not ALL: a new rule has reports of its own under fixtures/rules.
RULES = (
    does_not_apply.RULE,
    incomplete_rename.RULE,
    undefined_symbol.RULE,
    missing_config_entry.RULE,
    stray_declaration.RULE,
    malformed_trailer.RULE,
    misspelt_prefix.RULE,
)
CASES = {
    "v1-on-mainline": ("v1", "mainline"),
    "v1-on-linux-5.4.y": ("v1", "linux-5.4.y"),
    "broken-rename": ("broken-rename", None),
    "bisect": ("bisect", None),
    "clean": ("clean", None),
}


def rendered(repo: Path, name: str, rev: str | None) -> str:
    series = read_series(f"fixtures/series/{name}.mbox")
    with Scratch(repo) as scratch:
        tree, base = choose_base(scratch, series, rev)
        report = check_on(series, tree, base, Options(rules=RULES, renames=declared()))
    return check_text(report).plain()


@pytest.mark.parametrize("case", CASES)
def test_the_whole_report(mini: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.chdir(ROOT)
    assert rendered(mini, *CASES[case]) == (EXPECTED / f"{case}.txt").read_text(encoding="utf-8")
