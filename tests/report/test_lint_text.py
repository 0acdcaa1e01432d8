"""A lint report as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from patchtool.core.lint import Defined, LintReport, Place, Undefined, Weight
from patchtool.core.rename import Rename
from patchtool.core.report import Base
from patchtool.core.tree import Use, UseKind
from patchtool.report.as_json import dump
from patchtool.report.lint_json import lint_json
from patchtool.report.lint_text import lint_text


def place(symbol: str, path: str, text: str, kind: UseKind, weight: Weight, verb: str = "") -> Place:
    return Place(Use(path, 7, symbol, kind, text, verb), weight)


OLD = Undefined(
    "OLD",
    (
        place("OLD", "a.c", "// CONFIG_OLD \x1b[0m", UseKind.COMMENT, Weight.TEXT),
        place("OLD", "b/Kconfig", "\tselect OLD", UseKind.KCONFIG, Weight.DECIDES, "select"),
    ),
    near="OLDER",
    renames=(Rename("OLD", "NEW", inverted=True, commit="96bc9567cbe1", version="v5.2", note="mind it"),),
)
DEPENDS = Undefined(
    "GONE",
    (place("GONE", "c/Kconfig", "depends on GONE", UseKind.KCONFIG, Weight.DECIDES, "depends"),),
    near="ONE",
)
OWN = Undefined(
    "MACRO",
    tuple(place("MACRO", f"{n}.h", "x" * 120, UseKind.CODE, Weight.VALUE) for n in range(8)),
    own="0.h:7",
    near="MACROS",
)
LEFT = Undefined(
    "LEFT", (place("LEFT", "d.rst", "CONFIG_LEFT", UseKind.DOC, Weight.TEXT),), renames=(Rename("LEFT", "R"),)
)


@pytest.fixture
def report() -> LintReport:
    base = Base("v5.5", "d5226fa6dbae" + "0" * 28, "5.5.0", "as asked")
    return LintReport(base, (DEPENDS, LEFT, OWN, OLD), ("2 Kconfig files",), ("x.c: absent",), ("tools/",))


TEXT = f"""\
lint of v5.5 (d5226fa6dbae, 5.5.0): as asked

Undefined, and what is built depends on them (1)

OLD: error, 2 uses
    b/Kconfig:7: kconfig select: select OLD
    a.c:7: comment: // CONFIG_OLD \\x1b[0m
    hint: it became NEW, the other way round (v5.2, commit 96bc9567cbe1); mind it

Undefined, and only Kconfig expressions ask for them (1)

GONE: warning, 1 use
    c/Kconfig:7: kconfig depends: depends on GONE
    hint: the nearest name that is defined is ONE

Undefined, and nothing that is built depends on them (2)

LEFT: note, 1 use
    d.rst:7: doc: CONFIG_LEFT
    hint: it became R

MACRO: note, 8 uses
    0.h:7: code, no condition: {"x" * 106} ...
    1.h:7: code, no condition: {"x" * 106} ...
    2.h:7: code, no condition: {"x" * 106} ...
    3.h:7: code, no condition: {"x" * 106} ...
    4.h:7: code, no condition: {"x" * 106} ...
    5.h:7: code, no condition: {"x" * 106} ...
    and 2 more: --symbol MACRO lists them
    hint: 0.h:7 defines it without Kconfig: CONFIG_ is for Kconfig's symbols, rename it

checked: 4 undefined symbols (1 error, 1 warning, 2 note)
checked: 2 Kconfig files
left out: tools/
not checked: x.c: absent
"""


def test_the_whole_report(report: LintReport) -> None:
    assert lint_text(report).plain() == TEXT


def test_what_was_asked_for_is_shown_whole(report: LintReport) -> None:
    asked = replace(
        report,
        symbols=(OWN,),
        defined=(Defined("FOO", ("a/Kconfig:1", "b/Kconfig:2")),),
        asked=("MACRO", "FOO"),
    )
    text = lint_text(replace(asked, undecided=())).plain()
    assert text.splitlines()[2:5] == ["FOO: defined, 2 places", "    a/Kconfig:1", "    b/Kconfig:2"]
    assert text.count(".h:7: code, no condition: ") == 8
    assert "--symbol" not in text
    assert "checked: 1 undefined symbol of 2 asked for (0 error, 0 warning, 1 note)\n" in text
    assert text.endswith("left out: tools/\nnot checked: nothing was left open\n")


def test_a_clone_without_contents_does_not_fill_the_screen(report: LintReport) -> None:
    text = lint_text(replace(report, undecided=tuple(f"{n}.c: absent" for n in range(22)))).plain()
    assert text.count("\nnot checked: ") == 21
    assert text.endswith("\nnot checked: 19.c: absent\nnot checked: 2 more: --format json lists them\n")


def test_as_json(report: LintReport) -> None:
    asked = replace(report, symbols=(OLD,), defined=(Defined("F", ("K:1",)),), asked=("OLD", "F"))
    first = {"path": "a.c", "line": 7, "kind": "comment", "verb": "", "text": "// CONFIG_OLD \x1b[0m"}
    second = {"path": "b/Kconfig", "line": 7, "kind": "kconfig", "verb": "select", "text": "\tselect OLD"}
    rename = {"new": "NEW", "inverted": True, "commit": "96bc9567cbe1", "link": "", "version": "v5.2"}
    assert json.loads(dump(lint_json(asked))) == {
        "schema": 1,
        "base": {"rev": "v5.5", "commit": "d5226fa6dbae" + "0" * 28, "version": "5.5.0", "why": "as asked"},
        "undefined": [
            {
                "symbol": "OLD",
                "severity": "error",
                "places": [{**first, "weight": "text"}, {**second, "weight": "decides"}],
                "own": None,
                "near": "OLDER",
                "renames": [{**rename, "note": "mind it", "source": ""}],
            }
        ],
        "defined": [{"symbol": "F", "places": ["K:1"]}],
        "asked": ["OLD", "F"],
        "checked": ["2 Kconfig files"],
        "undecided": ["x.c: absent"],
        "left_out": ["tools/"],
    }
