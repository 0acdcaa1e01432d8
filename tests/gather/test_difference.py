"""Where programs part, and which patches are about names alone."""

import pytest

from kit import changed_lines, patch
from patchtool.core.finding import Location
from patchtool.gather.difference import Parting, Renaming, first_difference, renaming
from patchtool.gather.machine.program import Effect, Kind, assemble
from patchtool.mail.series import read_series

UNHOOK, FLUSH, FREE = Effect(Kind.UNHOOK, (1,)), Effect(Kind.FLUSH), Effect(Kind.FREE, (1,), function="f")
OK, FAIL = (Effect(Kind.CHOICE, question="alloc", answer=answer) for answer in ("ok", "fail"))


def test_equal_programs_do_not_part():
    assert first_difference(assemble([[UNHOOK, FREE]]), assemble([[UNHOOK, FREE]])) is None


def test_the_first_effect_that_differs_is_named_on_both_sides():
    before, after = assemble([[UNHOOK, FREE, FLUSH]]), assemble([[UNHOOK, FLUSH]])
    assert first_difference(before, after) == Parting(FREE, FLUSH)


def test_one_may_have_ended():
    before, after = assemble([[UNHOOK]]), assemble([[UNHOOK, FLUSH]])
    assert first_difference(before, after) == Parting(None, FLUSH)


def test_choices_are_followed_by_their_answers():
    before = assemble([[OK, UNHOOK], [FAIL, FLUSH, FREE]])
    after = assemble([[OK, UNHOOK], [FAIL, FLUSH, UNHOOK]])
    assert first_difference(before, after) == Parting(FREE, UNHOOK)
    assert first_difference(before, assemble([[UNHOOK]])) == Parting(OK, UNHOOK)


def test_an_answer_less_is_a_difference():
    other = Effect(Kind.CHOICE, question="alloc", answer="later")
    before = assemble([[OK, UNHOOK], [FAIL, FLUSH]])
    assert first_difference(before, assemble([[OK, UNHOOK], [other, FLUSH]])) == Parting(OK, OK)


RENAMED = changed_lines("a.c", (["#ifdef CONFIG_HAVE_X"], ["#ifdef CONFIG_GATHER_X"]), (["y();"], ["y();"]))


def test_a_symbol_exchanged_everywhere_is_a_renaming():
    kconfig = changed_lines(
        "Kconfig", (["\tselect HAVE_X", "\tselect Y"], ["\tselect Y", "\tselect GATHER_X"])
    )
    assert renaming(patch(RENAMED + kconfig)) == Renaming((("HAVE_X", "GATHER_X"),), ())


def test_comments_and_documentation_do_not_count():
    prose = changed_lines("a.h", ([" * HAVE_X does it"], [" * GATHER_X is what does", " * it"]))
    book = changed_lines("Documentation/x.rst", (["HAVE_X"], ["words, many", "and more"]))
    assert renaming(patch(RENAMED + prose + book)) == Renaming((("HAVE_X", "GATHER_X"),), ())


def test_the_line_that_does_more_is_named():
    more = changed_lines("Kconfig", (["\tselect HAVE_X if SMP"], ["\tselect GATHER_X"]))
    found = renaming(patch(RENAMED + RENAMED.replace(b"a.c", b"b.c") + more))
    assert found == Renaming((("HAVE_X", "GATHER_X"),), (Location("Kconfig", 1),))


@pytest.mark.parametrize(
    "text",
    [
        changed_lines("a.c", (["x();"], ["y();"])),
        changed_lines("a.c", (["if (FOO)"], ["if (BAR)"]), (["if (FOO) x();"], ["if (BAZ) y();"])),
        changed_lines("a.c", (["use(FOO);"], ["use(BAR);"]), (["gone();"], []), ([], ["new();"])),
    ],
    ids=["no symbol", "a name with two others", "as much else"],
)
def test_other_patches_are_none(text):
    assert renaming(patch(text)) is None


def test_of_v1_the_patches_that_say_so_rename(series):
    found = {p.n: renaming(p) for p in read_series(str(series / "v1.mbox")).patches}
    assert {n: r.names for n, r in found.items() if r} == {
        6: (("HAVE_RCU_TABLE_FREE", "MMU_GATHER_RCU_TABLE_FREE"),),
        7: (("HAVE_MMU_GATHER_PAGE_SIZE", "MMU_GATHER_PAGE_SIZE"),),
        8: (("HAVE_MMU_GATHER_NO_GATHER", "MMU_GATHER_NO_GATHER"),),
    }
    assert [str(at) for at in found[6].others] == ["arch/sparc/Kconfig:19"]


def test_of_v4_patch_6_drops_a_condition_on_sparc(real_mails):
    found = {p.n: renaming(p) for p in read_series(str(real_mails / "v4.mbox")).patches}
    assert [n for n, r in found.items() if r] == [6, 7, 8]
    assert [str(at) for at in found[6].others] == ["arch/sparc/Kconfig:67"]
    assert found[7].others == found[8].others == ()
