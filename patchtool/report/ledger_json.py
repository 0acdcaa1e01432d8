"""The Kconfig ledger as JSON."""

from __future__ import annotations

from patchtool.core.expr import text
from patchtool.core.ledger import LedgerReport, Shift, Standing
from patchtool.core.tree import Use
from patchtool.report.as_json import SCHEMA, Json, base_json, series_json


def ledger_json(report: LedgerReport) -> Json:
    """`patchtool kconfig --format json`."""
    return {
        "schema": SCHEMA,
        "series": series_json(report.series),
        "base": base_json(report.base),
        "architectures": list(report.architectures),
        "shifts": [_shift(shift) for shift in report.shifts],
        "symbols": [_symbol(report, name) for name in report.symbols],
        "broken": [{"arch": b.arch, "at": str(b.at), "message": b.message} for b in report.broken],
        "states": report.states,
        "undecided": list(report.undecided),
    }


def _shift(shift: Shift) -> Json:
    return {
        "patch": shift.patch,
        "symbol": shift.symbol,
        "renamed": shift.renamed,
        "architectures": list(shift.architectures),
        "before": _standing(shift.before),
        "after": _standing(shift.after),
        "at": {"path": shift.at.path, "line": shift.at.line} if shift.at else None,
    }


def _symbol(report: LedgerReport, name: str) -> Json:
    return {
        "name": name,
        "standings": [
            {"architectures": list(archs), **_standing(standing)}
            for archs, standing in report.standings.get(name, ())
        ],
        "uses": [_use(use) for use in report.uses[name]] if name in report.uses else None,
    }


def _standing(standing: Standing) -> Json:
    return {
        "kind": standing.kind,
        "prompt": standing.prompt,
        "least": text(standing.bounds.least),
        "most": text(standing.bounds.most),
        "defaults": list(standing.defaults),
        "wanted": standing.wanted,
        "probed": standing.probed,
    }


def _use(use: Use) -> Json:
    return {"path": use.path, "line": use.line, "kind": use.kind.value, "verb": use.verb, "text": use.text}
