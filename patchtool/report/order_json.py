"""The order of a series as JSON."""

from __future__ import annotations

from patchtool.core.finding import Location
from patchtool.core.order import Constraint, OrderReport
from patchtool.report.as_json import SCHEMA, Json, base_json, series_json


def order_json(report: OrderReport) -> Json:
    """`patchtool check --order --format json`."""
    return {
        "schema": SCHEMA,
        "series": series_json(report.series),
        "base": base_json(report.base),
        "patches": list(report.order.numbers),
        "constraints": [_constraint(one) for one in report.order.constraints],
        "undecided": list(report.undecided),
    }


def _constraint(one: Constraint) -> Json:
    return {
        "first": one.first,
        "then": one.then,
        "held": one.held,
        "bond": one.bond.value,
        "name": one.name,
        "at": _place(one.at),
        "source": _place(one.source),
        "removal": one.removal,
        "reason": one.reason,
    }


def _place(at: Location) -> Json:
    return {"path": at.path, "line": at.line}
