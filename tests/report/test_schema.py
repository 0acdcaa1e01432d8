"""The JSON reports against their documented schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit import command
from patchtool.core.report import CheckReport, Waived
from patchtool.report.as_json import check_json, dump

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "schema"


def faults(name: str, text: str | bytes) -> list[str]:
    """What the schema has against a report."""
    jsonschema = pytest.importorskip(
        "jsonschema", reason="jsonschema is not installed: JSON was NOT validated"
    )
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))]


def test_a_report_with_everything_in_it(check: CheckReport) -> None:
    full = dict(check_json(check))
    assert faults("check", dump(full)) == []
    waived = Waived(check.findings[0], "sent", "c.toml:1")
    made = check_json(type(check)(**{**_fields(check), "waived": (waived,), "base": None}))
    assert faults("check", dump(made)) == []


def _fields(check: CheckReport) -> dict:
    return {name: getattr(check, name) for name in check.__dataclass_fields__}


def test_a_schema_sees_what_is_not_in_it(check: CheckReport) -> None:
    report = dict(check_json(check))
    assert faults("check", dump({**report, "more": 1})) != []
    assert faults("check", dump({key: report[key] for key in report if key != "states"})) != []
    assert faults("check", dump({**report, "schema": 2})) != []


@pytest.mark.parametrize(
    "series", sorted((ROOT / "fixtures" / "series").glob("*.mbox")), ids=lambda p: p.stem
)
def test_real_runs(series: Path, mini: Path, tmp_path: Path) -> None:
    done = command("check", series, "--repo", mini, "--format", "json", cwd=tmp_path)
    assert faults("check", done.stdout) == []


def test_the_other_commands(mini: Path, tmp_path: Path) -> None:
    def printed(*arguments: object) -> bytes:
        return command(*arguments, "--format", "json", cwd=tmp_path).stdout

    assert faults("rules", printed("rules", "--rules", ROOT / "fixtures" / "user-rules")) == []
    assert faults("rules", printed("explain", "PT101")) == []
    assert faults("doctor", printed("doctor", "--repo", mini)) == []
    assert (
        faults("lint", printed("lint", "--repo", mini, "--symbol", "MMU", "--symbol", "MMU_GATHER_NO_RANGE"))
        == []
    )
    assert faults("lint", printed("lint", "--repo", mini, "--base", "v5.4")) == []


def test_every_schema_is_documented() -> None:
    readme = (SCHEMAS / "README.md").read_text()
    assert [path.name for path in SCHEMAS.glob("*.json") if f"({path.name})" not in readme] == []
    for path in SCHEMAS.glob("*.json"):
        assert undocumented(json.loads(path.read_text())) == []


def undocumented(schema: dict) -> list[str]:
    """Keys without a meaning, wherever they stand."""
    found = []
    for key, value in schema.get("properties", {}).items():
        if "$ref" not in value and not value.get("description"):
            found.append(key)
        found += undocumented(value)
    for inner in (schema.get("items"), *schema.get("$defs", {}).values(), *schema.get("anyOf", ())):
        found += undocumented(inner) if isinstance(inner, dict) else []
    return found
