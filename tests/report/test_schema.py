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


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("kconfig", "kconfig SERIES/v1.mbox"),
        ("kconfig", "kconfig SERIES/broken-rename.mbox --arch powerpc"),
        ("order", "check SERIES/v1.mbox --order"),
        ("model", "model --rev mainline --arch powerpc"),
        ("model", "model --rev v5.4 --arch sparc --arch arm --up"),
        ("matrix", "model --series SERIES/v1.mbox --arch powerpc --arch s390 --smp"),
    ],
)
def test_what_a_command_prints(name: str, line: str, mini: Path, tmp_path: Path) -> None:
    words = line.replace("SERIES", str(ROOT / "fixtures" / "series")).split()
    done = command(*words, "--repo", mini, "--format", "json", cwd=tmp_path)
    assert faults(name, done.stdout) == []


def test_a_plan_and_its_certificates(mini: Path, tmp_path: Path) -> None:
    series = ROOT / "fixtures" / "series" / "v1.mbox"
    arguments = ("backport", series, "--to", "4.19.y", "-o", "out")
    done = command(*arguments, "--repo", mini, "--format", "json", cwd=tmp_path)
    assert faults("backport", done.stdout) == []
    plan = json.loads(done.stdout)
    cells = [cell for target in plan["targets"] for cell in target["patches"]]
    assert any(cell["adapted"] for cell in cells)
    assert any(cell["needs"] for cell in cells)
    written = [target["certificate"] for target in plan["targets"] if target["certificate"]]
    assert written
    for one in written:
        assert faults("certificate", (tmp_path / one).read_bytes()) == []


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
