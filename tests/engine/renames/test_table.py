"""Renames that a table declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.engine.renames.table import RenameTableError, declared


def test_the_shipped_table_can_be_read() -> None:
    rows = {rename.old: rename.new for rename in declared()}
    assert rows["HAVE_MMU_GATHER_PAGE_SIZE"] == "MMU_GATHER_PAGE_SIZE"
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
        '[[rename]]\nold = "A"\nnew = "A"\n',
        '[[rename]]\nold = "CONFIG_A"\nnew = "B"\n',
        '[[rename]]\nold = "A B"\nnew = "B"\n',
        '[[rename]]\nold = "A"\nnew = "B"\nkinds = []\n',
        '[[rename]]\nold = "A"\nnew = "B"\nkinds = ["codes"]\n',
        '[[rename]]\nold = "A"\nnew = "B"\naround = ["f("]\n',
        "[renames]\n",
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


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("commits = 'a'", "row 1: unknown key 'commits'", "commit is meant?"),
        ("qqq = 'a'", "row 1: unknown key 'qqq'", "known are: old, new, inverted"),
        ("kinds = ['codes']", "row 1: unknown kind 'codes'", "code is meant?"),
        ("inverted = 1", "row 1: `inverted` is no true or false", "known are: old, new, inverted"),
        ("kinds = ['code', 1]", "row 1: `kinds` is no list of texts", "known are: old, new, inverted"),
    ],
)
def test_an_error_names_the_row_and_what_is_meant(tmp_path: Path, line: str, said: str, hint: str) -> None:
    table = tmp_path / "mine.toml"
    table.write_text(f'[[rename]]\nold = "A"\nnew = "B"\n{line}\n')
    with pytest.raises(RenameTableError) as raised:
        declared((table,))
    assert raised.value.message == said
    assert raised.value.hint.startswith(hint)


def test_rows_are_followed_from_the_first_name_to_the_last(tmp_path: Path) -> None:
    table = tmp_path / "mine.toml"
    rows = [("A1A", "B1B", ""), ("B1B", "C1C", "inverted = true"), ("C1C", "D1D", "inverted = true")]
    rows += [("D1D", "A1A", "")]
    table.write_text(
        "".join(f'[[rename]]\nold = "{old}"\nnew = "{new}"\n{more}\n' for old, new, more in rows)
    )
    own = [row for row in declared((table,)) if row.source == str(table) and row.old == "A1A"]
    assert sorted((row.new, row.inverted) for row in own) == [("B1B", False), ("C1C", True), ("D1D", False)]


def test_the_shipped_rows_say_where_they_are_from() -> None:
    rows = declared()
    assert all(row.old != row.new and len(row.commit) in (0, 12) for row in rows)
    assert all(row.link.startswith("https://lore.kernel.org/r/") for row in rows if row.link)
    assert not any(row.commit and row.link for row in rows)


def test_several_rows_of_one_old_name() -> None:
    rows = [row for row in declared() if row.old == "HAVE_RCU_TABLE_FREE"]
    assert [(row.new, row.kinds) for row in rows] == [
        ("MMU_GATHER_RCU_TABLE_FREE", ()),
        ("MMU_GATHER_TABLE_FREE", ("code",)),
    ]
