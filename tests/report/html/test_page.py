"""The pages whole, of records made by hand; what they quote stays text, whatever it is."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from page_kit import Node, parsed, shape

import kit
from patchtool.core.expr import Sym, Y
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.kconfig import Bounds, Broken
from patchtool.core.ledger import ABSENT, LedgerReport, Shift, Standing
from patchtool.core.model import Matrix, MatrixCell, MatrixRow, ModelReport, PatchEffect
from patchtool.core.plan import BackportReport
from patchtool.core.report import Base, CheckReport, Waived
from patchtool.core.tree import Use, UseKind
from patchtool.report.html.code import Excerpt
from patchtool.report.html.page import backport_page, check_page, kconfig_page, matrix_page, model_page

BASE = Base("v5.5", "d" * 40, "5.5.0", "as asked")
STEP = Location("mm/memory.c", 210, "v5.5")
CODE = {STEP: Excerpt(209, ("{", "\tpmd_clear(pmd);", "}"))}
SERIES = kit.series(
    kit.changed_lines("arch/arm/Kconfig", (["\tselect HAVE_A"], ["\tselect A if B"])),
    kit.changed_lines("mm/a.c", (["p"], ["q"])),
)
ALWAYS = Standing("bool", "", Bounds(Y, Y), (), True)
IF_SMP = Standing("bool", "Have it", Bounds(Sym("SMP"), Sym("SMP")), ("y if SMP",), True)
LEDGER = LedgerReport(
    series=SERIES,
    base=BASE,
    architectures=("alpha", "arm", "sh"),
    symbols=("A", "GONE", "HAVE_A"),
    shifts=(
        Shift(1, "HAVE_A", "A", ("arm",), IF_SMP, ALWAYS, Location("arch/arm/Kconfig", 7)),
        Shift(1, "B", "", ("alpha", "arm", "sh"), ALWAYS, ABSENT),
        Shift(1, "C", "D", ("sh",), ALWAYS, ALWAYS),
        Shift(1, "E", "", ("sh",), IF_SMP, replace(IF_SMP, prompt="Take it")),
    ),
    standings={"A": ((("arm",), ALWAYS), (("alpha", "sh"), ABSENT)), "HAVE_A": ()},
    uses={"A": (Use("mm/a.c", 3, "A", UseKind.CODE, "x"),), "GONE": (Use("a", 1, "GONE", UseKind.DOC, "x"),)},
    changes={1: ("A", "B", "C", "D", "E", "HAVE_A", "SMP"), 2: ()},
    broken=(Broken("um", Location("arch/um/Kconfig", 3), "a word too many"),),
    states=1,
    undecided=("patch 2 was not tried",),
)


@pytest.fixture
def matrix(model: ModelReport) -> Matrix:
    """A configuration that patch 1 mends, one that stays as it is."""
    fail, mended = MatrixCell(Verdict.VIOLATED, ("order",)), MatrixCell(Verdict.HOLDS, changed=True)
    worse = Finding("model-regression", Severity.ERROR, STEP, "It is worse.", "k", patch=2)
    arm, radix = ("arm", "SMP"), ("powerpc", "radix SMP")
    return Matrix(
        groups=(("base",), ("1", "2")),
        rows=(
            MatrixRow((radix,), ("munmap",), (fail, mended)),
            MatrixRow((arm,), ("munmap",), (fail, replace(fail))),
        ),
        patches=(PatchEffect("1", (arm,), ((radix, ("munmap",)),)), PatchEffect("2", (arm, radix), ())),
        base=model,
        last=model,
        findings=(worse,),
        undecided=("sh: not followed",),
    )


@pytest.fixture
def pages(check: CheckReport, model: ModelReport, plan: BackportReport, matrix: Matrix) -> dict[str, Any]:
    """A page of each kind as (function, its arguments)."""
    quoted = check.findings[1]
    waived = Waived(quoted, "known", "pyproject.toml")
    framed = replace(quoted, source="\tselect HAVE_A if X", at=Location("arch/arm/Kconfig", 1, "base+1/2"))
    checked = replace(
        check, series=SERIES, findings=(*check.findings, framed), waived=(waived,), left_out=("a rule",)
    )
    return {
        "check": (check_page, checked),
        "kconfig": (kconfig_page, LEDGER),
        "backport": (backport_page, plan, CODE),
        "model": (model_page, model, CODE),
        "matrix": (matrix_page, matrix, SERIES, BASE, CODE),
    }


def page(row: Any) -> str:
    function, *given = row
    return function(*given)


def poisoned(value: Any, poison: str) -> Any:
    """The record with a text appended to every text in it, but for those that the code itself has chosen."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return value + poison if value and value not in {"+", "-", " "} else value
    if isinstance(value, tuple):
        return tuple(poisoned(item, poison) for item in value)
    if isinstance(value, dict):
        return {poisoned(key, poison): poisoned(item, poison) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        named = [field.name for field in fields(value) if field.init]
        return replace(value, **{name: poisoned(getattr(value, name), poison) for name in named})
    return value


HOSTILE = [
    "<script>alert(1)</script>",
    "]]></style></script><img src=x onerror=alert(1)>",
    "\" autofocus onfocus='alert(1)' x=",
    "]--><!-- </title></details>",
    "&lt;b&gt;&amp;",
    "\x1b[31m\x00\x07\r",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\udcff\udc80",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("kind", ["check", "kconfig", "backport", "model", "matrix"])
def test_hostile_texts_change_no_tag(pages: dict[str, Any], kind: str) -> None:
    function, *given = pages[kind]
    harmless = page((function, *(poisoned(one, "zzz") for one in given)))
    assert "zzz" in harmless
    for poison in HOSTILE:
        hostile = page((function, *(poisoned(one, poison) for one in given)))
        assert shape(hostile) == shape(harmless)
        assert not re.search(r"[^\x20-\x7e\n\t]", hostile)


@pytest.mark.parametrize("kind", ["check", "kconfig", "backport", "model", "matrix"])
def test_every_page_is_well_formed_and_ends_with_what_was_checked(pages: dict[str, Any], kind: str) -> None:
    root = parsed(page(pages[kind]))
    assert next(root.one("section", id="words").every("dt")).text in {"checked", "note"}
    titles = [node.text for node in root.one("main").every("h2")]
    assert titles[-1] == "What was checked, and what was not"
    expected = {
        "check": ["The series", "Mended by the series"],
        "kconfig": ["Kconfig, patch by patch", "In the end, after patch 1 of 2", "The series"],
        "backport": ["The plan", "For 5.4.y", "For 5.5.y", "The series"],
        "model": ["Verdicts", "Traces", "The code"],
        "matrix": [
            "The series through the model",
            "Traces in v5.5",
            "Traces in v5.5",
            "The series",
            "The code",
        ],
    }
    assert titles[:-1] == expected[kind]


def words(root: Node, name: str) -> list[str]:
    return [row.words for row in root.one("section", id=name).every("tr")]


def test_the_last_words_of_a_check(pages: dict[str, Any]) -> None:
    root = parsed(page(pages["check"]))
    assert [node.words for node in root.one("dl", class_="words").every() if node.tag in {"dt", "dd"}] == [
        "checked",
        "2 of 2 patches, 3 states, 2 rules: 2 errors, 1 warning, 0 notes",
        "undecided",
        "f() is declared here and defined nowhere, unless the macro at mm/a.c:3 defines it.",
        "waived",
        "1 finding: known (pyproject.toml)",
        "not checked",
        "not in the input: patch 3 of 3",
        "not checked",
        "a rule, as asked",
    ]


def test_what_the_series_mends_stands_in_one_row_a_fact(pages: dict[str, Any]) -> None:
    assert words(parsed(page(pages["check"])), "mended") == [
        "what where by rule",
        "C is named in a comment. a.c:1 patch 1 undefined-symbol",
        (
            "select B does nothing: no Kconfig file defines B."
            " arch/alpha/Kconfig:7 and 1 place more arch/m68k/Kconfig:7 patch 2 missing-config-entry"
        ),
    ]


def test_the_ledger_says_what_shifts_where(pages: dict[str, Any]) -> None:
    root = parsed(page(pages["kconfig"]))
    assert words(root, "ledger") == [
        "on before after says so",
        "HAVE_A -> A",
        "arm y if SMP y arch/arm/Kconfig:7",
        "B",
        "all 3 architectures alpha, arm, sh y not there",
        "C -> D",
        "sh y, as before",
        "E",
        'sh y if SMP, prompt "Have it" y if SMP, prompt "Take it"',
    ]
    assert words(root, "standings") == [
        "A used in 1 C",
        "arm y",
        "GONE used in 1 document",
        "everywhere alpha, arm, sh not there",
    ]
    rows = root.one("section", id="ledger").every("tr")
    assert [row.attributes.get("data-archs") for row in rows][2:5] == ["arm", None, "alpha arm sh"]
    assert root.one("section", id="l2").words == "2/2 change 2 touches no symbol"
    assert "named, and stands as before: SMP" in root.one("section", id="l1").words
    options = root.one("select", name="archs").every("option")
    assert [option.text for option in options] == ["all", "alpha", "arm", "sh"]


def test_the_plan_has_a_cell_a_target_that_leads_to_its_reasons(pages: dict[str, Any]) -> None:
    root = parsed(page(pages["backport"]))
    assert words(root, "plan") == [
        "patch 5.4.y 5.4.18 5.5.y",
        "1/2 mm: Rename HAVE_A to A take (adapted) present",
        "2/2 mm: Use A blocked present",
        "verdict UNDECIDED HOLDS",
    ]
    links = [link.attributes["href"] for link in root.one("section", id="plan").every("a")]
    assert links == ["#p1", "#t0p1", "#t1p1", "#p2", "#t0p2", "#t1p2"]
    assert root.one("details", id="t0p1").words == (
        "1 take (adapted) mm: Rename HAVE_A to A asked for: Cc: stable # 5.4"
        f" upstream commit {'a' * 40} moved: mm/b.c:7 : the file is mm/b.c here (its lines stand there alone)"
        " left out: mm/c.c : + use(A); (no such file)"
        " interdiff against upstream's patch (first column: - only upstream's has the line, + only this one;"
        " second: as in the patch) --- upstream/mm/c.c +++ here/mm/c.c -+ use(A);"
    )
    assert root.one("details", id="t0p2").words == (
        "2 blocked mm: Use A mm/a.c:12: hunk 1 of 1 does not apply it was asked for"
        " needs cccccccccccc mm: Add A: brings A, which the patch uses no set of commits does"
    )


def test_a_fail_leads_to_its_trace(pages: dict[str, Any]) -> None:
    root = parsed(page(pages["model"]))
    assert words(root, "verdicts") == [
        "scenario order sw-uaf page-uaf states",
        "powerpc radix SMP",
        "munmap FAIL waived ? 120",
        "s390 SMP",
        "exit ok waived ? 1",
    ]
    (link,) = root.one("section", id="verdicts").every("a")
    assert (link.attributes["href"], root.one("details", id="v1").tag) == ("#v1", "details")


def test_the_matrix_says_what_flips(pages: dict[str, Any]) -> None:
    root = parsed(page(pages["matrix"]))
    assert words(root, "matrix") == [
        "scenario base 1-2",
        "powerpc radix SMP",
        "every scenario FAIL order PASS",
        "arm SMP every scenario FAIL order",
    ]
    assert "1/2 change 1 : program changed on 1, unchanged on 1" in root.one("section", id="matrix").words


def test_only_what_a_backport_changes_has_traces(plan: BackportReport, model: ModelReport) -> None:
    def titles(before: ModelReport | None, after: ModelReport | None) -> list[str]:
        first, *others = plan.targets
        assert first.verification
        check = replace(first.verification, before=before, after=after)
        report = replace(plan, targets=(replace(first, verification=check), *others))
        root = parsed(backport_page(report, {}))
        return [node.text for node in root.every("h2") if node.text.startswith("Traces")]

    bad, good = model.runs
    held = replace(bad.properties[0], verdict=Verdict.HOLDS, trace=())
    mended = replace(model, runs=(replace(bad, program="p3", properties=(held,)), good))
    assert titles(model, model) == []
    assert titles(model, mended) == ["Traces that are mended in 5.4.y"]
    assert titles(mended, model) == ["Traces of what changed in 5.4.y"]
    assert titles(None, model) == ["Traces of what changed in 5.4.y"]
