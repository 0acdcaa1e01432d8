"""A survey out of a cache file: what it was, or nothing."""

from __future__ import annotations

import json

import pytest

from patchtool.core.lint import Place, Weight
from patchtool.core.tree import Use, UseKind
from patchtool.engine.lint.survey import Counts, Survey, from_json, to_json

SURVEY = Survey(
    places={
        "A": (
            Place(Use("mm/Kconfig", 3, "A", UseKind.KCONFIG, "\tselect A", "select"), Weight.DECIDES),
            Place(Use("mm/\udce9.c", 1, "A", UseKind.COMMENT, "\udcff CONFIG_A"), Weight.TEXT),
        ),
        "B": (),
    },
    own={"A": "mm/a.c:3"},
    near={"A": "AB"},
    counts=Counts(2, 3, 4, 5),
    absent=("mm/b.c",),
)


def kept() -> dict[str, object]:
    value: dict[str, object] = json.loads(json.dumps(to_json(SURVEY)))
    return value


def test_it_comes_back_as_it_was() -> None:
    assert from_json(kept()) == SURVEY


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"places": {}}])
def test_something_else_is_none(value: object) -> None:
    assert from_json(value) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("places", []),
        ("places", {"A": [1]}),
        ("places", {"A": [["p", 1, "code", "text", ""]]}),
        ("places", {"A": [["p", "1", "code", "text", "", "text"]]}),
        ("places", {"A": [["p", 1, "nothing", "text", "", "text"]]}),
        ("places", {"A": [["p", 1, "code", "text", "", "heavy"]]}),
        ("places", {"A": [["p", 1, "code", None, "", "text"]]}),
        ("own", {"A": 1}),
        ("near", None),
        ("counts", {"files": 1}),
        ("counts", {"files": "x", "defined": 1, "names": 1, "pasted": 1}),
        ("absent", [1]),
        ("absent", None),
    ],
)
def test_what_is_damaged_is_none(key: str, value: object) -> None:
    assert from_json({**kept(), key: value}) is None
