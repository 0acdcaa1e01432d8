"""Renames that a series makes, and those that a table declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.engine.renames import RenameTableError, declared, inferred

from .diffs import changed_lines, series

ENTRY = changed_lines("mm/Kconfig", (["config FOO"], ["config BAR"]))
USE = changed_lines("arch/x/Kconfig", (["\tselect FOO"], ["\tselect BAR"]))
CODE = changed_lines("mm/a.c", (["#ifdef CONFIG_FOO"], ["#ifdef CONFIG_BAR"]))
TWICE = changed_lines("mm/b.c", (["#if IS_ENABLED(CONFIG_FOO) && X"], ["#if IS_ENABLED(CONFIG_BAR) && X"]))


def found(*diffs: bytes, before=("FOO",), after=("BAR",)) -> list[tuple]:
    renames = inferred(series(*diffs), before.__contains__, after.__contains__)
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
    assert found(USE + CODE, before=("FOO", "BAR"), after=("BAR",)) == []


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


def test_the_shipped_table_can_be_read() -> None:
    rows = {rename.old: rename.new for rename in declared()}
    assert rows["HAVE_RCU_TABLE_FREE"] == "MMU_GATHER_RCU_TABLE_FREE"
    assert all(rename.source == "rules/renames.toml" and rename.patch is None for rename in declared())


def test_a_table_of_the_users_own(tmp_path: Path) -> None:
    table = tmp_path / "mine.toml"
    table.write_text('[[rename]]\nold = "FOO"\nnew = "BAR"\ninverted = true\n')
    last = declared((table,))[-1]
    assert (last.old, last.new, last.inverted, last.source) == ("FOO", "BAR", True, str(table))
    table.write_text("")
    assert declared((table,)) == declared()


@pytest.mark.parametrize(
    "text",
    [
        "[[rename]\n",
        '[[rename]]\nold = "A"\n',
        '[[rename]]\nold = "A"\nnew = "B"\nmore = 1\n',
        '[[rename]]\nold = 1\nnew = "B"\n',
        '[[rename]]\nold = "A"\nnew = ["B"]\n',
        '[[rename]]\nold = "A"\nnew = "B"\ninverted = "no"\n',
        '[[rename]]\nold = ""\nnew = "B"\n',
        '[rename]\nold = "A"\nnew = "B"\n',
        "rename = 5\n",
        'rename = "AB"\n',
        "rename = [5]\n",
        "\xff",
    ],
)
def test_a_table_that_makes_no_sense_is_an_error_of_one_line(tmp_path: Path, text: str) -> None:
    table = tmp_path / "mine.toml"
    table.write_bytes(text.encode("latin-1"))
    with pytest.raises(RenameTableError) as raised:
        declared((table,))
    assert raised.value.at == str(table)
    assert "\n" not in str(raised.value)


def test_an_absent_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenameTableError, match=r"none\.toml: can't be read: No such file or directory"):
        declared((tmp_path / "none.toml",))
