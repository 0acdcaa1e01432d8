"""Reports as JSON: the shape is part of the interface, keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from patchtool.core.finding import Finding
from patchtool.core.model import ModelReport, ModelRun, TraceStep
from patchtool.core.report import Base, CheckReport
from patchtool.core.series import Series

Json = Mapping[str, Any]
SCHEMA = 1


def dump(value: Json) -> str:
    """The text; bytes that are no UTF-8 come out as escapes."""
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def check_json(report: CheckReport) -> Json:
    """`patchtool check --format json`."""
    return {
        "schema": SCHEMA,
        "series": series_json(report.series),
        "base": base_json(report.base),
        "findings": [finding_json(finding) for finding in report.findings],
        "mended": [{**finding_json(mended.finding), "mended_by": mended.patch} for mended in report.mended],
        "rules": list(report.rules),
        "states": report.states,
        "checked": list(report.checked),
        "undecided": list(report.undecided),
        "waived": [{**finding_json(w.finding), "reason": w.reason, "by": w.by} for w in report.waived],
        "left_out": list(report.left_out),
        "notes": list(report.notes),
        "off_by_default": list(report.off),
    }


def model_json(report: ModelReport) -> Json:
    """`patchtool model --format json`."""
    return {
        "schema": SCHEMA,
        "rev": report.ref,
        "version": report.version,
        "runs": [_run(run) for run in report.runs],
        "undecided": list(report.undecided),
    }


def base_json(base: Base | None) -> Json | None:
    """The tree that a series was applied to; null without one."""
    if base is None:
        return None
    return {"rev": base.rev, "commit": base.commit, "version": base.version, "why": base.why}


def series_json(series: Series) -> Json:
    """A series as every report has it."""
    return {
        "source": series.source,
        "subject": series.subject,
        "version": series.version,
        "total": series.total,
        "missing": list(series.missing),
        "base_commit": series.base_commit,
        "notes": list(series.notes),
        "patches": [
            {
                "n": patch.n,
                "subject": patch.subject,
                "author": str(patch.author),
                "message_id": patch.message_id,
            }
            for patch in series.patches
        ],
    }


def finding_json(finding: Finding) -> Json:
    """A finding as every report has it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "patch": finding.patch,
        "fixed_by": finding.fixed_by,
        "ref": finding.at.ref,
        "path": finding.at.path,
        "line": finding.at.line,
        "message": finding.message,
        "hint": finding.hint,
        "evidence": list(finding.evidence),
    }


def _run(run: ModelRun) -> Json:
    return {
        "arch": run.arch,
        "config": run.config,
        "scenario": run.scenario,
        "properties": {verdict.name: verdict.verdict.value for verdict in run.properties},
        "reasons": {verdict.name: verdict.reason for verdict in run.properties if verdict.reason},
        "traces": {
            verdict.name: [_step(s) for s in verdict.trace] for verdict in run.properties if verdict.trace
        },
        "states": run.states,
        "program": run.program,
        "notes": list(run.notes),
    }


def _step(step: TraceStep) -> Json:
    at = {"path": step.at.path, "line": step.at.line} if step.at else {}
    objects = [
        {"name": o.name, "hooked": o.hooked, "freed": o.freed, "holders": list(o.holders)}
        for o in step.objects
    ]
    shown = {"objects": objects} if objects else {}
    return {"thread": step.thread, "action": step.action, "function": step.function, **at, **shown}
