"""SARIF, held against the models and against the official schema."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport, Waived
from patchtool.report.sarif import sarif
from patchtool.rules import ALL


@pytest.fixture
def log(check: CheckReport) -> dict:
    """A run with findings, an open question, one that is waived, one in a mail with an odd name."""
    at = Location("/tmp/a b%\udcff.mbox", 3)
    mail = Finding("odd", Severity.NOTE, at, "<b>", "k", patch=1, source="\tx\x1b")
    waived = (Waived(check.findings[0], "no cover for two", "c.toml:3"),)
    return json.loads(sarif(replace(check, findings=(*check.findings, mail), waived=waived), ALL, "0.1"))


def test_the_results(log: dict) -> None:
    (run,) = log["runs"]
    whole, leftover, doubt, mail, waived = run["results"]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert leftover == {
        "ruleId": "incomplete-rename",
        "ruleIndex": names.index("incomplete-rename"),
        "kind": "fail",
        "level": "error",
        "message": {"text": "HAVE_A was renamed to A, this select still says the old name. Hint: say A."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "arch/arm64/Kconfig", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 164},
                }
            }
        ],
        "partialFingerprints": leftover["partialFingerprints"],
        "properties": {
            "patch": 1,
            "fixedBy": 2,
            "ref": "v5.5+1/2",
            "evidence": ["select HAVE_A", "renamed by patch 1/2, 3 lines"],
        },
    }
    assert (doubt["kind"], doubt["level"]) == ("open", "none")
    assert mail["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "file:///tmp/a%20b%25%FF.mbox"},
        "region": {"startLine": 3, "snippet": {"text": "\tx\\x1b"}},
    }
    assert "suppressions" not in whole
    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "no cover for two (c.toml:3)"}
    ]
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "warning", "message": {"text": "not checked: not in the input: patch 3 of 3"}}
    ]


def test_a_fingerprint_holds_while_lines_move(check: CheckReport) -> None:
    def prints(report: CheckReport) -> list[str]:
        results = json.loads(sarif(report, ALL, "0.1"))["runs"][0]["results"]
        return [result["partialFingerprints"]["patchtool/v1"] for result in results]

    moved = [replace(one, at=replace(one.at, line=one.at.line + 9)) for one in check.findings]
    assert prints(replace(check, findings=tuple(moved))) == prints(check)
    assert len(set(prints(check))) == 3


def test_the_models_take_it(log: dict) -> None:
    models = pytest.importorskip("sarif_pydantic", reason="sarif-pydantic is not installed: NOT validated")
    read = models.Sarif.model_validate(log)
    assert [len(run.results or []) for run in read.runs] == [5]


def test_the_official_schema_takes_it(log: dict) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: NOT validated")
    place = os.environ.get("PATCHTOOL_SARIF_SCHEMA")
    if not place:
        # Right: the schema's text may not lie in the project; the models above are made from it.
        pytest.skip("PATCHTOOL_SARIF_SCHEMA names no sarif-schema-2.1.0.json: SARIF was NOT validated")
    validator = jsonschema.Draft4Validator(json.loads(Path(place).read_text()))
    assert [error.message for error in validator.iter_errors(log)] == []
    assert [error.message for error in validator.iter_errors({**log, "version": "2.0.0"})]
