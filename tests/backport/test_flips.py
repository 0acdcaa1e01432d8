"""Verdicts of the model before and after a backport, and what is to be said of it."""

from __future__ import annotations

import pytest

from patchtool.backport.flips import Change, judge
from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict
from patchtool.gather.matrix import HAZARDS

HOLDS, VIOLATED, UNDECIDED = Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED


def report(program: str, verdict: Verdict) -> ModelReport:
    verdicts = tuple(PropertyVerdict(name, verdict) for name in HAZARDS)
    run = ModelRun("powerpc", "radix SMP", "munmap", verdicts, 1 if program else 0, program)
    return ModelReport("x", "", (run,))


def change(before: tuple[str, Verdict], after: tuple[str, Verdict]) -> Change:
    return Change(report(*before), report(*after))


def none_here(_: object) -> None:
    return None


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (("p", VIOLATED), ("q", HOLDS), HOLDS),
        (("p", HOLDS), ("q", VIOLATED), VIOLATED),
        (("p", UNDECIDED), ("q", VIOLATED), VIOLATED),
        (("p", VIOLATED), ("p", VIOLATED), HOLDS),
        (("p", VIOLATED), ("q", VIOLATED), UNDECIDED),
        (("p", HOLDS), ("", UNDECIDED), UNDECIDED),
        (("", UNDECIDED), ("", UNDECIDED), UNDECIDED),
        (("p", UNDECIDED), ("p", UNDECIDED), UNDECIDED),
    ],
)
def test_only_what_was_examined_can_hold(before, after, wanted: Verdict) -> None:
    assert judge(change(before, after), none_here)[0] is wanted


@pytest.mark.parametrize(
    ("program", "upstream", "wanted"),
    [
        ("q", change(("a", VIOLATED), ("b", HOLDS)), VIOLATED),
        ("p", change(("a", VIOLATED), ("b", HOLDS)), VIOLATED),
        ("q", change(("a", VIOLATED), ("b", VIOLATED)), HOLDS),
        ("q", change(("a", HOLDS), ("b", HOLDS)), HOLDS),
        ("q", change(("a", VIOLATED), ("b", UNDECIDED)), UNDECIDED),
    ],
)
def test_what_is_there_is_held_against_upstream(program: str, upstream: Change, wanted: Verdict) -> None:
    asked = []

    def there(archs: object) -> Change:
        asked.append(archs)
        return upstream

    assert judge(change(("p", VIOLATED), (program, VIOLATED)), there)[0] is wanted
    assert asked == [["powerpc"]]


def test_upstream_is_not_asked_where_nothing_stays() -> None:
    assert judge(change(("p", HOLDS), ("q", HOLDS)), lambda _: pytest.fail("asked")) == (HOLDS, ())


@pytest.mark.parametrize(
    ("upstream", "wanted"),
    [
        (change(("a", HOLDS), ("b", VIOLATED)), HOLDS),
        (change(("a", HOLDS), ("b", HOLDS)), VIOLATED),
        (change(("a", HOLDS), ("b", UNDECIDED)), VIOLATED),
        (None, VIOLATED),
    ],
)
def test_what_is_new_is_new_upstream_too_or_violates(upstream: Change | None, wanted: Verdict) -> None:
    assert judge(change(("p", HOLDS), ("q", VIOLATED)), lambda _: upstream)[0] is wanted


def test_each_reason_is_said_once_with_its_configuration() -> None:
    _, reasons = judge(change(("p", VIOLATED), ("q", VIOLATED)), none_here)
    left = "is still there, and what becomes of it upstream is not known"
    assert reasons == (f"model: powerpc radix SMP: {', '.join(HAZARDS)} {left}",)


def test_what_could_not_be_followed_before_is_no_fault_of_the_patches() -> None:
    followed = change(("p", VIOLATED), ("q", HOLDS))
    lost = ModelRun("x86", "SMP", "exit", tuple(PropertyVerdict(name, UNDECIDED) for name in HAZARDS), 0)
    both = Change(
        ModelReport("x", "", (*followed.before.runs, lost)),
        ModelReport("x", "", (*followed.after.runs, lost)),
    )
    assert judge(both, none_here) == (HOLDS, ())


def test_no_run_at_all_decides_nothing() -> None:
    empty = ModelReport("x", "", ())
    assert judge(Change(empty, empty), none_here)[0] is UNDECIDED
