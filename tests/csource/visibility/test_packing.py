import json

import pytest

from patchtool.core.code import Configuration, HiddenUse, ReachedError
from patchtool.core.finding import Location, Verdict
from patchtool.csource.visibility.inspect import CodeFound
from patchtool.csource.visibility.packing import is_whole, packed_found, unpacked_found

WHERE = Configuration("arm", (("LPAE", "y"),), (("SMP", "y"),))
USE = HiddenUse(
    at=Location("mm/memory.c", 330),
    name="freed_tables",
    owner="mmu_gather",
    member=True,
    unit="mm/memory.c",
    where=WHERE,
    verdict=Verdict.VIOLATED,
    defined=(Location("include/asm-generic/tlb.h", 7),),
    reason="",
    among=("arm", "x86"),
    through=("PUD_SHIFT",),
)
ERROR = ReachedError(Location("a.h", 3), "no", "mm/fork.c", WHERE, Verdict.UNDECIDED, "too many", ("arm",))
FOUND = CodeFound((USE,), (ERROR,), ("a.h: trace points are not examined",))


def test_what_was_found_comes_back_from_json():
    assert unpacked_found(json.loads(json.dumps(packed_found(FOUND)))) == FOUND
    assert unpacked_found(packed_found(CodeFound())) == CodeFound()


@pytest.mark.parametrize(
    "value",
    [None, {}, [], [[], []], [[["mm/a.c"]], [], []], [[], [[["a.h", "3"], "no"]], []], [[], [["a.h"]], []]],
)
def test_anything_else_is_nothing(value):
    assert unpacked_found(value) is None


def test_what_could_not_be_read_is_looked_for_again():
    assert is_whole(FOUND)
    assert not is_whole(CodeFound(notes=("code of a.c on arm: no blob",)))
    unread = ReachedError(ERROR.at, "no", "a.c", WHERE, Verdict.UNDECIDED, "its Kconfig is not read: no blob")
    assert not is_whole(CodeFound(errors=(unread,)))
