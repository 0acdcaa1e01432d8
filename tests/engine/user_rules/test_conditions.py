"""Conditions as expressions: Kconfig's own form, and what `#if` lines ask of Kconfig."""

from __future__ import annotations

import pytest

from patchtool.core.expr import text
from patchtool.engine.user_rules.conditions import BadExpression, guard, kconfig_expression


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("SMP", "SMP"),
        ("!SMP && (A || B)", "!SMP && (A || B)"),
        ("A=y||B!=n", "A = y || B != n"),
        ("LEVELS >= 3", 'LEVELS >= "3"'),
        ("y", "y"),
        ("A && n", "n"),
    ],
)
def test_kconfig_expressions(written: str, read: str) -> None:
    assert text(kconfig_expression(written)) == read


@pytest.mark.parametrize(("written", "column"), [("", 1), ("A &&", 5), ("A B", 3), ("(A", 3), ("A = = B", 5)])
def test_what_is_none_says_where(written: str, column: int) -> None:
    with pytest.raises(BadExpression) as caught:
        kconfig_expression(written)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("conditions", "read"),
    [
        ((), "y"),
        (("defined(CONFIG_A)",), "A = y"),
        (("!defined(CONFIG_A)", "CONFIG_B"), "A != y && B = y"),
        (("defined(CONFIG_A) && other(3)",), "A = y"),
        (("defined(CONFIG_A) || other",), "y"),
        (("!(defined(CONFIG_A) && other)",), "y"),
        (("IS_ENABLED(CONFIG_A)",), "A = m || A = y"),
        (("defined(CONFIG_A_MODULE)",), "y"),
        (("((",), "y"),
    ],
)
def test_what_is_not_asked_of_kconfig_is_left_open(conditions: tuple[str, ...], read: str) -> None:
    assert text(guard(conditions)) == read
