"""A series through the model as JSON: every key of its shape."""

from __future__ import annotations

import json

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.model import Matrix, MatrixCell, MatrixRow, ModelReport, PatchEffect
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.report.as_json import dump, model_json, series_json
from patchtool.report.matrix_json import matrix_json

WORSE = Finding("model-regression", Severity.ERROR, Location("mm/a.c", 3, "v5.5+1/4"), "m", "k", "h", 1, 2)

EXPECTED = {
    "schema": 1,
    "base": {"rev": "v5.5", "commit": "c" * 40, "version": "5.5.0", "why": "as asked"},
    "groups": [["base"], ["1", "2"]],
    "rows": [
        {
            "configs": [{"arch": "arm", "config": "SMP"}],
            "scenarios": ["munmap", "zap"],
            "flips": True,
            "cells": [
                None,
                {
                    "verdict": "VIOLATED",
                    "violated": ["order"],
                    "undecided": ["leak"],
                    "waived": ["sw-uaf"],
                    "changed": False,
                },
            ],
        }
    ],
    "patches": [
        {
            "n": 1,
            "unchanged": [{"arch": "sh", "config": "UP"}],
            "changed": [{"arch": "arm", "config": "SMP", "scenarios": ["zap"]}],
            "unknown": [{"arch": "um", "config": "UP"}],
        }
    ],
    "findings": [
        {
            "rule": "model-regression",
            "severity": "error",
            "verdict": "VIOLATED",
            "patch": 1,
            "fixed_by": 2,
            "ref": "v5.5+1/4",
            "path": "mm/a.c",
            "line": 3,
            "message": "m",
            "hint": "h",
            "evidence": [],
        }
    ],
    "undecided": ["um: no"],
}


def test_every_key(model: ModelReport, series: Series) -> None:
    fail = MatrixCell(Verdict.VIOLATED, ("order",), ("leak",), ("sw-uaf",))
    found = Matrix(
        groups=(("base",), ("1", "2")),
        rows=(MatrixRow((("arm", "SMP"),), ("munmap", "zap"), (None, fail)),),
        patches=(PatchEffect("1", (("sh", "UP"),), ((("arm", "SMP"), ("zap",)),), (("um", "UP"),)),),
        base=model,
        last=model,
        findings=(WORSE,),
        undecided=("um: no",),
    )
    shown = json.loads(dump(matrix_json(found, series, Base("v5.5", "c" * 40, "5.5.0", "as asked"))))
    assert shown == EXPECTED | {
        "series": series_json(series),
        "before": model_json(model),
        "after": model_json(model),
    }
