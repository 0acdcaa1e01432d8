from __future__ import annotations

import pytest

from patchtool.backport.run import _verdict
from patchtool.backport.verify import HAZARDS, _judge
from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict
from patchtool.core.plan import Decision, PatchPlan


def report(program: str, verdict: Verdict) -> ModelReport:
    verdicts = tuple(PropertyVerdict(name, verdict) for name in HAZARDS)
    run = ModelRun("powerpc", "radix SMP", "munmap", verdicts, 1 if program else 0, program)
    return ModelReport("x", "", (run,))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (("p", Verdict.VIOLATED), ("q", Verdict.HOLDS), Verdict.HOLDS),
        (("p", Verdict.HOLDS), ("q", Verdict.VIOLATED), Verdict.VIOLATED),
        (("p", Verdict.VIOLATED), ("p", Verdict.VIOLATED), Verdict.HOLDS),
        (("p", Verdict.HOLDS), ("", Verdict.UNDECIDED), Verdict.UNDECIDED),
        (("", Verdict.UNDECIDED), ("", Verdict.UNDECIDED), Verdict.UNDECIDED),
    ],
)
def test_only_what_was_examined_can_hold(before, after, wanted: Verdict) -> None:
    assert _judge(report(*before), report(*after)) is wanted


def test_no_run_at_all_decides_nothing() -> None:
    assert _judge(ModelReport("x", "", ()), ModelReport("x", "", ())) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("decisions", "wanted"),
    [
        ([Decision.SKIP], Verdict.UNDECIDED),
        ([Decision.SKIP, Decision.PRESENT], Verdict.HOLDS),
        ([Decision.NOT_AFFECTED], Verdict.HOLDS),
        ([Decision.PRESENT, Decision.BLOCKED], Verdict.VIOLATED),
    ],
)
def test_a_plan_that_takes_nothing(decisions: list[Decision], wanted: Verdict) -> None:
    assert _verdict([PatchPlan(1, "x", decision, ()) for decision in decisions], None) is wanted
