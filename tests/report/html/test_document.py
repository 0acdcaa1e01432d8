"""The frame: one file that loads nothing, runs nothing but its own script, and ends with the last words."""

import re
from importlib.resources import files

from page_kit import parsed, shape

from patchtool.report.html.document import Choice, Filters, Section, Words, document, last_words, note
from patchtool.report.html.markup import digest, element

WORDS = (Words("checked", "2 patches"), Words("not checked", "a < b"))
FILTERS = Filters(
    (("error", 2), ("note", 1)),
    (Choice("rule", "Rule", (("a", "a"), ("b", "b"))), Choice("patch", "Patch", (("1", "1/1 x"),))),
)
SECTIONS = (
    Section("one", "First", note("body"), element("ul", element("li", "inside"))),
    Section("two", "Second", note("more")),
)


def page() -> str:
    return document("A title", element("h1", "Head"), SECTIONS, WORDS, FILTERS)


def test_the_policy_lets_in_nothing_but_its_own_style_and_script() -> None:
    root = parsed(page())
    css, js = root.one("style").text, root.one("script").text
    policy = root.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    assert policy == (
        f"default-src 'none'; style-src {digest(css)}; script-src {digest(js)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_loaded_and_nothing_stands_in_attributes_that_would_run() -> None:
    text = page()
    assert text.isascii()
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text)
    names = {name for _, attributes in shape(text) for name in attributes}
    assert not {name for name in names if name in {"src", "style", "action"} or name.startswith("on")}


def test_the_assets_are_ascii_and_cannot_end_their_element() -> None:
    for name in ("page.css", "page.js"):
        text = files("patchtool.report.html").joinpath(name).read_text(encoding="ascii")
        assert "</" not in text
        assert "innerHTML" not in text


def test_sections_stand_in_order_and_in_the_contents() -> None:
    root = parsed(page())
    assert [node.text for node in root.one("main").every("h2")] == [
        "First",
        "Second",
        "What was checked, and what was not",
    ]
    listed = root.one("nav").words
    assert listed == "First inside Second What was checked"
    assert root.one("title").text == "A title"


def test_only_filters_with_a_choice_are_offered() -> None:
    form = parsed(page()).one("form", id="filter")
    assert [node.attributes["value"] for node in form.every("input", name="severity")] == ["error", "note"]
    assert [node.attributes["name"] for node in form.every("select")] == ["rule"]
    assert [node.text for node in form.every("option")] == ["all", "a", "b"]
    bare = parsed(document("t", element("h1", "h"), SECTIONS, WORDS, Filters())).one("form", id="filter")
    assert [*bare.every("fieldset"), *bare.every("select")] == []


def test_the_last_words_are_never_left_out() -> None:
    assert last_words(WORDS).html == (
        '<section id="words" class="part"><h2>What was checked, and what was not</h2><dl class="words">'
        '<dt class="checked">checked</dt><dd>2 patches</dd>'
        '<dt class="not-checked">not checked</dt><dd>a &lt; b</dd></dl></section>'
    )
