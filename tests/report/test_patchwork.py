"""One check a patch, in the form of patchwork's API."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport
from patchtool.report.patchwork import LIMIT, outcome, patchwork


def test_a_check_a_patch(check: CheckReport) -> None:
    whole = replace(check, findings=check.findings[1:], undecided=())
    first, second = json.loads(patchwork(whole, "https://ci.example.org/7"))
    assert first == {
        "patch": 1,
        "msgid": "<1@example.org>",
        "state": "fail",
        "context": "patchtool",
        "description": "1 error, 0 warnings, 0 notes; arch/arm64/Kconfig:164: incomplete-rename",
        "target_url": "https://ci.example.org/7",
    }
    assert (second["state"], second["description"]) == (
        "warning",
        f"0 errors, 0 warnings, 0 notes; not checked: include/linux/mm.h: {check.findings[2].message}",
    )


def test_what_is_open_is_no_success(check: CheckReport) -> None:
    clean = replace(check, findings=(), undecided=())
    assert outcome(clean, 1) == ("success", "0 errors, 0 warnings, 0 notes")
    assert outcome(replace(clean, base=None, undecided=("no tree",)), 1)[0] == "warning"
    assert outcome(replace(clean, findings=check.findings[2:]), 2)[0] == "warning"
    assert outcome(replace(clean, undecided=("3 files absent",)), 1) == (
        "success",
        "0 errors, 0 warnings, 0 notes; not checked: 3 files absent",
    )
    assert outcome(replace(clean, states=1), 1)[0] == "success"
    assert outcome(replace(clean, states=1), 2) == (
        "warning",
        "0 errors, 0 warnings, 0 notes; not checked: the patch was not examined",
    )


def test_what_the_series_has_stands_at_every_patch(check: CheckReport) -> None:
    report = replace(check, findings=check.findings[:1], undecided=())
    assert (
        outcome(report, 1) == outcome(report, 2) == ("warning", "0 errors, 1 warning, 0 notes; s.mbox: odd")
    )


def test_a_description_fits_patchworks_column(check: CheckReport) -> None:
    many = [Finding("r", Severity.NOTE, Location(f"mm/{n}.c\n", n), "m", "k", patch=1) for n in range(90)]
    (first, _) = json.loads(patchwork(replace(check, findings=tuple(many))))
    assert len(first["description"]) == LIMIT == 255
    assert first["description"].endswith("...")
    assert "\n" not in first["description"]
    assert re.fullmatch(r"[-\w]+", first["context"])
    assert first["target_url"] is None
