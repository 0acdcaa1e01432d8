import json

import pytest

from patchtool.core.expr import And, Compare, M, N, Not, Or, Sym, Y
from patchtool.core.finding import Location
from patchtool.core.symbol import Default, Entry, Select, SymbolFacts
from patchtool.kconfig.outline import outline
from patchtool.kconfig.packing import (
    packed_facts,
    packed_outline,
    unpacked_facts,
    unpacked_outline,
)

WHEN = Or((And((Sym("A"), Not(Sym("B")), M)), Compare("C", "!=", '"x y"')))
FULL = SymbolFacts(
    "X",
    "tiny",
    "tristate",
    entries=(
        Entry(Location("a/Kconfig", 1), 'say "y"', WHEN, Y),
        Entry(Location("b/Kconfig", 2), "", N, Sym("D")),
    ),
    defaults=(Default("m", M, WHEN), Default('"text"', None, Y)),
    selected=(Select("P", "X", WHEN, Sym("Q"), Location("c/Kconfig", 3)),),
    implied=(Select("R", "X", Y, Y, Location("c/Kconfig", 4)),),
    selects=(
        Select("X", "T", WHEN, Y, Location("a/Kconfig", 5)),
        Select("X", "U", Y, Sym("D"), Location("b/Kconfig", 6)),
    ),
    implies=(Select("X", "V", Y, Sym("D"), Location("b/Kconfig", 7)),),
    ranges=(('"1"', "MAX", WHEN),),
    choice=("Y1", "Y2"),
    mandatory=True,
    is_menu=True,
    transitional=True,
    probed=True,
)
FACTS = {"X": FULL, "NONE": SymbolFacts("NONE", "tiny")}
TEXT = b'if A\nconfig B\n\tselect C if $(x,y)\n\tdefault D\nendif\nsource "e"\nchoice F\nendchoice\nz := 1\n'


def through_json(value):
    return json.loads(json.dumps(value))


def test_facts_come_back_as_they_were():
    found = unpacked_facts(through_json(packed_facts(FACTS)))
    assert (dict(found), len(found)) == (FACTS, 2)
    assert found.get("OTHER") is None


def test_outlines_come_back_as_they_were():
    assert unpacked_outline(through_json(packed_outline(outline(TEXT)))) == outline(TEXT)


@pytest.mark.parametrize("value", [None, [], {}, 3, ["x", {}], [1, 2], [packed_facts(FACTS)[0], {"X": "[]"}]])
def test_what_is_damaged_counts_as_absent(value):
    assert unpacked_facts(value) is None


@pytest.mark.parametrize("value", [None, {}, [1], [[]], [["config", 1]], [["what", *range(9)]]])
def test_a_damaged_outline_counts_as_absent(value):
    assert unpacked_outline(value) is None
