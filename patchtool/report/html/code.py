"""The code that the steps of traces come from, each place once a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.report.html.document import Section, note
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.plain import count


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file of a tree, the first of them with the 1-based number `start`."""

    start: int
    lines: tuple[str, ...]


Code = Mapping[Location, Excerpt]
"""What stands around places; a place is left out where its tree is not at hand."""


class Quotations:
    """Hands out links to places, and keeps which were asked for."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._names: dict[Location, str] = {}

    def name(self, at: Location) -> str | None:
        """The id of the place's excerpt in this page; None where there is no such excerpt."""
        if at not in self._code:
            return None
        return self._names.setdefault(at, f"code{len(self._names) + 1}")

    def link(self, at: Location) -> Markup:
        """`path:line`, which leads to the excerpt where there is one."""
        name = self.name(at)
        shown = element("code", f"{at.path}:{at.line}")
        return element("a", shown, href=f"#{name}") if name else shown

    def section(self) -> Section | None:
        """All places that were asked for; None for none."""
        if not self._names:
            return None
        body = [self._place(at, name) for at, name in self._names.items()]
        lead = note(f"{count(len(body), 'place')} that the steps of the traces come from")
        return Section("code", "The code", joined((lead, *body)))

    def _place(self, at: Location, name: str) -> Markup:
        excerpt = self._code[at]
        rows = [
            element(
                "tr",
                element("td", str(number)),
                element("td", line),
                class_="here" if number == at.line else None,
            )
            for number, line in enumerate(excerpt.lines, excerpt.start)
        ]
        return element(
            "figure",
            element("figcaption", element("code", f"{at.path}:{at.line}"), f" in {at.ref}" if at.ref else ""),
            element("table", *rows, class_="source", aria_label=f"{at.path}, line {at.line}"),
            id=name,
        )
