"""The same text with colour and without."""

from __future__ import annotations

import io
import re

import pytest

from patchtool.report.console import STYLES, Lines

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def lines() -> Lines:
    out = Lines()
    for style in STYLES:
        out.add((f"{style}: ", style), "[bold]kept[/bold] [/x] arr[i] :warning: http://a.example/b")
    out.add("")
    out.add("\tselect A", ("  " + "long " * 60, "dim"), "  ")
    out.add("\x1b]0;title\x07", ("\u202e", "unknown style"), "梁\udcff")
    return out


def test_plain(lines: Lines) -> None:
    marked = "[bold]kept[/bold] [/x] arr[i] :warning: http://a.example/b\n"
    assert lines.plain() == (
        "".join(f"{style}: {marked}" for style in STYLES)
        + "\n\tselect A  " + "long " * 60 + "  \n"
        + "\\x1b]0;title\\x07\\u202e梁\\xff\n"
    )  # fmt: skip


def test_colour_adds_nothing_but_colour(lines: Lines) -> None:
    coloured = lines.coloured()
    assert COLOUR.sub("", coloured) == lines.plain()
    assert coloured.count("\x1b[1;31m") == 2  # error and bad


def test_a_part_stays_on_its_line() -> None:
    out = Lines()
    out.add("subject\nchecked: all is well", ("\n", "head"))
    assert out.plain() == "subject\\nchecked: all is well\\n\n"


def test_write(lines: Lines) -> None:
    plain, coloured = io.StringIO(), io.StringIO()
    lines.write(plain, colour=False)
    lines.write(coloured, colour=True)
    assert (plain.getvalue(), coloured.getvalue()) == (lines.plain(), lines.coloured())


def test_a_sentence_is_folded_on_a_terminal_and_hangs_below_its_first_word() -> None:
    out = Lines()
    out.add("code " * 20)
    out.words("checked", "short")
    out.words("not checked", "one two three four five six seven eight nine ten", (" [rule]", "dim"))
    out.words("note", "a " + "very/long/path" * 4 + " stays whole")
    folded = [
        "code " * 20,
        "checked: short",
        "not checked: one two three four five six",
        "             seven eight nine ten [rule]",
        "note: a",
        "      " + "very/long/path" * 4,
        "      stays whole",
    ]
    assert out.plain(width=43).splitlines() == folded
    assert COLOUR.sub("", out.coloured(width=43)).splitlines() == folded
    assert "\x1b[1mnot checked: \x1b[0m" in out.coloured(width=43)
    assert len(out.plain().splitlines()) == 4


def test_on_a_narrow_terminal_nothing_hangs() -> None:
    out = Lines()
    out.words("not checked", "one two three four five six seven eight nine")
    assert out.plain(width=40).splitlines() == [
        "not checked: one two three four five six",
        "seven eight nine",
    ]
