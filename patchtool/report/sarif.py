"""A check report as SARIF 2.1.0, for code scanning; source: the OASIS standard of 2020 with its errata 01."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.report import CheckReport, Waived
from patchtool.core.rules import Rule
from patchtool.report.as_json import Json, dump
from patchtool.report.plain import one_line, safe
from patchtool.report.rule_doc import RuleDoc
from patchtool.report.tally import off_by_default

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def sarif(report: CheckReport, rules: Sequence[Rule], version: str) -> str:
    """The log of one run; `rules` are those that ran, `version` is patchtool's.

    A question left open is a result of kind `open`, a waived finding one that is suppressed with its reason,
    and each thing that was not checked a notification. Paths of the tree are relative to `%SRCROOT%`. A
    result's fingerprint holds still while lines move.
    """
    order = {rule.name: n for n, rule in enumerate(rules)}
    results = [_result(finding, order) for finding in report.findings]
    results += [{**_result(one.finding, order), "suppressions": [_suppression(one)]} for one in report.waived]
    run = {
        "tool": {
            "driver": {
                "name": "patchtool",
                "version": version,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": level, "message": {"text": safe(f"not checked: {sentence}")}}
                    for level, sentences in (("warning", report.undecided), ("note", off_by_default(report)))
                    for sentence in sentences
                ],
            }
        ],
        "results": results,
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> Json:
    doc = RuleDoc.of(rule)
    described: dict[str, object] = {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": doc.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
        "properties": {"id": rule.id, "since": rule.since},
    }
    if doc.heads:
        full = [f"{head}: {said}" for head, said in doc.heads if head != "Example"]
        described["fullDescription"] = {"text": "\n\n".join(full)}
        described["help"] = {"text": "\n\n".join(full)}
    return described


def _result(finding: Finding, order: dict[str, int]) -> Json:
    undecided = finding.verdict is Verdict.UNDECIDED
    hint = f" Hint: {finding.hint}." if finding.hint else ""
    key = f"{finding.rule}\0{finding.key}".encode("utf-8", "backslashreplace")
    found: dict[str, object] = {
        "ruleId": finding.rule,
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else _LEVELS[finding.severity],
        "message": {"text": one_line(f"{finding.message}{hint}")},
        "locations": [_location(finding)],
        "partialFingerprints": {"patchtool/v1": hashlib.sha256(key).hexdigest()},
        "properties": {
            "patch": finding.patch,
            "fixedBy": finding.fixed_by,
            "ref": finding.at.ref,
            "evidence": [safe(line) for line in finding.evidence],
        },
    }
    if finding.rule in order:
        found["ruleIndex"] = order[finding.rule]
    return found


def _location(finding: Finding) -> Json:
    physical: dict[str, object] = {"artifactLocation": _artifact(finding.at)}
    if finding.at.line:
        snippet = {"snippet": {"text": safe(finding.source)}} if finding.source else {}
        physical["region"] = {"startLine": finding.at.line, **snippet}
    return {"physicalLocation": physical}


# A mail stands where the user said, a file of the tree below the tree's top.
def _artifact(at: Location) -> Json:
    path = quote(at.path.encode("utf-8", "surrogateescape"))
    if at.ref:
        return {"uri": path, "uriBaseId": "%SRCROOT%"}
    return {"uri": f"file://{path}" if path.startswith("/") else path}


def _suppression(waived: Waived) -> Json:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": one_line(f"{waived.reason} ({waived.by})"),
    }
