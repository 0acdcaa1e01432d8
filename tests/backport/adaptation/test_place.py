from __future__ import annotations

from patchtool.backport.adaptation.place import place
from patchtool.backport.adaptation.segments import segments
from patchtool.backport.adaptation.spots import Lost, Spot
from patchtool.backport.adaptation.text import Text

from .trial import hunk, text

UPSTREAM = """\
static void first(struct tlb *tlb)
{
	prepare(tlb);
	flush(tlb);
	done(tlb);
}

static void second(struct tlb *tlb)
{
	prepare(tlb);
	flush(tlb);
}
"""
CHANGED = UPSTREAM.replace("\tflush(tlb);\n\tdone", "\tflush_all(tlb);\n\tdone")


def placed(here: str, *, known: bool = True, before: str = UPSTREAM, after: str = CHANGED) -> Spot | Lost:
    upstream: Text | None = text("a.c", before) if known else None
    (segment,) = segments(hunk("a.c", before, after), "a.c", upstream)
    return place(segment, text("a.c", here), upstream)


def test_a_line_is_found_in_the_function_that_it_belongs_to() -> None:
    here = UPSTREAM.replace("\tdone(tlb);\n", "").replace("static void first", "int x;\n\nstatic void first")
    assert placed(here) == Spot(5, 6, ("\tflush_all(tlb);",), 3, 0)


def test_a_copy_in_another_function_is_no_place() -> None:
    here = UPSTREAM.replace("\tflush(tlb);\n\tdone", "\tflush_range(tlb);\n\tdone")
    assert placed(here) == Lost("its lines are there, but not in first", (11,), absent=True)


def test_two_places_in_one_function_are_none() -> None:
    here = UPSTREAM.replace("\tdone(tlb);\n", "\tagain(tlb);\n\tprepare(tlb);\n\tflush(tlb);\n")
    assert placed(here) == Lost("2 places fit equally", (4, 7))


def test_what_is_gone_is_absent() -> None:
    assert placed("int x;\n") == Lost("the lines it removes are not there", absent=True)


def test_a_part_of_equal_lines_has_no_place() -> None:
    before = "void f(void)\n{\n\ttwice(a);\n\ttwice(a);\n\tother(a);\n}\n"
    after = before.replace("\ttwice(a);\n", "", 1)
    found = placed(before.replace("other", "changed"), before=before, after=after)
    assert isinstance(found, Lost)


def test_without_upstream_one_neighbour_is_not_enough() -> None:
    here = UPSTREAM.replace("\tdone(tlb);\n", "").replace(
        "\tprepare(tlb);\n\tflush", "\tready(tlb);\n\tflush", 1
    )
    assert placed(here) == Spot(3, 4, ("\tflush_all(tlb);",), 0, 0)
    assert placed(here, known=False) == Lost("nothing beside its lines says that this is the place", (4,))


def test_blank_lines_are_as_upstream_leaves_them() -> None:
    before = "int pgtable;\n\n#ifdef CONFIG_SMP\nvoid pgtable_free(void *table);\n#endif\n"
    after = "int pgtable;\n\nvoid pgtable_free(void *table);\n#endif\n"
    here = before.replace("pgtable;\n\n", "pgtable;\n").replace("(void *table)", "(void\n\t*table)")
    assert placed(here, before=before, after=after) == Spot(1, 2, ("",), 1, 2)
