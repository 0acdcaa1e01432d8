from __future__ import annotations

from patchtool.backport.adaptation.text import identifiers, telling, tokens
from patchtool.engine.touched import is_kconfig

from .trial import text


def test_line_breaks_in_c_are_no_difference_and_those_of_directives_are() -> None:
    assert tokens("a.c", ["int f(int a,", "\t  int b);"]) == tokens("a.c", ["int f(int a, int b);"])
    assert tokens("a.c", ["#define A", "b;"]) != tokens("a.c", ["#define A b;"])
    assert tokens("a.c", ["#define A \\", "b;"])[:3] == ("#", "define", "A")


def test_a_kconfig_line_is_a_line_and_its_blanks_are_none() -> None:
    assert tokens("Kconfig", ["\tselect A\t\tif B"]) == tokens("Kconfig", ["\tselect A if B"])
    assert tokens("Kconfig", ["\tselect A", "\tif B"]) != tokens("Kconfig", ["\tselect A if B"])


def test_other_files_are_compared_as_they_are() -> None:
    assert tokens("a.py", ["    return 1"]) != tokens("a.py", ["return 1"])
    assert tokens("a.py", ["   "]) == ()


def test_a_wrapped_prototype_is_found_and_half_a_line_is_not() -> None:
    here = text("a.c", "int f(int a,\n      int b)\n{\n}\n")
    assert list(here.occurrences(["int f(int a, int b)"])) == [(0, 2)]
    assert list(here.occurrences(["int f(int a"])) == []
    assert list(here.occurrences(["{", "}"])) == [(2, 4)]
    assert list(here.occurrences([""])) == []


def test_neighbours_agree_as_far_as_they_do() -> None:
    here = text("a.c", "one();\ntwo();\n\nthree();\nfour();\n")
    assert here.agrees_before(3, ["zero();", "one();", "two();"]) == 2
    assert here.agrees_after(3, ["three();", "five();"]) == 1
    assert (here.blanks_before(3), here.blanks_after(2), here.blanks_after(5)) == (1, 1, 0)


def test_what_tells() -> None:
    lines = ("}", "return 0;", "#endif", "\tselect FOO_BAR", "tlb_flush(tlb);")
    assert [telling(line) for line in lines] == [False, False, False, True, True]
    assert identifiers(["static void tlb_flush(struct mmu_gather *tlb)", "tlb_flush(x)"]) == (
        "tlb_flush",
        "mmu_gather",
    )
    assert is_kconfig("arch/Kconfig")
    assert is_kconfig("arch/arm/Kconfig.debug")
    assert not is_kconfig("scripts/kconfig/conf.c")
