"""Every rule over every case of fixtures/rules: the whole report, on the mini kernel.

`PATCHTOOL_REGENERATE=1 pytest tests/rules/test_rules.py` writes the expected reports anew; read what has
changed before it goes in. A case is `fixtures/rules/<rule>/<name>.mbox`, its report `<name>.txt`; it is
checked on `mainline`, or on the ref that `<name>.base` names. `bad-x` is mended by `good-x`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from patchtool.core.report import CheckReport
from patchtool.core.rules import Rule
from patchtool.engine.check import check_on
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.mail.series import read_series
from patchtool.report.check_text import check_text
from patchtool.rules import ALL
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "rules"
RULES = {rule.name: rule for rule in ALL}
MAILBOXES = sorted(CASES.glob("*/*.mbox"))
BAD = [path for path in MAILBOXES if path.name.startswith("bad")]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def base_of(path: Path) -> str:
    named = path.with_suffix(".base")
    return named.read_text().strip() if named.exists() else "mainline"


@pytest.fixture
def scratch(mini: Path) -> Iterator[Scratch]:
    with Scratch(mini) as opened:
        yield opened


def report_of(path: Path, rule: Rule, scratch: Scratch) -> CheckReport:
    # Beside the mailbox, so that no place in the report depends on where the project lies.
    os.chdir(path.parent)
    series = read_series(path.name)
    tree, chosen = choose_base(scratch, series, base_of(path))
    # The ids of the mini kernel's commits change with every change to it: no business of the rules.
    chosen = replace(chosen, commit="0" * 40)
    return check_on(series, tree, chosen, Options(rules=(rule,), renames=declared()))


@pytest.fixture(autouse=True)
def _stand_here_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path.cwd())


@pytest.mark.parametrize("path", MAILBOXES, ids=name_of)
def test_the_whole_report(path: Path, scratch: Scratch) -> None:
    rule = RULES[path.parent.name]
    report = report_of(path, rule, scratch)
    expected = path.with_suffix(".txt")
    text = check_text(report).plain()
    if os.environ.get("PATCHTOOL_REGENERATE") == "1":
        expected.write_text(text)
    assert text == expected.read_text()
    assert bool(report.findings) == path.name.startswith("bad")
    assert {finding.rule for finding in report.findings} <= {rule.name}


def test_every_bad_case_is_mended_by_a_good_one() -> None:
    for bad in BAD:
        good = bad.with_name(bad.name.replace("bad", "good", 1))
        assert good.read_bytes() != bad.read_bytes()
        assert base_of(good) == base_of(bad)


def test_no_report_without_its_mailbox() -> None:
    assert [path for path in CASES.glob("*/*.txt") if not path.with_suffix(".mbox").exists()] == []


def test_every_rule_has_both_kinds_of_case() -> None:
    kinds = {(path.parent.name, path.stem.partition("-")[0]) for path in MAILBOXES}
    assert kinds == {(name, kind) for name in RULES for kind in ("bad", "good")}
