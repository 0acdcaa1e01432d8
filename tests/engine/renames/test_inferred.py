"""Renames that a series makes."""

from __future__ import annotations

from patchtool.core.rename import Rename
from patchtool.engine.renames.inferred import inferred

from .diffs import changed_lines, series

HELP = ["\thelp", "\t  Frees a table only when nobody walks it."]
ENTRY = changed_lines("mm/Kconfig", (["config FOO", "\tbool", *HELP], ["config BAR", "\tbool", *HELP]))
USE = changed_lines("arch/x/Kconfig", (["\tselect FOO"], ["\tselect BAR"]))
CODE = changed_lines("mm/a.c", (["#ifdef CONFIG_FOO"], ["#ifdef CONFIG_BAR"]))
TWICE = changed_lines("mm/b.c", (["#if IS_ENABLED(CONFIG_FOO) && X"], ["#if IS_ENABLED(CONFIG_BAR) && X"]))


def whole(*diffs: bytes, before=("FOO",), after=("BAR",)) -> list[Rename]:
    return list(inferred(series(*diffs), before.__contains__, after.__contains__))


def found(*diffs: bytes, before=("FOO",), after=("BAR",)) -> list[tuple]:
    renames = whole(*diffs, before=before, after=after)
    return [(rename.old, rename.new, rename.patch, rename.source) for rename in renames]


def test_one_entry_is_enough() -> None:
    assert found(ENTRY) == [("FOO", "BAR", 1, "patch 1/1, 1 line")]


def test_uses_in_many_files() -> None:
    assert found(ENTRY + USE + CODE + TWICE) == [("FOO", "BAR", 1, "patch 1/1, 4 lines")]


def test_without_the_entry_it_takes_two_lines() -> None:
    assert found(USE) == []
    assert found(USE + CODE) == [("FOO", "BAR", 1, "patch 1/1, 2 lines")]


def test_a_lost_entry_is_a_rename_all_the_same() -> None:
    assert found(USE + CODE, after=("FOO",)) == [("FOO", "BAR", 1, "patch 1/1, 2 lines")]
    assert found(USE, after=("FOO",)) == []


def test_a_split_is_none() -> None:
    assert found(ENTRY + USE + CODE, after=("FOO", "BAR")) == []


def test_a_change_to_another_symbol_that_exists_is_none() -> None:
    assert found(USE + CODE, before=("FOO", "BAR"), after=("FOO", "BAR")) == []
    assert found(USE + CODE, before=("FOO", "BAR"), after=("FOO",)) == []


def test_a_symbol_that_goes_into_one_that_was_there_is_merged() -> None:
    assert whole(USE + CODE, before=("FOO", "BAR"), after=("BAR",)) == [
        Rename("FOO", "BAR", source="patch 1/1, 2 lines", patch=1, merged=True)
    ]
    dropped = changed_lines("mm/b.c", *((["#ifdef CONFIG_FOO"], ["#if 0"]) for _ in range(3)))
    assert found(USE + CODE + dropped, before=("FOO", "BAR"), after=("BAR",)) == []
    one_file = changed_lines("mm/a.c", *((["#ifdef CONFIG_FOO"], ["#ifdef CONFIG_BAR"]) for _ in range(3)))
    assert found(one_file, before=("FOO", "BAR"), after=("BAR",)) == []


def test_an_entry_that_is_lost_is_no_entry_of_another_tree() -> None:
    # BAR comes with another series, for these drivers only: FOO goes on for all others.
    drivers = [
        changed_lines(f"drivers/{n}/Kconfig", (["\tdepends on FOO"], ["\tdepends on BAR"])) for n in "abc"
    ]
    assert found(*drivers, after=("FOO",)) == []
    kept = changed_lines("drivers/d/Kconfig", (["\tdepends on FOO || X1X"], ["\tdepends on FOO"]))
    assert found(USE + CODE + kept, after=("FOO",)) == []


def test_one_into_two() -> None:
    codes = [changed_lines(f"mm/{n}.c", (["#ifdef CONFIG_FOO"], ["#ifdef CONFIG_BAZ"])) for n in "xyz"]
    selects = [changed_lines(f"arch/{n}/Kconfig", (["\tselect FOO"], ["\tselect BAR"])) for n in "ab"]
    assert whole(b"".join(codes + selects), after=("BAR", "BAZ")) == [
        Rename("FOO", "BAZ", source="patch 1/1, 3 lines", patch=1),
        Rename("FOO", "BAR", source="patch 1/1, 2 lines", patch=1, kinds=("select",)),
    ]


def test_two_into_one() -> None:
    other = USE.replace(b"FOO", b"OLD") + CODE.replace(b"FOO", b"OLD")
    assert found(USE + CODE + other, before=("FOO", "OLD")) == [
        ("FOO", "BAR", 1, "patch 1/1, 2 lines"),
        ("OLD", "BAR", 1, "patch 1/1, 2 lines"),
    ]


def test_an_entry_that_moves_to_another_file() -> None:
    body = ["\tbool", "\tdepends on MMU", *HELP]
    gone = changed_lines("arch/x/Kconfig", (["config FOO", *body], []))
    come = changed_lines("mm/Kconfig", ([], ["config BAR", *body]))
    assert found(gone + come) == [("FOO", "BAR", 1, "patch 1/1, 1 line")]
    assert found(come, gone) == [("FOO", "BAR", 2, "patch 2/2, 1 line")]
    unlike = changed_lines("mm/Kconfig", ([], ["config BAR", "\tbool", "\tdepends on SMP"]))
    assert found(gone + unlike) == []


def test_a_body_of_nothing_is_no_sign() -> None:
    head = changed_lines("mm/Kconfig", (["config HAVE_FOO"], ["config ARCH_WANTS_BAR"]))
    assert found(head, before=("HAVE_FOO",), after=("ARCH_WANTS_BAR",)) == []
    alike = changed_lines("mm/Kconfig", (["config HAVE_PAGE_FOO"], ["config PAGE_FOO"]))
    assert found(alike, before=("HAVE_PAGE_FOO",), after=("PAGE_FOO",)) != []


def test_an_old_name_that_stays_on_purpose() -> None:
    anew = changed_lines("mm/Kconfig", ([], ["config FOO", "\tbool", "\ttransitional"]))
    assert whole(ENTRY + USE + CODE + anew, after=("FOO", "BAR")) == [
        Rename("FOO", "BAR", source="patch 1/1, 3 lines", patch=1, kept=True)
    ]
    selects = changed_lines("mm/Kconfig", ([], ["config FOO", "\tbool", "\tselect BAR"]))
    assert whole(ENTRY + selects, after=("FOO", "BAR"))[0].kept
    default = changed_lines("mm/Kconfig", ([], ["config BAR", "\tdefault FOO"]))
    assert whole(ENTRY + default, after=("FOO", "BAR"))[0].kept
    # What FOO selects from now on is split off it: no entry moved.
    assert found(USE + CODE + selects, after=("FOO", "BAR")) == []


def test_a_polarity_that_changes_with_the_name() -> None:
    code = changed_lines("mm/a.c", (["#ifdef CONFIG_FOO"], ["#ifndef CONFIG_BAR"]))
    depends = changed_lines("mm/Kconfig", (["\tdepends on X1X && !FOO"], ["\tdepends on X1X && BAR"]))
    assert whole(code + depends) == [
        Rename("FOO", "BAR", inverted=True, source="patch 1/1, 2 lines", patch=1)
    ]
    assert not whole(code + USE + CODE)[0].inverted


def test_a_name_that_lives_within_the_series_is_passed_over() -> None:
    then = ENTRY.replace(b"BAR", b"BAZ").replace(b"FOO", b"BAR")
    assert [pair[:3] for pair in found(ENTRY, then, after=("BAZ",))] == [("FOO", "BAZ", 1), ("BAR", "BAZ", 2)]


def test_a_pair_of_one_entry_is_outvoted() -> None:
    entries = changed_lines("mm/Kconfig", (["config PAGE_FOO_X"], ["config PAGE_FOO_Y"]))
    users = [changed_lines(f"mm/{n}.c", (["#ifdef CONFIG_PAGE_FOO_X"], ["#ifdef CONFIG_BAR"])) for n in "abc"]
    names = {"before": ("PAGE_FOO_X",), "after": ("PAGE_FOO_Y", "BAR")}
    assert [pair[:2] for pair in found(entries, **names)] == [("PAGE_FOO_X", "PAGE_FOO_Y")]
    assert [pair[:2] for pair in found(entries + b"".join(users), **names)] == [("PAGE_FOO_X", "BAR")]


def test_what_nobody_defined_is_not_renamed() -> None:
    assert found(USE + CODE, before=()) == []


def test_over_two_patches_it_starts_with_the_first() -> None:
    assert found(USE, CODE) == [("FOO", "BAR", 1, "patch 1/2, 2 lines")]
    assert found(changed_lines("x.c", (["a"], ["b"])), CODE, ENTRY) == [
        ("FOO", "BAR", 2, "patch 2/3, 2 lines")
    ]


def test_twice_on_one_line() -> None:
    line = changed_lines("mm/Kconfig", (["\tdepends on FOO || !FOO"], ["\tdepends on BAR || !BAR"]))
    assert found(line + CODE) == [("FOO", "BAR", 1, "patch 1/1, 2 lines")]
    once = changed_lines("mm/Kconfig", (["\tdepends on FOO || !FOO"], ["\tdepends on BAR || !FOO"]))
    assert found(once + CODE) == [("FOO", "BAR", 1, "patch 1/1, 2 lines")]


def test_a_line_in_which_two_symbols_change_is_no_sign() -> None:
    both = changed_lines("mm/Kconfig", (["\tdepends on FOO && X_A"], ["\tdepends on BAR && X_B"]))
    assert found(both + both) == []
    pairs = found(both + both, before=("FOO", "X_A"), after=("BAR", "X_B"))
    assert [pair[:2] for pair in pairs] == [("FOO", "BAR"), ("X_A", "X_B")]


def test_names_that_are_parts_of_others() -> None:
    longer = changed_lines(
        "mm/a.c", (["CONFIG_FOO_X"], ["CONFIG_BAR_X"]), (["CONFIG_FOO_X y"], ["CONFIG_BAR_X y"])
    )
    assert found(longer) == []
    assert found(longer, before=("FOO", "FOO_X"), after=("BAR", "BAR_X")) == [
        ("FOO_X", "BAR_X", 1, "patch 1/1, 2 lines")
    ]
    grown = changed_lines(
        "mm/a.c", (["CONFIG_FOO"], ["CONFIG_FOO_X"]), (["y CONFIG_FOO"], ["y CONFIG_FOO_X"])
    )
    assert found(grown, after=("FOO_X",)) == [("FOO", "FOO_X", 1, "patch 1/1, 2 lines")]


def test_several_at_once_in_the_order_of_the_series() -> None:
    other = ENTRY.replace(b"FOO", b"OLD").replace(b"BAR", b"NEW")
    names = [pair[:3] for pair in found(other, ENTRY, before=("FOO", "OLD"), after=("BAR", "NEW"))]
    assert names == [("OLD", "NEW", 1), ("FOO", "BAR", 2)]


def test_lines_of_one_run_are_paired_whatever_stands_between() -> None:
    old, new = ["\tselect A1X if Q", "\tselect FOO"], ["\tselect BAR", "\tselect ZZZ if Y && Z"]
    run = changed_lines("mm/Kconfig", (old, new))
    assert found(run + CODE) == [("FOO", "BAR", 1, "patch 1/1, 2 lines")]


def test_an_entry_in_a_file_that_is_no_kconfig_is_a_line_like_others() -> None:
    assert found(changed_lines("Documentation/a.rst", (["config FOO"], ["config BAR"]))) == []


def test_c_words_are_no_symbols() -> None:
    text = changed_lines("mm/a.c", (["foo(a)"], ["bar(a)"]), (["foo(b)"], ["bar(b)"]))
    assert found(text, before=("foo",), after=("bar",)) == []
