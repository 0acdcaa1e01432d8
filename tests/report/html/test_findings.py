"""Findings as cards."""

from page_kit import Node, parsed

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.report.html.document import Choice
from patchtool.report.html.findings import Numbered, card, filters, index, kind, prose
from patchtool.report.html.markup import element

BAD = Finding(
    "incomplete-rename",
    Severity.ERROR,
    Location("arch/arm/Kconfig", 7, "v5.5+1/2"),
    "`select HAVE_A` still says the old name.",
    "k",
    "say `A`",
    1,
    2,
    evidence=("select HAVE_A",),
    source="\tselect HAVE_A if <B>",
)
OPEN = Finding("x", Severity.NOTE, Location("/tmp/s.mbox"), "Who knows", "k", verdict=Verdict.UNDECIDED)


def shown(finding: Finding, *, framed: bool) -> Node:
    return parsed(card(finding, "f1", framed=framed).html).one("article")


def test_a_card_says_all_there_is() -> None:
    node = shown(BAD, framed=False)
    assert node.words == (
        "error select HAVE_A still says the old name. hint: say A select HAVE_A"
        " arch/arm/Kconfig:7 , gone after patch 2 incomplete-rename"
    )
    assert node.attributes == {
        "id": "f1",
        "class": "finding error",
        "tabindex": "-1",
        "aria-label": "error: incomplete-rename",
        "data-item": "finding",
        "data-severity": "error",
        "data-rule": "incomplete-rename",
        "data-patch": "1",
    }


def test_what_is_not_beside_its_line_has_it_in_a_frame_with_the_name_marked() -> None:
    frame = shown(BAD, framed=True).one("pre")
    assert frame.text == "7\tselect HAVE_A if <B>"
    assert frame.one("mark").text == "select HAVE_A"
    assert list(shown(OPEN, framed=True).every("pre")) == []


def test_an_open_question_is_no_defect() -> None:
    node = shown(OPEN, framed=False)
    assert (kind(OPEN), node.one("span", class_="badge").text) == ("undecided", "undecided")
    assert "data-patch" not in node.attributes


def test_backticks_are_code_and_an_odd_one_stays() -> None:
    assert element("p", *prose("a `b<` c `d")).html == "<p>a <code>b&lt;</code> c `d</p>"


def test_what_can_be_filtered_by() -> None:
    more = Choice("archs", "Architecture", ())
    found = filters((BAD, OPEN, OPEN), (), more)
    assert found.severities == (("error", 1), ("undecided", 2))
    assert [choice.rows for choice in found.choices] == [
        (("incomplete-rename", "incomplete-rename"), ("x", "x")),
        (),
        (),
    ]


def test_links_lead_to_the_cards() -> None:
    numbered = Numbered((BAD, OPEN))
    assert (numbered.of_patch(1), numbered.of_patch(None)) == ([BAD], [OPEN])
    assert index(numbered, [OPEN]).html == (
        '<ul class="index"><li class="undecided"><a href="#f2">x<small>s.mbox</small></a></li></ul>'
    )
