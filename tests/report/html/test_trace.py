"""Traces to step through: lanes, objects, the code that a step comes from."""

from page_kit import Node, parsed

from patchtool.core.finding import Location, Verdict
from patchtool.core.model import ModelReport, ModelRun, ObjectState, PropertyVerdict, TraceStep
from patchtool.report.html.code import Excerpt, Quotations
from patchtool.report.html.trace import traces_section, violations

AT = Location("mm/memory.c", 11, "v5.5")
UNREAD = Location("mm/other.c", 3, "v5.5")
CODE = {AT: Excerpt(10, ("{", "\tclear(<pmd>);", "}"))}


def table(*, hooked: bool, freed: bool = False, holders: tuple[str, ...] = ()) -> tuple[ObjectState, ...]:
    return (ObjectState("table 1", hooked, freed, holders),)


STEPS = (
    TraceStep("CPU0", "caches it", objects=table(hooked=True, holders=("CPU0 TLB",))),
    TraceStep("U", "unhooks it", "f", AT, table(hooked=False, holders=("CPU0 TLB",))),
    TraceStep("U", "frees it", "g", UNREAD, table(hooked=False, freed=True)),
)
BAD = PropertyVerdict("hw-uaf", Verdict.VIOLATED, "", STEPS)
FINE = PropertyVerdict("leak", Verdict.HOLDS)


def run(scenario: str, program: str, *verdicts: PropertyVerdict) -> ModelRun:
    return ModelRun("powerpc", "radix SMP", scenario, verdicts, 9, program)


def shown(*runs: ModelRun) -> tuple[Node, Quotations]:
    code = Quotations(CODE)
    section = traces_section(violations(ModelReport("v5.5", "", runs), "v"), "traces", "Traces", code)
    assert section is not None
    quoted = code.section()
    assert quoted is not None
    return parsed(section.body.html + quoted.body.html), code


def test_equal_programs_have_one_trace_and_the_first_stands_open() -> None:
    found = violations(
        ModelReport("v", "", (run("a", "p", BAD, FINE), run("b", "p", BAD), run("c", "q", BAD))), "v"
    )
    assert [(one.name, one.where, len(one.runs)) for one in found] == [
        ("v1", "powerpc radix SMP, a and 1 run more", 2),
        ("v2", "powerpc radix SMP, c", 1),
    ]
    root, _ = shown(run("a", "p", BAD), run("b", "p", BAD), run("c", "q", BAD))
    traces = list(root.every("details", class_="trace"))
    assert ["open" in trace.attributes for trace in traces] == [True, False]
    assert traces[0].one("details", class_="runs").words == (
        "2 runs in which this happens powerpc radix SMP, a powerpc radix SMP, b"
    )


def test_nothing_violated_is_no_section() -> None:
    assert traces_section([], "traces", "Traces", Quotations(CODE)) is None
    assert Quotations(CODE).section() is None


def test_a_lane_a_thread_a_column_an_object_and_the_last_step_is_marked() -> None:
    root, _ = shown(run("a", "p", BAD))
    table = root.one("table", class_="steps")
    assert table.one("thead").words == "# U the CPU that unmaps CPU0 hardware walker of CPU 0 table 1"
    cells = [
        [(cell.attributes["class"], cell.words) for cell in row.every("td")]
        for row in table.every("tr", class_="step")
    ]
    assert cells == [
        [("lane", ""), ("act cpu", "caches it"), ("object hooked", "hooked CPU0 TLB")],
        [("act u", "unhooks it f() mm/memory.c:11"), ("lane", ""), ("object unhooked", "unhooked")],
        [("act u", "frees it g() mm/other.c:3"), ("lane", ""), ("object freed", "freed held by no one")],
    ]
    assert [row.has("class_", "bad") for row in table.every("tr", class_="step")] == [False, False, True]
    assert root.one("p", class_="verdict").text == (
        "hw-uaf: a hardware walker reads a page table after it was freed"
    )


def test_a_state_that_goes_on_is_colour_and_a_word_for_those_who_see_none() -> None:
    steps = (STEPS[0], TraceStep("U", "waits", objects=STEPS[0].objects))
    root, _ = shown(run("a", "p", PropertyVerdict("leak", Verdict.VIOLATED, "", (*steps, STEPS[1]))))
    rows = list(root.every("tr", class_="step"))
    assert rows[1].one("td", class_="object").one("span", class_="sr").text == "hooked"


def test_a_step_leads_to_its_code_where_the_page_has_it() -> None:
    root, _ = shown(run("a", "p", BAD))
    rows = list(root.every("tr", class_="step"))
    assert [row.attributes.get("data-code") for row in rows] == [None, "code1", None]
    assert [link.attributes["href"] for link in rows[1].every("a")] == ["#code1"]
    figure = root.one("figure", id="code1")
    assert figure.words == "mm/memory.c:11 in v5.5 10 { 11 clear(<pmd>); 12 }"
    assert figure.one("tr", class_="here").words == "11 clear(<pmd>);"


def test_there_is_something_to_press_for_each_way_to_go() -> None:
    controls = shown(run("a", "p", BAD))[0].one("p", class_="controls")
    assert [button.attributes["aria-label"] for button in controls.every("button")] == [
        "First step",
        "Step back",
        "Step on",
        "Last step",
    ]
    slider = controls.one("input")
    assert (slider.attributes["min"], slider.attributes["max"]) == ("1", "3")
    assert controls.one("output").text == "step 3 of 3"


def test_many_lanes_have_their_code_below() -> None:
    many = (*STEPS, TraceStep("RCU", "frees", objects=STEPS[2].objects))
    root, _ = shown(run("a", "p", PropertyVerdict("dfree", Verdict.VIOLATED, "", many)))
    assert [node.attributes["class"] for node in root.every("div", class_="split")] == ["split wide"]
    root, _ = shown(run("a", "p", BAD))
    assert [node.attributes["class"] for node in root.every("div", class_="split")] == ["split"]
