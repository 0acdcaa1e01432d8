"""Which removed lines came back, and the matching that says so."""

from __future__ import annotations

from itertools import permutations

import pytest

from patchtool.engine.renames.substitutions import Substitution, best_matching, substitutions

from .diffs import changed_lines, series


def found(*diffs: bytes) -> list[tuple[str, str]]:
    def may(old: str, new: str) -> bool:
        return old.startswith("OLD") and new.startswith("NEW")

    return [(one.old, one.new) for one in substitutions(series(*diffs), may)]


def test_the_whole_of_one() -> None:
    diff = changed_lines("arch/x/Kconfig", (["\tselect X1X if OLD"], ["\tselect X1X if !NEW"]))
    assert substitutions(series(diff), lambda *_: True) == (
        Substitution("OLD", "NEW", "arch/x/Kconfig", 1, "if", inverted=True, strong=True, certain=False),
    )


def test_names_that_changed_places_are_matched_by_what_they_are_called() -> None:
    old = ["\tselect OLD_PAGE_SIZE", "\tselect OLD_TABLE_FREE"]
    new = ["\tselect NEW_TABLE_FREE", "\tselect NEW_PAGE_SIZE"]
    assert found(changed_lines("a/Kconfig", (old, new))) == [
        ("OLD_PAGE_SIZE", "NEW_PAGE_SIZE"),
        ("OLD_TABLE_FREE", "NEW_TABLE_FREE"),
    ]


def test_names_that_changed_places_are_matched_by_the_rest_of_the_series() -> None:
    clear = [
        changed_lines(f"mm/{n}.c", ([f"#ifdef CONFIG_OLD_{n}"], [f"#ifdef CONFIG_NEW_{m}"]))
        for n, m in ("AD", "BC")
    ]
    both = changed_lines(
        "a/Kconfig", (["\tselect OLD_A", "\tselect OLD_B"], ["\tselect NEW_C", "\tselect NEW_D"])
    )
    assert found(both, *clear)[:2] == [("OLD_A", "NEW_D"), ("OLD_B", "NEW_C")]


def test_apart_in_one_file_and_in_two() -> None:
    select = changed_lines("a/Kconfig", (["\tselect OLD"], []), ([], ["\tselect NEW"]))
    assert [(one.new, one.strong) for one in substitutions(series(select), lambda *_: True)] == [
        ("NEW", False)
    ]
    moved = [
        changed_lines("a/Kconfig", (["\tselect OLD"], [])),
        changed_lines("b/Kconfig", ([], ["\tselect NEW"])),
    ]
    assert found(b"".join(moved)) == []
    built = [
        changed_lines("a/Makefile", (["obj-$(CONFIG_OLD) += a.o"], [])),
        changed_lines("b/Makefile", ([], ["obj-$(CONFIG_NEW) += a.o"])),
    ]
    assert found(b"".join(built)) == [("OLD", "NEW")]
    assert found(*built) == [("OLD", "NEW")]


@pytest.mark.parametrize(
    "weights",
    [
        [[5, 4], [4, 0]],
        [[1, 2, 3], [2, 4, 6], [3, 6, 9]],
        [[0, 0], [0, 0]],
        [[7], [8], [6]],
        [[3, -1, 5, 2], [5, 3, -2, 2]],
    ],
)
def test_the_best_matching_is_the_best(weights: list[list[int]]) -> None:
    size = max(len(weights), len(weights[0]))
    square = [
        [max(0, weights[i][j]) if i < len(weights) and j < len(weights[0]) else 0 for j in range(size)]
        for i in range(size)
    ]
    most = max(sum(square[i][j] for i, j in enumerate(order)) for order in permutations(range(size)))
    pairs = best_matching(weights)
    assert sum(weights[i][j] for i, j in pairs) == most
    assert all(weights[i][j] > 0 for i, j in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_a_wide_matching_takes_the_heaviest_first() -> None:
    weights = [[10 * i + j + 1 for j in range(20)] for i in range(3)]
    assert best_matching(weights) == ((0, 17), (1, 18), (2, 19))
    assert best_matching([]) == ()
