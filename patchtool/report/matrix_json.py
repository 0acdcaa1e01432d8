"""A series through the model, as JSON."""

from __future__ import annotations

from patchtool.core.model import Matrix, MatrixCell, MatrixRow, PatchEffect
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.report.as_json import SCHEMA, Json, base_json, finding_json, model_json, series_json


def matrix_json(found: Matrix, series: Series, base: Base) -> Json:
    """`patchtool model --series --format json`.

    `groups` are states that follow one another with equal programs; each of `rows` has one of `cells` a
    group, null where the state has no such configuration. `changed` in a cell: another program than in the
    group before. `before` and `after` are the first and the last state as `patchtool model` reports them.
    """
    return {
        "schema": SCHEMA,
        "series": series_json(series),
        "base": base_json(base),
        "groups": [list(names) for names in found.groups],
        "rows": [_row(row) for row in found.rows],
        "patches": [_effect(effect) for effect in found.patches],
        "findings": [finding_json(finding) for finding in found.findings],
        "before": model_json(found.base),
        "after": model_json(found.last),
        "undecided": list(found.undecided),
    }


def _config(where: tuple[str, str]) -> Json:
    return {"arch": where[0], "config": where[1]}


def _row(row: MatrixRow) -> Json:
    return {
        "configs": [_config(where) for where in row.configs],
        "scenarios": list(row.scenarios),
        "flips": row.flips,
        "cells": [_cell(cell) if cell else None for cell in row.cells],
    }


def _cell(cell: MatrixCell) -> Json:
    return {
        "verdict": cell.verdict.value,
        "violated": list(cell.violated),
        "undecided": list(cell.undecided),
        "waived": list(cell.waived),
        "changed": cell.changed,
    }


def _effect(effect: PatchEffect) -> Json:
    return {
        "n": int(effect.state),
        "unchanged": [_config(where) for where in effect.unchanged],
        "changed": [{**_config(where), "scenarios": list(names)} for where, names in effect.changed],
        "unknown": [_config(where) for where in effect.unknown],
    }
