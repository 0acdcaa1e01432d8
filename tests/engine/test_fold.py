"""One defect, one finding: by key, over all states."""

from __future__ import annotations

from patchtool.core.finding import Finding, Location, Severity
from patchtool.engine.fold import Sighting, fold


def seen(key: str, *, line: int = 1, rule: str = "r") -> Finding:
    return Finding(rule, Severity.ERROR, Location("a.c", line, "ref"), f"{key} at {line}.", key)


def folded(*states: str) -> tuple[list[tuple], list[tuple]]:
    """States as letters, one finding a letter, the base first: what is found and what is mended."""
    findings, mended = fold([Sighting(n, tuple(map(seen, keys))) for n, keys in enumerate(states)], {})
    found = [(finding.key, finding.patch, finding.fixed_by) for finding in findings]
    return found, [(item.finding.key, item.patch) for item in mended]


def test_what_patches_bring_is_named_with_the_patch() -> None:
    assert folded("", "a", "ab", "ab") == ([("a", 1, None), ("b", 2, None)], [])


def test_what_the_base_has_is_not_the_series_own() -> None:
    assert folded("a", "a", "ab") == ([("b", 2, None)], [])


def test_what_the_series_takes_away_is_mended() -> None:
    assert folded("ab", "b", "b") == ([], [("a", 1)])


def test_what_comes_back_is_not_mended() -> None:
    assert folded("a", "", "a") == ([], [])


def test_what_goes_for_good_after_coming_back_is_mended_by_the_last_patch() -> None:
    assert folded("a", "", "a", "") == ([], [("a", 3)])


def test_a_hazard_between_two_patches_is_one_finding() -> None:
    assert folded("", "a", "a", "") == ([("a", 1, 3)], [])


def test_gone_and_back_is_one_finding_from_the_first_patch_on() -> None:
    assert folded("", "a", "", "a") == ([("a", 1, None)], [])
    assert folded("", "a", "", "a", "") == ([("a", 1, 4)], [])


def test_equal_keys_in_one_state_are_several_places() -> None:
    assert folded("", "aa", "a") == ([("a", 1, None), ("a", 1, 2)], [])
    assert folded("a", "aa", "aaa") == ([("a", 1, None), ("a", 2, None)], [])
    assert folded("aa", "a", "a") == ([], [("a", 1)])


def test_lines_may_move_and_rules_may_share_keys() -> None:
    moved = [Sighting(0, (seen("a"),)), Sighting(1, (seen("a", line=9),))]
    assert fold(moved, {}) == ((), ())
    other = [Sighting(0, (seen("a"),)), Sighting(1, (seen("a"), seen("a", rule="s")))]
    assert [(finding.rule, finding.patch) for finding in fold(other, {})[0]] == [("s", 1)]


def test_the_finding_is_as_first_seen() -> None:
    states = [Sighting(0, ()), Sighting(4, (seen("a", line=7),)), Sighting(6, (seen("a", line=8),))]
    (finding,), _ = fold(states, {})
    assert (finding.at.line, finding.patch, finding.message) == (7, 4, "a at 7.")


def test_patches_keep_their_own_numbers() -> None:
    states = [Sighting(0, (seen("b"),)), Sighting(4, (seen("a"), seen("b"))), Sighting(6, ())]
    findings, mended = fold(states, {})
    assert [(f.patch, f.fixed_by) for f in findings] == [(4, 6)]
    assert [item.patch for item in mended] == [6]


def test_only_a_base() -> None:
    assert folded("ab") == ([], [])


def test_a_hazard_weighs_no_more_than_its_rule_says() -> None:
    states = [
        Sighting(0, ()),
        Sighting(1, (seen("a"), seen("b"), seen("a", rule="s"))),
        Sighting(2, (seen("b"),)),
    ]
    findings, _ = fold(states, {"r": Severity.NOTE})
    assert [(f.key, f.rule, f.severity) for f in findings] == [
        ("a", "r", Severity.NOTE),
        ("b", "r", Severity.ERROR),
        ("a", "s", Severity.ERROR),
    ]
