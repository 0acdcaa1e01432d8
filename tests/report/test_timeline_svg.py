"""A trace as a picture: well-formed, whole, with everything escaped and the last step marked."""

from __future__ import annotations

from xml.etree import ElementTree

from patchtool.core.finding import Location, Verdict
from patchtool.core.model import ModelRun, ObjectState, PropertyVerdict, TraceStep
from patchtool.report.timeline_svg import timeline_svg

SVG = "{http://www.w3.org/2000/svg}"
LONG = Location("arch/powerpc/include/asm/book3s/64/tlbflush-radix.h", 7, "v5.5")


def picture(*steps: TraceStep, name: str = "hw-uaf", config: str = "radix SMP") -> ElementTree.Element:
    verdict = PropertyVerdict(name, Verdict.VIOLATED, "", steps)
    run = ModelRun("powerpc", config, "munmap", (verdict,), 9, "p")
    return ElementTree.fromstring(timeline_svg(run, verdict))


def texts(root: ElementTree.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def tables(*, hooked: bool, freed: bool, holders: tuple[str, ...] = ()) -> tuple[ObjectState, ...]:
    return ObjectState("table 0", True, False), ObjectState("table 1", hooked, freed, holders)


HELD = ("CPU0 TLB",)
WALK = TraceStep(
    "CPU0",
    "reads table 0 and caches table 1",
    objects=tables(hooked=True, freed=False, holders=("CPU0 TLB",)),
)
UNHOOK = TraceStep(
    "U",
    "unhooks table 1",
    "free_pte_range",
    Location("mm/memory.c", 217, "v5.5"),
    tables(hooked=False, freed=False, holders=HELD),
)
FREE = TraceStep("U", "frees table 1", "free_it", LONG, tables(hooked=False, freed=True))


def test_it_says_what_went_wrong_where_and_in_whose_lane() -> None:
    assert texts(picture(WALK, UNHOOK, FREE)) == [
        "A hardware walker reads a page table after it was freed",
        "hw-uaf, powerpc radix SMP, munmap in v5.5: the shortest way there, time runs downwards",
        "U",
        "the CPU that unmaps",
        "CPU0",
        "hardware walker of CPU 0",
        "what becomes of them, and who still has their address",
        "table 0",
        "entry in the root",
        "hooked",
        "table 1",
        "entry in table 0",
        "hooked",
        "CPU0 TLB",
        "unhooked",
        "freed",
        "held by no one",
        "1",
        "reads table 0 and caches table 1",
        "2",
        "unhooks table 1",
        "free_pte_range()",
        "mm/memory.c:217",
        "3",
        "frees table 1",
        "free_it()",
        "arch/powerpc/include/asm/book3s/64/",
        "tlbflush-radix.h:7",
        "the step that violates",
        "hooked: an entry above leads to it",
        "unhooked: its entry is cleared",
        "freed: its memory may be anything by now",
    ]


def test_only_the_last_step_is_marked() -> None:
    root = picture(WALK, UNHOOK, FREE)
    boxes = [node for node in root.iter(f"{SVG}rect") if node.get("class") in ("box", "boxbad")]
    assert [box.get("class") for box in boxes] == ["box", "box", "boxbad", "boxbad"]  # the last: legend
    assert [node.text for node in root.iter(f"{SVG}text") if node.get("class") == "head bad"] == [
        "frees table 1"
    ]


def test_steps_follow_one_another_and_stay_inside() -> None:
    root = picture(WALK, UNHOOK, FREE)
    tops = [float(n.get("y", "")) for n in root.iter(f"{SVG}rect") if n.get("class") in ("box", "boxbad")]
    assert tops == sorted(tops)
    height, width = float(root.get("height", "")), float(root.get("width", ""))
    for node in root.iter(f"{SVG}rect"):
        assert float(node.get("y") or 0) + float(node.get("height", "")) <= height
        assert float(node.get("x") or 0) + float(node.get("width", "")) <= width


def test_without_objects_there_is_no_panel() -> None:
    found = texts(picture(TraceStep("U", "frees table 1"), name="order"))
    assert found[0] == "A page table is freed before a TLB invalidation that began after its unhooking"
    assert found[-1] == "the step that violates"
    assert not any("hooked:" in text for text in found)


def test_nothing_from_outside_becomes_markup_or_leads_away() -> None:
    evil = TraceStep("U", "<script>alert(1)</script> & \x1b[31m", "f<b>", Location('a"<x>.c', 1, "v1<y>"))
    verdict = PropertyVerdict("<p>", Verdict.VIOLATED, "", (evil,))
    text = timeline_svg(ModelRun("<a>", "<c>", "<s>", (verdict,), 1), verdict)
    root = ElementTree.fromstring(text)
    assert {node.tag.removeprefix(SVG) for node in root.iter()} == {
        "svg", "title", "style", "rect", "text", "line",
    }  # fmt: skip
    assert "\x1b" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_colours_fit_light_and_dark() -> None:
    style = picture(FREE).findtext(f"{SVG}style") or ""
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    for name in ("paper", "text", "box", "freed", "hooked", "bad"):
        assert f"{name} {{ fill: #" in light
        assert f"{name} {{ fill: #" in dark
    assert light.count("{") - dark.count("{") == 5  # fonts and strokes are the same for both
