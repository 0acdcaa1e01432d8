"""A model report as text."""

from __future__ import annotations

from dataclasses import replace

from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, PropertyVerdict
from patchtool.report.model_text import model_text, traces_text
from patchtool.report.timeline import timeline

TABLE = """\
mmu_gather model of v5.5 (5.5.0)

                           order     sw-uaf    page-uaf  states
powerpc radix SMP, munmap  FAIL      waived    ?         120
s390 SMP, exit             ok        waived    ?         1
waived: sw-uaf (2 runs): no software walks here
undecided: page-uaf (1 run): cut at 10 states
"""
LAST = """\

checked: 2 configurations, 2 runs, 2 programs, 121 states
undecided: arm: no such folder
"""


def test_the_whole_report(model: ModelReport) -> None:
    assert model_text(model, traces=False).plain() == TABLE + LAST


def test_a_trace_is_printed_once_a_program(model: ModelReport) -> None:
    bad, good = model.runs
    twice = replace(model, runs=(bad, replace(bad, scenario="exit"), good))
    text = model_text(twice, traces=True).plain()
    trace = timeline(bad.properties[0].trace, "order").rstrip("\n")
    assert text.count("order: powerpc radix SMP, munmap\n") == 1
    assert text.count("order: powerpc radix SMP, exit\n") == 0
    assert f"\n\norder: powerpc radix SMP, munmap\n{trace}\n\nchecked: 2 configurations, 3 runs, " in text


def test_traces_alone(model: ModelReport) -> None:
    trace = timeline(model.runs[0].properties[0].trace, "order")
    assert traces_text(model).plain() == f"\norder: powerpc radix SMP, munmap\n{trace}"
    assert traces_text(replace(model, runs=model.runs[1:])).plain() == ""


def test_one_reason_for_several_properties_is_said_once(model: ModelReport) -> None:
    unsure = tuple(PropertyVerdict(n, Verdict.UNDECIDED, "mm/a.c:1: unread") for n in ("order", "leak"))
    runs = tuple(replace(run, properties=unsure) for run in model.runs)
    lines = model_text(replace(model, runs=runs), traces=False).plain().splitlines()
    assert [line for line in lines if "unread" in line] == [
        "undecided: order, leak (2 runs): mm/a.c:1: unread"
    ]


def test_no_property_is_left_out_of_the_table(model: ModelReport) -> None:
    bad, good = model.runs
    odd = replace(bad, properties=(PropertyVerdict("leak", Verdict.VIOLATED),))
    text = model_text(replace(model, runs=(odd, good)), traces=False).plain()
    assert text.splitlines()[2:5] == [
        "                           order     sw-uaf    page-uaf  leak      states",
        "powerpc radix SMP, munmap  ?         ?         ?         FAIL      120",
        "s390 SMP, exit             ok        waived    ?         ?         1",
    ]


def test_where_nothing_was_extracted_the_report_says_so(model: ModelReport) -> None:
    nothing = replace(model, version="", runs=(), undecided=("powerpc: no Kconfig",))
    assert model_text(nothing, traces=True).plain() == (
        "mmu_gather model of v5.5\n\n"
        "checked: 0 configurations, 0 runs, 0 programs, 0 states\n"
        "undecided: powerpc: no Kconfig\n"
    )
