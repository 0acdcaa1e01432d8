from __future__ import annotations

from patchtool.backport.adaptation.place import place
from patchtool.backport.adaptation.segments import segments
from patchtool.backport.adaptation.spots import Lost, Spot

from .trial import hunk, text

UPSTREAM = """\
#include <linux/mm.h>

void tlb_start(struct tlb *tlb);
void tlb_finish(struct tlb *tlb);
void tlb_remove(struct tlb *tlb);
"""
NEW = "void tlb_flush(struct tlb *tlb);"
CHANGED = UPSTREAM.replace("void tlb_finish", f"{NEW}\nvoid tlb_finish")


def placed(here: str, *, known: bool = True) -> Spot | Lost:
    upstream = text("a.h", UPSTREAM) if known else None
    (segment,) = segments(hunk("a.h", UPSTREAM, CHANGED), "a.h", upstream)
    return place(segment, text("a.h", here), upstream)


def test_between_two_lines_that_stand_side_by_side() -> None:
    here = UPSTREAM.replace("#include <linux/mm.h>\n\n", "int x;\n")
    assert placed(here) == Spot(2, 2, (NEW,), 1, 2)


def test_beside_one_where_the_other_is_gone() -> None:
    assert placed(UPSTREAM.replace("void tlb_finish(struct tlb *tlb);\n", "")) == Spot(3, 3, (NEW,), 2, 0)
    assert placed(UPSTREAM.replace("void tlb_start(struct tlb *tlb);\n", "")) == Spot(2, 2, (NEW,), 0, 2)


def test_beside_one_where_the_other_is_written_otherwise() -> None:
    here = UPSTREAM.replace("tlb_finish(struct tlb *tlb)", "tlb_finish(struct tlb *tlb, int end)")
    assert placed(here) == Spot(3, 3, (NEW,), 2, 0)
    assert placed(here, known=False) == Lost("no line around it is there", absent=True)


def test_nowhere_where_lines_came_between() -> None:
    here = UPSTREAM.replace("void tlb_finish", "void tlb_other(int x);\nvoid tlb_finish")
    assert placed(here) == Lost("no line around it is there", absent=True)
