from __future__ import annotations

import pytest

from patchtool.backport.adaptation.edits import edited
from patchtool.backport.adaptation.fit import Placed, Source, fit
from patchtool.backport.adaptation.spots import Lost
from patchtool.core.adapt import Act

from .trial import hunk, text

UPSTREAM = """\
config FREE
	bool

config PAGE_SIZE
	bool "size"

config S390
	def_bool y
	select HAVE_A
	select HAVE_FREE
	select HAVE_REGS
	select HAVE_STACK
	default y
	help
		Text.

config LAST
	bool
"""


def fitted(before: str, after: str, here: str) -> str | Lost:
    source = Source("Kconfig", 1, hunk("Kconfig", before, after), text("Kconfig", before))
    found = fit(source, text("Kconfig", here), "old")
    if isinstance(found, Lost):
        return found
    assert isinstance(found, Placed)
    return "\n".join(edited(text("Kconfig", here).lines, found.edits))


def changed(one: str, other: str, here: str) -> str | Lost:
    return fitted(UPSTREAM, UPSTREAM.replace(one, other), here)


@pytest.mark.parametrize("known", [True, False])
def test_a_select_is_changed_in_its_entry_whatever_its_neighbours_are(known: bool) -> None:
    here = "config X\n\tselect HAVE_FREE\n\nconfig S390\n\tselect NEW\n\tselect HAVE_FREE\n\tselect OTHER\n"
    change = hunk("Kconfig", UPSTREAM, UPSTREAM.replace("select HAVE_FREE", "select GATHER_FREE"))
    found = fit(
        Source("Kconfig", 1, change, text("Kconfig", UPSTREAM) if known else None),
        text("Kconfig", here),
        "old",
    )
    assert isinstance(found, Placed)
    assert [(edit.line, edit.removed, edit.added) for edit in found.edits] == [
        (6, ("\tselect HAVE_FREE",), ("\tselect GATHER_FREE",))
    ]
    assert [(step.act, step.at.line) for step in found.steps] in ([(Act.KCONFIG, 6)], [(Act.CONTEXT, 6)])


def test_a_removed_select_that_is_conditional_here_is_no_equal() -> None:
    here = "config S390\n\tselect HAVE_FREE if SMP\n"
    assert changed("\tselect HAVE_FREE\n", "", here) == Lost("`select HAVE_FREE` is not there in S390", (2,))


def test_a_removed_select_that_is_nowhere_is_absent() -> None:
    found = changed("\tselect HAVE_FREE\n", "", "config S390\n\tselect OTHER\n")
    assert found == Lost("`select HAVE_FREE` is not there in S390", absent=True)
    assert changed("\tselect HAVE_FREE\n", "", "config X\n\tbool\n") == Lost("no entry of S390", absent=True)


def test_an_added_select_goes_where_a_sorted_list_wants_it() -> None:
    here = "config S390\n\tselect A\n\tselect B\n\tselect Z\n"
    found = changed("\tselect HAVE_REGS\n", "\tselect HAVE_NEW\n\tselect HAVE_REGS\n", here)
    assert found == "config S390\n\tselect A\n\tselect B\n\tselect HAVE_NEW\n\tselect Z\n"


def test_an_added_select_goes_behind_the_nearest_line_that_is_there() -> None:
    here = "config S390\n\tselect Z\n\tselect HAVE_A\n\tselect B\n"
    found = changed("\tselect HAVE_REGS\n", "\tselect HAVE_NEW\n\tselect HAVE_REGS\n", here)
    assert found == "config S390\n\tselect Z\n\tselect HAVE_A\n\tselect HAVE_NEW\n\tselect B\n"


def test_what_only_its_place_gives_a_meaning_is_not_placed() -> None:
    found = changed(
        "\tdefault y\n", "\tdefault n if X\n\tdefault y\n", "config S390\n\tselect B\n\tdefault m\n"
    )
    assert found == Lost("its place in S390 has a meaning, and its neighbours are not there")


def test_an_entry_is_renamed_and_removed_where_it_is() -> None:
    here = 'config OTHER\n\tbool\n\nconfig PAGE_SIZE\n\tbool "size"\n\nconfig MORE\n\tbool\n'
    assert changed("config PAGE_SIZE", "config GATHER_SIZE", here) == here.replace("PAGE_SIZE", "GATHER_SIZE")
    found = changed('config PAGE_SIZE\n\tbool "size"\n\n', "", here)
    assert found == "config OTHER\n\tbool\n\nconfig MORE\n\tbool\n"


def test_an_entry_that_says_more_here_is_not_removed() -> None:
    here = 'config PAGE_SIZE\n\tbool "size"\n\tdepends on X\n\nconfig MORE\n\tbool\n'
    found = changed('config PAGE_SIZE\n\tbool "size"\n\n', "", here)
    assert found == Lost("the entry of PAGE_SIZE says more than upstream", (1,))


def test_a_new_entry_goes_behind_the_same_neighbour_and_its_help() -> None:
    here = "config S390\n\tdef_bool y\n\thelp\n\t  Other\n\n\t  text.\n\n# about more\nconfig MORE\n\tbool\n"
    found = changed("config LAST", "config NEW\n\tbool\n\tselect A\n\nconfig LAST", here)
    new = "\nconfig NEW\n\tbool\n\tselect A\n"
    assert found == here.replace("text.\n", f"text.\n{new}")


def test_a_new_entry_without_a_neighbour_has_no_place() -> None:
    found = changed("config LAST", "config NEW\n\tbool\n\nconfig LAST", "config X\n\tbool\n")
    assert isinstance(found, Lost)
    assert found.reason == ("neither the entry before the new one (S390) nor the one behind it is there once")
