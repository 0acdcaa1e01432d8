"""A lint report as JSON; see `as_json`."""

from __future__ import annotations

from patchtool.core.lint import LintReport, Place, Undefined
from patchtool.core.rename import Rename
from patchtool.report.as_json import SCHEMA, Json, base_json


def lint_json(report: LintReport) -> Json:
    """`patchtool lint --format json`: every place of every symbol."""
    return {
        "schema": SCHEMA,
        "base": base_json(report.base),
        "undefined": [_symbol(symbol) for symbol in report.symbols],
        "defined": [{"symbol": symbol.name, "places": list(symbol.places)} for symbol in report.defined],
        "asked": list(report.asked),
        "checked": list(report.checked),
        "undecided": list(report.undecided),
        "left_out": list(report.left_out),
    }


def _symbol(symbol: Undefined) -> Json:
    return {
        "symbol": symbol.name,
        "severity": symbol.severity.value,
        "places": [_place(place) for place in symbol.places],
        "own": symbol.own or None,
        "near": symbol.near or None,
        "renames": [_rename(rename) for rename in symbol.renames],
    }


def _place(place: Place) -> Json:
    use = place.use
    return {
        "path": use.path,
        "line": use.line,
        "kind": use.kind.value,
        "verb": use.verb,
        "weight": place.weight.value,
        "text": use.text,
    }


def _rename(rename: Rename) -> Json:
    return {
        "new": rename.new,
        "inverted": rename.inverted,
        "commit": rename.commit,
        "link": rename.link,
        "version": rename.version,
        "note": rename.note,
        "source": rename.source,
    }
