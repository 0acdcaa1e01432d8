"""What holds for every rule: fixed heads, cases, an id of its own, a line in ALL and in the README."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from patchtool.core.rules import Rule
from patchtool.report.rule_table import rule_table
from patchtool.rules import ALL

ROOT = Path(__file__).resolve().parents[2]
HEADS = ["What it does", "Why it is bad", "Decides by", "Limits", "Example", "History"]
each = pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)


def module_of(rule: Rule) -> ModuleType:
    return sys.modules[f"patchtool.rules.{rule.name.replace('-', '_')}"]


def heads(rule: Rule) -> dict[str, str]:
    """Each head of the docstring with its text."""
    found: dict[str, list[str]] = {}
    for line in rule.doc.splitlines()[2:]:
        if line and not line[0].isspace():
            head, _, rest = line.partition("  ")
            found[head] = [rest.strip()]
        elif line.strip():
            found[next(reversed(found))].append(line.strip())
    return {head: " ".join(lines) for head, lines in found.items()}


def test_every_rule_file_is_listed_once() -> None:
    files = sorted(path.stem for path in (ROOT / "rules").glob("*.py") if path.stem != "__init__")
    assert sorted(rule.name.replace("-", "_") for rule in ALL) == files


def test_ids_and_names_are_unique() -> None:
    assert len({rule.id for rule in ALL}) == len({rule.name for rule in ALL}) == len(ALL)


@each
def test_the_module_is_named_as_the_rule(rule: Rule) -> None:
    module = module_of(rule)
    assert module.RULE is rule
    assert module.__doc__ == rule.doc
    assert re.fullmatch(r"PT\d{3}", rule.id)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert (rule.on_series is None) != (rule.on_state is None)
    assert len(Path(module.__file__ or "").read_text().splitlines()) <= 160


@each
def test_the_docstring_has_the_fixed_heads(rule: Rule) -> None:
    title, blank, *_ = rule.doc.splitlines()
    assert title.endswith(".")
    assert blank == ""
    assert list(heads(rule)) == HEADS
    assert all(heads(rule).values())


@each
def test_the_example_is_the_folder_of_its_cases(rule: Rule) -> None:
    assert heads(rule)["Example"] == f"fixtures/rules/{rule.name}/"
    assert (ROOT / heads(rule)["Example"]).is_dir()


@each
def test_there_is_a_bad_and_a_good_case_with_its_report(rule: Rule) -> None:
    folder = ROOT / "fixtures" / "rules" / rule.name
    for kind in ("bad", "good"):
        cases = sorted(folder.glob(f"{kind}*.mbox"))
        assert cases
        assert [path.name for path in cases if not path.with_suffix(".txt").is_file()] == []


def test_no_case_without_a_rule() -> None:
    folders = {path.name for path in (ROOT / "fixtures" / "rules").iterdir()}
    assert folders == {rule.name for rule in ALL}


def test_the_readme_has_the_table_of_rules() -> None:
    text = (ROOT / "README.md").read_text()
    between = re.search(r"<!-- rules -->\n(.*?)<!-- /rules -->", text, re.DOTALL)
    assert between
    assert between[1] == rule_table(ALL)
