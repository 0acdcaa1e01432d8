"""Small records made by hand, for reports to print."""

from __future__ import annotations

import pytest

from patchtool.core.adapt import Act, Adapted, Dropped, Edit, Step
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict, TraceStep
from patchtool.core.plan import (
    BackportReport,
    Decision,
    How,
    PatchPlan,
    Target,
    TargetPlan,
    Verification,
)
from patchtool.core.prerequisite import Commit, Cost, Found, Lack, LackKind, Need
from patchtool.core.report import Base, CheckReport, Mended
from patchtool.core.series import Patch, Person, Series

ADA = Person("Ada Example", "ada@example.org")
LEFTOVER = Finding(
    rule="incomplete-rename",
    severity=Severity.ERROR,
    at=Location("arch/arm64/Kconfig", 164, "v5.5+1/2"),
    message="HAVE_A was renamed to A, this select still says the old name.",
    key="HAVE_A:arch/arm64/Kconfig:select HAVE_A",
    hint="say A",
    patch=1,
    fixed_by=2,
    evidence=("select HAVE_A", "renamed by patch 1/2, 3 lines"),
)
DOUBT = Finding(
    rule="stray-declaration",
    severity=Severity.NOTE,
    at=Location("include/linux/mm.h", 0, "v5.5+2/2"),
    message="f() is declared here and defined nowhere, unless the macro at mm/a.c:3 defines it.",
    key="f:include/linux/mm.h",
    patch=2,
    verdict=Verdict.UNDECIDED,
)

MOVED = Adapted(
    diff=b"",
    tree="d" * 40,
    steps=(
        Step(
            Act.MOVED,
            "mm/a.c",
            1,
            Location("mm/b.c", 7),
            "the file is mm/b.c here",
            "its lines stand there alone",
            (Edit("mm/b.c", 7, ("HAVE_A",), ("A",)),),
        ),
    ),
    dropped=(Dropped("mm/c.c", 0, "+\tuse(A);", "no such file"),),
    interdiff="--- upstream/mm/c.c\n+++ here/mm/c.c\n-+\tuse(A);\n",
    note="the file is mm/b.c here",
)
NEEDS = Found(
    Verdict.VIOLATED,
    (
        Commit(
            "c" * 40,
            "mm: Add A",
            Need.REQUIRED,
            "",
            "brings A, which the patch uses",
            files=1,
            added=2,
            removed=3,
        ),
    ),
    Cost(1, 1, 5),
    lacks=(Lack(LackKind.MEMBER, "a", Location("mm/a.c", 3), "s"),),
    obstacles=("no set of commits does",),
)


def _patch(n: int, subject: str) -> Patch:
    return Patch(
        n=n,
        total=2,
        subject=subject,
        prefix=f"PATCH {n}/2",
        author=ADA,
        sender=ADA,
        date="Thu, 20 Feb 2020 09:00:00 +0000",
        message="",
        trailers=(),
        files=(),
        diff=b"",
        source="s.mbox",
        message_id=f"{n}@example.org",
    )


@pytest.fixture
def series() -> Series:
    """Two patches with a cover's subject and a note."""
    return Series(
        source="s.mbox",
        subject="Rename A",
        version=2,
        patches=(_patch(1, "mm: Rename HAVE_A to A"), _patch(2, "mm: Use A")),
        missing=(3,),
        base_commit="b" * 40,
        total=3,
        notes=("revision 1 of 2 patches is left aside",),
    )


@pytest.fixture
def check(series: Series) -> CheckReport:
    """A bisect hazard, a question left open, one thing of the series as a whole, three things mended."""
    whole = Finding("odd", Severity.WARNING, Location("s.mbox"), "The series has no cover.", "cover")
    undeclared = [
        Finding(
            "missing-config-entry",
            Severity.ERROR,
            Location(path, 7, "v5.5"),
            "`select B` does nothing: no Kconfig file defines B.",
            path,
        )
        for path in ("arch/alpha/Kconfig", "arch/m68k/Kconfig")
    ]
    note = Finding("undefined-symbol", Severity.NOTE, Location("a.c", 1), "C is named in a comment.", "C")
    return CheckReport(
        series=series,
        base=Base("v5.5", "d5226fa6dbae" + "0" * 28, "5.5.0", "its files are the series' pre-images"),
        findings=(whole, LEFTOVER, DOUBT),
        mended=(Mended(undeclared[0], 2), Mended(undeclared[1], 2), Mended(note, 1)),
        rules=("incomplete-rename", "stray-declaration"),
        states=2,
        checked=("2 of 2 patches, 3 states, 2 rules",),
        undecided=("not in the input: patch 3 of 3",),
    )


@pytest.fixture
def model() -> ModelReport:
    """Two configurations of which one violates; one property waived, one undecided."""
    trace = (
        TraceStep("cpu0", "unhook pmd", "free_pmd_range", Location("mm/memory.c", 210, "v5.5")),
        TraceStep("walker", "read pmd"),
    )
    waived = PropertyVerdict("sw-uaf", Verdict.WAIVED, "no software walks here")
    bad = ModelRun(
        arch="powerpc",
        config="radix SMP",
        scenario="munmap",
        properties=(PropertyVerdict("order", Verdict.VIOLATED, "", trace), waived),
        states=120,
        program="p1",
    )
    good = ModelRun(
        arch="s390",
        config="SMP",
        scenario="exit",
        properties=(
            PropertyVerdict("order", Verdict.HOLDS),
            waived,
            PropertyVerdict("page-uaf", Verdict.UNDECIDED, "cut at 10 states"),
        ),
        states=1,
        program="p2",
    )
    return ModelReport("v5.5", "5.5.0", (bad, good), ("arm: no such folder",))


@pytest.fixture
def plan(series: Series, model: ModelReport) -> BackportReport:
    """One target that takes a patch and is blocked on the other, one that has everything."""
    taken = PatchPlan(
        n=1,
        subject="mm: Rename HAVE_A to A",
        decision=Decision.TAKE,
        because=("asked for: Cc: stable # 5.4",),
        how=How.ADAPTED,
        upstream="a" * 40,
        adapted=MOVED,
    )
    blocked = PatchPlan(
        n=2,
        subject="mm: Use A",
        decision=Decision.BLOCKED,
        because=("mm/a.c:12: hunk 1 of 1 does not apply", "it was asked for"),
        needs=NEEDS,
    )
    verification = Verification(
        verdict=Verdict.UNDECIDED,
        findings=(LEFTOVER,),
        before=model,
        after=None,
        summary=("1 new finding",),
        undecided=("the model was not run on the result",),
    )
    here = tuple(
        PatchPlan(patch.n, patch.subject, Decision.PRESENT, ("its content is there",))
        for patch in series.patches
    )
    first = Target("5.4.y", "origin/linux-5.4.y", "1" * 40, "5.4.18")
    second = Target("5.5.y", "refs/tags/v5.5.9", "2" * 40, "")
    return BackportReport(
        series=series,
        targets=(
            TargetPlan(
                first,
                (taken, blocked),
                verification,
                Verdict.UNDECIDED,
                "e" * 40,
                "out/5.4.y.mbox",
                certificate="out/5.4.y.json",
                branch="bp",
            ),
            TargetPlan(second, here, None, Verdict.HOLDS),
        ),
        notes=("no commit of the series was found in mainline",),
        unsought=("prerequisites: there is no branch of mainline",),
    )
