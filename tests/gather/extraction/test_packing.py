"""Extractions come back as they went in."""

from __future__ import annotations

import json

import pytest
from toy_tree import FILES, Tree, program

from patchtool.core.finding import Location
from patchtool.gather.extraction.extract import Undecided
from patchtool.gather.extraction.packing import Extracted, packed, unpacked
from patchtool.gather.machine.program import Effect, Kind, Reach, Scope, assemble

AT = Location("mm/mmu_gather.c", 7)
SMALL = assemble(
    [[Effect(Kind.TLBI, scope=Scope.ALL, reach=Reach.IPI, function="f", at=AT), Effect(Kind.FREE, (1,))]]
)
WHOLE = Extracted(
    (
        ("munmap", program(Tree(FILES))),
        ("exit", SMALL),
        ("nested", SMALL),
        ("zap", Undecided("why", "a.c:1")),
    ),
    software=True,
    notes=("a note",),
)


@pytest.mark.parametrize(
    "found",
    [
        WHOLE,
        Extracted(),
        Extracted(lacking=("A",)),
        Extracted(refused=("A=y: no",)),
        Extracted(undecided=Undecided("no gather")),
    ],
)
def test_there_and_back(found):
    assert unpacked(json.loads(json.dumps(packed(found)))) == found


def test_equal_programs_are_held_once():
    assert [name for name, _ in packed(WHOLE)["table"]] == [WHOLE.programs[0][1].id, SMALL.id]


@pytest.mark.parametrize(
    "junk", [None, [], {}, packed(WHOLE) | {"table": []}, packed(WHOLE) | {"table": [[1]]}]
)
def test_anything_else_is_nothing(junk):
    assert unpacked(junk) is None
