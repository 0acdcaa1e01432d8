"""A series through the model as text: narrow as sentences, wide as a table."""

from dataclasses import replace

import pytest

from kit import changed_lines, series
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.model import Matrix, MatrixCell, MatrixRow, ModelReport, PatchEffect
from patchtool.core.report import Base
from patchtool.report.matrix_text import matrix_text

PASS, FAIL = MatrixCell(Verdict.HOLDS), MatrixCell(Verdict.VIOLATED, ("order", "hw-uaf"))
WAIVED = MatrixCell(Verdict.HOLDS, waived=("order",))
OPEN = MatrixCell(Verdict.UNDECIDED, undecided=("order", "hw-uaf", "sw-uaf", "leak"))
CUT = MatrixCell(Verdict.UNDECIDED, undecided=("leak",))
RADIX, HASH, ARM = ("powerpc", "radix SMP"), ("powerpc", "hash SMP"), ("arm", "SMP")


def new(cell: MatrixCell) -> MatrixCell:
    return replace(cell, changed=True)


SERIES = series(*(changed_lines("mm/a.c", (["a"], ["b"])),) * 4)
BASE = Base("v5.5", "d" * 40, "5.5.0", "as asked")
REPORT = ModelReport("v5.5", "5.5.0", ())
WORSE = Finding(
    "model-regression",
    Severity.ERROR,
    Location("mm/a.c", 3, "v5.5+1/4"),
    "hw-uaf held for arm SMP, zap and is violated after this patch.",
    "k",
    "look",
    1,
    2,
    evidence=("arch/arm/Kconfig:7: more than a name changes here",),
)
FOUND = Matrix(
    groups=(("base",), ("1",), ("2", "3", "4")),
    rows=(
        MatrixRow((RADIX,), ("munmap", "exit"), (FAIL, new(FAIL), new(PASS))),
        MatrixRow((RADIX,), ("nested",), (FAIL, FAIL, new(WAIVED))),
        MatrixRow((ARM, HASH), ("munmap", "exit", "nested"), (PASS, PASS, PASS)),
        MatrixRow((ARM,), ("zap",), (PASS, new(FAIL), new(PASS))),
        MatrixRow((("sh", "SMP"),), ("munmap",), (OPEN, OPEN, new(CUT))),
        MatrixRow((("um", "UP"),), ("munmap",), (None, new(PASS), PASS)),
        MatrixRow((RADIX,), ("zap",), (PASS, PASS, PASS)),
    ),
    patches=(
        PatchEffect("1", (), ((RADIX, ("munmap", "exit")), (ARM, ("zap",))), (("sh", "SMP"),)),
        PatchEffect("2", (HASH, ARM), ((RADIX, ("munmap", "exit", "nested")),)),
        PatchEffect("3", (RADIX, HASH, ARM), ()),
        PatchEffect("4", (RADIX, HASH, ARM), ()),
    ),
    base=REPORT,
    last=REPORT,
    findings=(WORSE,),
    undecided=("sh SMP (munmap): mm/a.c:9: cannot be read",),
)
NARROW = """\
mmu_gather model of changes
on v5.5 (5.5.0): as asked; states: base, 1, 2-4

powerpc radix SMP
  munmap, exit:
    FAIL order hw-uaf -> still FAIL (1) -> PASS (2)
  nested:
    FAIL order hw-uaf -> PASS, order waived (2)
arm SMP
  zap:
    PASS -> FAIL order hw-uaf (1) -> PASS (2)
sh SMP
  every scenario:
    UNDECIDED -> UNDECIDED leak (2)
um UP
  every scenario:
    not there -> PASS (1)

the same in every state
  PASS
    arm SMP; powerpc hash SMP: munmap, exit, nested
    powerpc radix SMP: zap

1/4  program changed on 2, unknown on 1 of 3 configurations
       powerpc radix SMP: munmap, exit
       arm SMP: zap
2/4  program changed on 1, unchanged on 2 of 3 configurations
       powerpc radix SMP: munmap, exit, nested
3/4  program unchanged on 3 configurations
4/4  program unchanged on 3 configurations

v5.5+1/4:mm/a.c:3: error: [patch 1, gone after 2] model-regression
    hw-uaf held for arm SMP, zap and is violated after this patch.
    arch/arm/Kconfig:7: more than a name changes here
    hint: look

checked: 5 states, 5 configurations, 13 runs in each state
undecided: sh SMP (munmap): mm/a.c:9: cannot be read
"""
TABLE = """\
mmu_gather model of changes
on v5.5 (5.5.0): as asked; states: base, 1, 2-4

                  base               1                  2-4
powerpc radix SMP
  munmap, exit    FAIL order hw-uaf  FAIL order hw-uaf  PASS
  nested          FAIL order hw-uaf  .                  PASS, order waived
arm SMP
  zap             PASS               FAIL order hw-uaf  PASS
sh SMP
  every scenario  UNDECIDED          .                  UNDECIDED leak
um UP
  every scenario  not there          PASS               .
. the same program as in the state before
"""


def text(found: Matrix = FOUND, width: int = 80) -> str:
    return matrix_text(found, SERIES, BASE, width=width).plain()


def test_where_a_table_does_not_fit_each_row_is_a_sentence() -> None:
    assert text(width=73) == NARROW
    assert max(len(line) for line in NARROW.splitlines()) <= 73


def test_where_it_fits_there_is_a_table() -> None:
    head, _, rest = text().partition("\nthe same in every state\n")
    assert head == TABLE
    assert rest == NARROW.partition("\nthe same in every state\n")[2]


def test_long_rows_are_folded_and_nothing_is_cut() -> None:
    folded = text(width=44)
    prose = folded[: folded.index("\nv5.5+1/4")].splitlines()
    assert max(len(line) for line in prose) <= 44
    assert sorted(folded.split()) == sorted(NARROW.split())


def test_without_a_flip_it_says_so() -> None:
    still = replace(FOUND, rows=FOUND.rows[-1:], findings=(), undecided=())
    lines = text(still).splitlines()
    assert lines[3:7] == ["No verdict flips.", "", "the same in every state", "  PASS"]
    assert lines[-1] == "checked: 5 states, 1 configuration, 1 run in each state"


@pytest.mark.parametrize(("version", "said"), [("5.5.0", "on v5.5 (5.5.0): "), ("", "on v5.5: ")])
def test_the_base_is_named(version: str, said: str) -> None:
    base = replace(BASE, version=version)
    assert matrix_text(FOUND, SERIES, base, width=80).plain().splitlines()[1].startswith(said)
