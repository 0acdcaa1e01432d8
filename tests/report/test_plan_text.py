"""A backport plan as text."""

from __future__ import annotations

from dataclasses import replace

from patchtool.core.companion import Companion, CompanionKind, CompanionState
from patchtool.core.plan import BackportReport
from patchtool.core.report import Base
from patchtool.report.plan_text import LEGEND, plan_text

WHOLE = """\
Rename A
base: not in this repository: neither a base-commit nor the series' pre-images

     5.4.y           5.5.y
1/2  take (adapted)  present  mm: Rename HAVE_A to A
2/2  blocked         present  mm: Use A

5.4.y: origin/linux-5.4.y (111111111111, 5.4.18)
  1 take (adapted)
      asked for: Cc: stable # 5.4
      upstream commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      moved: mm/b.c:7: the file is mm/b.c here (its lines stand there alone)
      left out: mm/c.c: `+	use(A);` (no such file)
      interdiff: 3 lines against upstream's patch
        (first column: - only upstream's has the line, + only this one; second: as in the patch)
        --- upstream/mm/c.c
        +++ here/mm/c.c
        -+	use(A);
  2 blocked
      mm/a.c:12: hunk 1 of 1 does not apply
      it was asked for
  verification
      1 new finding
arch/arm64/Kconfig:164: error [incomplete-rename]
    HAVE_A was renamed to A, this select still says the old name.
    Gone after patch 2: a bisect between the two lands in it.
    | select HAVE_A
    | renamed by patch 1/2, 3 lines
    hint: say A
  verdict: UNDECIDED
  written, look at what is undecided first: out/5.4.y.mbox
  certificate: out/5.4.y.json
  committed, not to be sent as it is, on: bp

5.5.y: refs/tags/v5.5.9 (222222222222)
  1 present
      its content is there
  2 present
      its content is there
  verdict: HOLDS

note: no commit of the series was found in mainline
planned: 2 patches for 2 targets
not checked: 5.4.y: the model was not run on the result
not looked for: prerequisites: there is no branch of mainline
"""


def test_the_whole_plan(plan: BackportReport) -> None:
    assert plan_text(plan).plain() == WHOLE


def test_without_a_target_the_patches_are_named(plan: BackportReport) -> None:
    base = Base("v5.5", "d" * 40, "5.5.0", "it has the series' pre-images")
    nothing = replace(plan, targets=(), notes=("no target is left",), base=base, unsought=())
    assert plan_text(nothing).plain() == (
        "Rename A\nbase: v5.5 (dddddddddddd, 5.5.0): it has the series' pre-images\n\n\n"
        "1/2  mm: Rename HAVE_A to A\n2/2  mm: Use A\n\n"
        "note: no target is left\nplanned: 2 patches for 0 targets\n"
    )


def test_a_companion_stands_with_its_target(plan: BackportReport) -> None:
    later = Companion("", "mm: Mend A", CompanionKind.REVERTS, "", 1, CompanionState.UNDECIDED, "no blob", 2)
    text = plan_text(replace(plan, targets=(replace(plan.targets[0], companions=(later,)),))).plain()
    assert "\n  companion: undecided: patch 2 (mm: Mend A)\n      reverts patch 1: no blob\n" in text


def test_a_long_interdiff_is_cut_and_counted(plan: BackportReport) -> None:
    target = plan.targets[0]
    adapted = target.patches[0].adapted
    assert adapted
    long = replace(adapted, steps=(), dropped=(), interdiff="".join(f"+{n}\n" for n in range(75)))
    cells = (replace(target.patches[0], adapted=long), target.patches[1])
    lines = plan_text(replace(plan, targets=(replace(target, patches=cells),))).plain().splitlines()
    at = lines.index(f"        {LEGEND}")
    assert lines[at + 1 : at + 62] == [
        *(f"        +{n}" for n in range(60)),
        "        and 15 more, see --format json",
    ]
