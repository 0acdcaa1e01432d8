"""What a changed line is without its symbols."""

from __future__ import annotations

import pytest

from patchtool.engine.renames.skeleton import Skeleton, skeleton

from .diffs import changed_lines, series


def read(path: str, text: str, *prose: str) -> Skeleton | None:
    change = series(changed_lines(path, ([text], []))).patches[0].files[0]
    return skeleton(change, change.hunks[0].lines[0], frozenset(prose))


@pytest.mark.parametrize(
    ("path", "one", "other", "turned"),
    [
        ("a.c", "#ifdef CONFIG_FOO", "#ifndef CONFIG_BAR", True),
        ("a.c", "#ifdef CONFIG_FOO", "# if !defined(CONFIG_BAR)", True),
        ("a.c", "#if defined(CONFIG_FOO) && X", "#if ! defined CONFIG_BAR && X", True),
        ("a.c", "if (IS_ENABLED(CONFIG_FOO))", "if (!IS_ENABLED(CONFIG_BAR))", True),
        ("a.c", "#ifdef CONFIG_FOO_MODULE", "#ifdef CONFIG_BAR_MODULE", False),
        ("Kconfig", "\tdepends on FOO", "\tdepends on !BAR", True),
        ("Kconfig", "\tdepends on FOO=n", "\tdepends on BAR", True),
        ("Kconfig", "config FOO", "config BAR", False),
        ("Makefile", "ifdef CONFIG_FOO", "ifndef CONFIG_BAR", True),
        ("Makefile", "ifeq ($(CONFIG_FOO),y)", "ifneq ($(CONFIG_BAR),y)", True),
        ("Makefile", "obj-$(CONFIG_FOO) += a.o", "obj-$(CONFIG_BAR) += a.o", False),
    ],
)
def test_lines_of_one_shape(path: str, one: str, other: str, turned: bool) -> None:
    first, second = read(path, one), read(path, other)
    assert first
    assert second
    assert first.shape == second.shape
    assert (first.names, second.names) == (("FOO",), ("BAR",))
    assert (first.negated != second.negated) is turned


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("a.c", "#ifdef CONFIG_FOO", "#endif /* CONFIG_FOO */"),
        ("a.c", "#ifdef CONFIG_FOO", "#ifdef CONFIG_FOO_MODULE"),
        ("Kconfig", "\tselect FOO", "\timply FOO"),
        ("Kconfig", "\tselect FOO", "\tselect FOO if X1X"),
        ("Makefile", "obj-$(CONFIG_FOO) += a.o", "obj-$(CONFIG_FOO) += b.o"),
    ],
)
def test_lines_that_differ_in_more(path: str, one: str, other: str) -> None:
    first, second = read(path, one), read(path, other)
    assert first
    assert second
    assert first.shape != second.shape


def test_what_each_name_stands_in() -> None:
    for text, kinds in (
        ("\tselect FOO if BAR", ("select", "if")),
        ('\tbool "x" if BAR', ("prompt-if",)),
        ("\tvisible if BAR", ("visible",)),
        ("if BAR", ("if",)),
        ("\t  Say CONFIG_FOO here", ("help",)),
        ("menuconfig FOO", ("definition",)),
    ):
        line = read("mm/Kconfig", text)
        assert line
        assert line.kinds == kinds


def test_which_lines_are_plain_and_which_tell_a_polarity() -> None:
    def facts(path: str, text: str) -> tuple[bool, bool]:
        line = read(path, text)
        assert line
        return line.plain, line.tells

    assert facts("a.c", "#ifdef CONFIG_FOO") == (True, True)
    assert facts("a.c", "#endif /* CONFIG_FOO */") == (True, False)
    assert facts("a.c", "if (IS_ENABLED(CONFIG_FOO) && ready)") == (False, True)
    assert facts("Kconfig", "\tselect FOO") == (True, True)
    assert facts("Kconfig", "config FOO") == (True, False)
    assert facts("Makefile", "obj-$(CONFIG_FOO) += a.o") == (False, False)
    assert facts("arch/x/configs/a_defconfig", "# CONFIG_FOO is not set") == (True, False)


def test_bare_names() -> None:
    assert read("a.c", "FOO(x);", "FOO") is None
    assert read("a.c", " * FOO is set", "FOO") is not None
    assert read("a.c", " * FOO is set") is None
    assert read("Documentation/a.rst", "needs FOO", "FOO") is not None
    assert read("a.c", "int x;") is None
