"""The Kconfig ledger as text: how groups of architectures are called, and in which order they stand."""

from __future__ import annotations

from patchtool.report.ledger_text import named

KNOWN = tuple(f"a{n:02}" for n in range(12))


def test_the_rest_comes_last_and_is_called_so() -> None:
    groups = [KNOWN[2:], KNOWN[:1], KNOWN[1:2]]
    assert named(groups, KNOWN, "xyz") == [("a00", "y"), ("a01", "z"), ("the other 10", "x")]


def test_all_is_no_rest_and_what_leaves_some_out_has_its_names() -> None:
    assert named([KNOWN], KNOWN, "x") == [("all 12 architectures", "x")]
    assert named([KNOWN[2:], KNOWN[:1]], KNOWN, "xy") == [(", ".join(KNOWN[2:]), "x"), ("a00", "y")]
