from __future__ import annotations

import pytest

from patchtool.backport.run import _verdict
from patchtool.core.finding import Verdict
from patchtool.core.plan import Decision, PatchPlan


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
