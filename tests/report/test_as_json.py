"""Reports as JSON: every key of every shape, and text that tries to break out."""

from __future__ import annotations

import json
from dataclasses import replace

from patchtool.core.model import ModelReport, ObjectState, TraceStep
from patchtool.core.report import CheckReport
from patchtool.report.as_json import check_json, dump, model_json

SERIES = {
    "source": "s.mbox",
    "subject": "Rename A",
    "version": 2,
    "total": 3,
    "missing": [3],
    "base_commit": "b" * 40,
    "notes": ["revision 1 of 2 patches is left aside"],
    "patches": [
        {
            "n": 1,
            "subject": "mm: Rename HAVE_A to A",
            "author": "Ada Example <ada@example.org>",
            "message_id": "1@example.org",
        },
        {
            "n": 2,
            "subject": "mm: Use A",
            "author": "Ada Example <ada@example.org>",
            "message_id": "2@example.org",
        },
    ],
}
LEFTOVER = {
    "rule": "incomplete-rename",
    "severity": "error",
    "verdict": "VIOLATED",
    "patch": 1,
    "fixed_by": 2,
    "ref": "v5.5+1/2",
    "path": "arch/arm64/Kconfig",
    "line": 164,
    "message": "HAVE_A was renamed to A, this select still says the old name.",
    "hint": "say A",
    "evidence": ["select HAVE_A", "renamed by patch 1/2, 3 lines"],
}
DOUBT = {
    "rule": "stray-declaration",
    "severity": "note",
    "verdict": "UNDECIDED",
    "patch": 2,
    "fixed_by": None,
    "ref": "v5.5+2/2",
    "path": "include/linux/mm.h",
    "line": 0,
    "message": "f() is declared here and defined nowhere, unless the macro at mm/a.c:3 defines it.",
    "hint": "",
    "evidence": [],
}
MODEL = {
    "schema": 1,
    "rev": "v5.5",
    "version": "5.5.0",
    "runs": [
        {
            "arch": "powerpc",
            "config": "radix SMP",
            "scenario": "munmap",
            "properties": {"order": "VIOLATED", "sw-uaf": "WAIVED"},
            "reasons": {"sw-uaf": "no software walks here"},
            "traces": {
                "order": [
                    {
                        "thread": "cpu0",
                        "action": "unhook pmd",
                        "function": "free_pmd_range",
                        "path": "mm/memory.c",
                        "line": 210,
                    },
                    {"thread": "walker", "action": "read pmd", "function": ""},
                ]
            },
            "states": 120,
            "program": "p1",
            "notes": [],
        },
        {
            "arch": "s390",
            "config": "SMP",
            "scenario": "exit",
            "properties": {"order": "HOLDS", "sw-uaf": "WAIVED", "page-uaf": "UNDECIDED"},
            "reasons": {"sw-uaf": "no software walks here", "page-uaf": "cut at 10 states"},
            "traces": {},
            "states": 1,
            "program": "p2",
            "notes": [],
        },
    ],
    "undecided": ["arm: no such folder"],
}


def test_objects_of_a_trace_that_has_them(model: ModelReport) -> None:
    bad = model.runs[0]
    thing = ObjectState("table 1", hooked=False, freed=True, holders=("CPU0 walk cache",))
    step = TraceStep("U", "frees table 1", objects=(thing,))
    verdict = replace(bad.properties[0], trace=(step,))
    found = model_json(replace(model, runs=(replace(bad, properties=(verdict,)),)))
    assert found["runs"][0]["traces"]["order"] == [
        {
            "thread": "U",
            "action": "frees table 1",
            "function": "",
            "objects": [{"name": "table 1", "hooked": False, "freed": True, "holders": ["CPU0 walk cache"]}],
        }
    ]


def test_check(check: CheckReport) -> None:
    found = json.loads(dump(check_json(check)))
    mended = found.pop("mended")
    assert found == {
        "schema": 1,
        "series": SERIES,
        "base": {
            "rev": "v5.5",
            "commit": "d5226fa6dbae" + "0" * 28,
            "version": "5.5.0",
            "why": "its files are the series' pre-images",
        },
        "findings": [found["findings"][0], LEFTOVER, DOUBT],
        "rules": ["incomplete-rename", "stray-declaration"],
        "states": 2,
        "checked": ["2 of 2 patches, 3 states, 2 rules"],
        "undecided": ["not in the input: patch 3 of 3"],
        "waived": [],
        "left_out": [],
        "notes": [],
        "off_by_default": [],
    }
    assert [(item["path"], item["mended_by"]) for item in mended] == [
        ("arch/alpha/Kconfig", 2),
        ("arch/m68k/Kconfig", 2),
        ("a.c", 1),
    ]
    assert {frozenset(item) for item in mended} == {frozenset({*LEFTOVER, "mended_by"})}


def test_check_without_a_tree(check: CheckReport) -> None:
    assert check_json(replace(check, base=None))["base"] is None


def test_model(model: ModelReport) -> None:
    assert json.loads(dump(model_json(model))) == MODEL


def test_hostile_text_is_ascii_and_comes_back_as_it_was(check: CheckReport) -> None:
    hostile = 'a"b\\c\n\x1b[31m\x00\u202e\u2028 梁 \udcff </script> \ud83d'
    report = replace(check, series=replace(check.series, subject=hostile), undecided=(hostile,))
    text = dump(check_json(report))
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert text.endswith("}\n")
    found = json.loads(text)
    assert (found["series"]["subject"], found["undecided"]) == (hostile, [hostile])
