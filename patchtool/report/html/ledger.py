"""The Kconfig ledger: what each patch changes on which architectures, and how symbols stand in the end."""

from __future__ import annotations

from collections.abc import Sequence

from patchtool.core.ledger import ABSENT, LedgerReport, Shift, Standing
from patchtool.core.series import Patch
from patchtool.report.html.document import Choice, Section, note
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.ledger_text import named, said, used


def architectures(report: LedgerReport) -> Choice:
    """The filter that leaves one architecture's rows."""
    return Choice("archs", "Architecture", tuple((name, name) for name in report.architectures))


def ledger_section(report: LedgerReport) -> Section:
    """A table for each patch that touches a symbol."""
    touched = [patch for patch in report.series.patches if patch.n in report.changes]
    parts = [_patch(patch, report) for patch in touched]
    listed = [
        element("li", element("a", f"{patch.n}. {patch.subject}", href=f"#l{patch.n}")) for patch in touched
    ]
    body = joined(parts) if parts else note("No symbol is touched.")
    return Section("ledger", "Kconfig, patch by patch", body, element("ul", *listed) if listed else None)


def standings_section(report: LedgerReport) -> Section:
    """How each touched symbol stands after the last patch, and where it is used."""
    rows = []
    for symbol in report.symbols:
        uses = report.uses.get(symbol, ())
        declared = [(archs, one) for archs, one in report.standings.get(symbol, ()) if one != ABSENT]
        if not declared and not uses:
            continue
        lines = [
            _row(archs, name, element("td", said(one)))
            for name, (archs, one) in named([a for a, _ in declared], report.architectures, declared)
        ] or [_row(report.architectures, "everywhere", element("td", "not there"))]
        where = element("small", f"used in {used(uses)}") if uses else None
        title = element("th", element("code", symbol), where, colspan=2, scope="rowgroup")
        rows.append(element("tbody", element("tr", title, class_="group"), *lines, data_item="row"))
    heading = f"In the end, after patch {report.states} of {len(report.series.patches)}"
    body = element("table", *rows, class_="grid ledger") if rows else note("No symbol is left.")
    return Section("standings", heading, element("div", body, class_="scroll"))


def _patch(patch: Patch, report: LedgerReport) -> Markup:
    shifts = [shift for shift in report.shifts if shift.patch == patch.n]
    told = {name for shift in shifts for name in (shift.symbol, shift.renamed)}
    silent = [name for name in report.changes[patch.n] if name not in told]
    return element(
        "section",
        element("h3", element("span", patch.name, class_="number"), " ", patch.subject),
        _shifts(shifts, report.architectures) if shifts else None,
        None if report.changes[patch.n] else note("touches no symbol"),
        note(f"named, and stands as before: {', '.join(silent)}") if silent else None,
        id=f"l{patch.n}",
        class_="patch",
        data_item="ledger",
        data_patch=patch.n,
    )


def _shifts(shifts: Sequence[Shift], known: tuple[str, ...]) -> Markup:
    body = []
    for symbol, renamed in dict.fromkeys((shift.symbol, shift.renamed) for shift in shifts):
        group = [shift for shift in shifts if (shift.symbol, shift.renamed) == (symbol, renamed)]
        name = element("code", f"{symbol} -> {renamed}" if renamed else symbol)
        title = element("tr", element("th", name, colspan=4, scope="rowgroup"), class_="group")
        labelled = named([shift.architectures for shift in group], known, group)
        rows = [_shift(shift, label) for label, shift in labelled]
        body.append(element("tbody", title, *rows, data_item="row"))
    heads = [element("th", text, scope="col") for text in ("on", "before", "after", "says so")]
    table = element("table", element("thead", element("tr", *heads)), *body, class_="grid ledger")
    return element("div", table, class_="scroll")


def _shift(shift: Shift, label: str) -> Markup:
    place = element("td", element("code", f"{shift.at.path}:{shift.at.line}") if shift.at else "")
    if shift.before == shift.after:
        cells = [element("td", f"{said(shift.after)}, as before", colspan=2, class_="soft")]
    else:
        prompted = said(shift.before) == said(shift.after)  # only the prompt's text differs
        cells = [
            element("td", _standing(one, prompted=prompted), class_=style)
            for one, style in ((shift.before, "was"), (shift.after, "is"))
        ]
    return _row(shift.architectures, label, *cells, place)


def _standing(standing: Standing, *, prompted: bool) -> str:
    return f'{said(standing)}, prompt "{standing.prompt}"' if prompted else said(standing)


# A group that goes by a number says its names on demand.
def _row(archs: Sequence[str], label: str, *cells: Markup) -> Markup:
    names = ", ".join(archs)
    who: Markup | str = label
    if label != names and archs:
        who = element("details", element("summary", label), names)
    return element("tr", element("th", who, scope="row"), *cells, data_archs=" ".join(archs))
