"""The frame of every page: heading, filters, contents at the side, the sections, the last words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from patchtool.report.html.markup import Child, Markup, digest, element, joined, script, style
from patchtool.report.plain import one_line

_KEYS = (
    ("j k", "next and previous finding, or trace where there are no findings"),
    ("left right", "a step back, a step on in the trace at hand; Home and End for the first and the last"),
    ("/", "to the text filter; Escape leaves it"),
    ("?", "this help"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that picks one of several: `key` is the data attribute to look at, rows are (value, label)."""

    key: str
    label: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """`severities` as (name, how many); `choices` with less than two rows are not offered."""

    severities: tuple[tuple[str, int], ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. `contents` are the lines for the side under its title, None for the title alone."""

    name: str
    title: str
    body: Markup
    contents: Markup | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of last words (`checked`, `not checked`) and the sentence."""

    kind: str
    sentence: str


def document(
    title: str, heading: Markup, sections: Sequence[Section], words: Sequence[Words], filters: Filters
) -> str:
    """The whole file: pure ASCII, ends in a newline. Its policy lets it load nothing and run one script."""
    css, js = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src {digest(css)}; script-src {digest(js)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", one_line(title)),
        style(css),
    )
    body = element(
        "body",
        element("a", "Skip to the report", href="#report", class_="skip"),
        element("header", heading, class_="top"),
        element(
            "div",
            _side(sections, filters),
            element("main", *map(_section, sections), last_words(words), id="report", tabindex=-1),
            class_="columns",
        ),
        _help(),
        script(js),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en').html}\n"


def last_words(words: Sequence[Words]) -> Markup:
    """What was checked and what was not; never left out."""
    rows = [
        joined((element("dt", word.kind, class_=word.kind.replace(" ", "-")), element("dd", word.sentence)))
        for word in words
    ]
    return element(
        "section",
        element("h2", "What was checked, and what was not"),
        element("dl", *rows, class_="words"),
        id="words",
        class_="part",
    )


def note(*children: Child) -> Markup:
    """A paragraph in small type."""
    return element("p", *children, class_="soft")


def _asset(name: str) -> str:
    return files("patchtool.report.html").joinpath(name).read_text(encoding="ascii")


def _section(section: Section) -> Markup:
    return element("section", element("h2", section.title), section.body, id=section.name, class_="part")


def _side(sections: Sequence[Section], filters: Filters) -> Markup:
    listed = [
        element("li", element("a", section.title, href=f"#{section.name}"), section.contents)
        for section in sections
    ]
    listed.append(element("li", element("a", "What was checked", href="#words")))
    return element(
        "div",
        _filter_form(filters),
        element("nav", element("ul", *listed), aria_label="Contents"),
        element("p", element("button", "Keys", type="button", id="keys", class_="script"), class_="soft"),
        class_="side",
    )


def _filter_form(filters: Filters) -> Markup:
    boxes = [
        element(
            "label",
            element("input", type="checkbox", name="severity", value=name, checked=True),
            element("span", f"{name} ", element("b", str(number)), class_=f"chip {name}"),
        )
        for name, number in filters.severities
    ]
    legend = element("legend", "Severity")
    return element(
        "form",
        element("fieldset", legend, *boxes, class_="severities") if boxes else None,
        *(_choice(choice) for choice in filters.choices if len(choice.rows) > 1),
        element(
            "label",
            element("span", "Text"),
            element("input", type="search", name="text", autocomplete="off", spellcheck="false"),
        ),
        element("p", id="shown", class_="soft", role="status", aria_live="polite"),
        id="filter",
        class_="script",
        aria_label="Filter",
    )


def _choice(choice: Choice) -> Markup:
    options = [element("option", one_line(label), value=value) for value, label in choice.rows]
    every = element("option", "all", value="")
    chooser = element("select", every, *options, name=choice.key)
    return element("label", element("span", choice.label), chooser)


def _help() -> Markup:
    rows = [
        joined(
            (
                element("dt", *(element("kbd", key) for key in keys.split())),
                element("dd", meaning),
            )
        )
        for keys, meaning in _KEYS
    ]
    close = element("form", element("button", "Close"), method="dialog")
    return element("dialog", element("h2", "Keys"), element("dl", *rows), close, id="help", aria_label="Keys")
