"""A line with its condition turned round, and the code that a condition is for."""

from __future__ import annotations

import pytest

from patchtool.core.tree import Use, UseKind
from patchtool.core.wording import guarded, inverted


@pytest.mark.parametrize(
    ("text", "kind", "verb", "opposite"),
    [
        ("#ifdef CONFIG_A", UseKind.CODE, "", "#ifndef CONFIG_B"),
        ("# ifndef CONFIG_A /* x */", UseKind.CODE, "", "# ifdef CONFIG_B /* x */"),
        ("#if defined(CONFIG_A) && X", UseKind.CODE, "", "#if !defined(CONFIG_B) && X"),
        ("#elif !defined CONFIG_A", UseKind.CODE, "", "#elif defined CONFIG_B"),
        ("if (IS_ENABLED(CONFIG_A))", UseKind.CODE, "", "if (!IS_ENABLED(CONFIG_B))"),
        ("return !IS_BUILTIN(CONFIG_A);", UseKind.CODE, "", "return IS_BUILTIN(CONFIG_B);"),
        ("x = CONFIG_A;", UseKind.CODE, "", ""),
        ("\tdepends on A", UseKind.KCONFIG, "depends", "depends on !B"),
        ("\tdepends on X && !A", UseKind.KCONFIG, "depends", "depends on X && B"),
        ("\tdepends on A=n || AA", UseKind.KCONFIG, "depends", "depends on B || AA"),
        ("\tdepends on A != n", UseKind.KCONFIG, "depends", "depends on !B"),
        ('\tdepends on A = "y"', UseKind.KCONFIG, "depends", "depends on !B"),
        ("\tdepends on A = m", UseKind.KCONFIG, "depends", ""),
        ("\tselect X if A", UseKind.KCONFIG, "if", "select X if !B"),
        ("\tselect A if X", UseKind.KCONFIG, "select", ""),
        ("config A", UseKind.DEFINITION, "", ""),
        ("ifdef CONFIG_A", UseKind.MAKEFILE, "", "ifndef CONFIG_B"),
        ("ifneq ($(CONFIG_A),y)", UseKind.MAKEFILE, "", "ifeq ($(CONFIG_B),y)"),
        ("obj-$(CONFIG_A) += a.o", UseKind.MAKEFILE, "", ""),
        ("CONFIG_A=y", UseKind.DEFCONFIG, "", "# CONFIG_B is not set"),
        ("# CONFIG_A is not set", UseKind.DEFCONFIG, "", "CONFIG_B=y"),
        ("CONFIG_A=m", UseKind.DEFCONFIG, "", ""),
        ("needs CONFIG_A", UseKind.DOC, "", ""),
    ],
)
def test_the_opposite(text: str, kind: UseKind, verb: str, opposite: str) -> None:
    assert inverted(Use("x", 1, "A", kind, text, verb), "B") == opposite


SOURCE = """\
#ifdef CONFIG_A
one
# if X
two
# else
three
# endif
#else
four
#endif
"""


@pytest.mark.parametrize(
    ("line", "block"),
    [(1, "one\n# if X\ntwo\n# else\nthree\n# endif"), (3, "two"), (2, ""), (8, ""), (0, ""), (99, "")],
)
def test_the_code_that_a_condition_is_for(line: int, block: str) -> None:
    assert guarded(SOURCE, line) == block


def test_a_condition_without_an_end_reaches_to_the_end_of_the_file() -> None:
    assert guarded("#if X\na\nb", 1) == "a\nb"
