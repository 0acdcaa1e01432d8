"""What the model says: a row a run, a column a property; or, over a series, what flips where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from patchtool.core.finding import Verdict
from patchtool.core.model import Matrix, MatrixCell, MatrixRow, ModelReport, ModelRun
from patchtool.core.series import Series
from patchtool.report.html.document import Section, note
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.html.trace import Violation
from patchtool.report.matrix_text import group_name, outcome, places, scenario_names, scenarios_of
from patchtool.report.model_text import reasons
from patchtool.report.plain import count
from patchtool.report.timeline import MEANINGS

_MARKS = {
    Verdict.HOLDS: ("ok", "good"),
    Verdict.VIOLATED: ("FAIL", "bad"),
    Verdict.WAIVED: ("waived", "soft"),
    Verdict.UNDECIDED: ("?", "open"),
}


def model_section(report: ModelReport, found: Sequence[Violation]) -> Section:
    """The table of verdicts; each FAIL leads to its trace."""
    links = {(id(run), one.verdict.name): one.name for one in found for run in one.runs}
    longest_first = sorted(report.runs, key=lambda run: -len(run.properties))
    names = list(dict.fromkeys(verdict.name for run in longest_first for verdict in run.properties))
    heads = [element("th", name, scope="col", title=MEANINGS.get(name)) for name in names]
    head = element("tr", element("th", "scenario", scope="col"), *heads, element("th", "states", scope="col"))
    body: list[Markup] = []
    for (arch, config), runs in groupby(report.runs, key=lambda run: (run.arch, run.config)):
        title = element("th", f"{arch} {config}", colspan=len(names) + 2, scope="rowgroup")
        rows = [_run(run, names, links) for run in runs]
        body.append(element("tbody", element("tr", title, class_="group"), *rows, data_item="row"))
    table = element("table", element("thead", head), *body, class_="grid", aria_label="Verdicts")
    said = [element("li", reason) for reason in reasons(report.runs)]
    listed = element("ul", *said, class_="reasons") if said else None
    shown = element("div", table, class_="scroll") if report.runs else note("no run")
    return Section("verdicts", "Verdicts", joined((shown, listed)))


def _run(run: ModelRun, names: Sequence[str], links: Mapping[tuple[int, str], str]) -> Markup:
    cells = [_cell(run.verdict(name), links.get((id(run), name))) for name in names]
    return element("tr", element("th", run.scenario, scope="row"), *cells, element("td", str(run.states)))


def _cell(verdict: Verdict, link: str | None) -> Markup:
    mark, style = _MARKS[verdict]
    shown = element("a", mark, href=f"#{link}", aria_label=f"{mark}, see the trace") if link else mark
    return element("td", shown, class_=style)


def matrix_section(found: Matrix, series: Series) -> Section:
    """What flips, as a table of states; what is the same in every state; what each patch did."""
    every = scenarios_of(found.rows)
    flipping = [row for row in found.rows if row.flips]
    constant = [row for row in found.rows if not row.flips]
    heads = [element("th", group_name(names), scope="col") for names in found.groups]
    parts = [
        _grid(flipping, heads, every, "What flips") if flipping else note("No verdict flips."),
        _constant(constant, every) if constant else None,
        _effects(found, series),
    ]
    return Section("matrix", "The series through the model", joined(parts))


_Every = dict[tuple[str, str], set[str]]


def _grid(rows: Sequence[MatrixRow], heads: Sequence[Markup], every: _Every, label: str) -> Markup:
    body: list[Markup] = []
    for configs, group in groupby(rows, key=lambda row: row.configs):
        title = element("th", places(configs), colspan=len(heads) + 1, scope="rowgroup")
        lines = [
            element("tr", element("th", scenario_names(row, every), scope="row"), *_cells(row.cells))
            for row in group
        ]
        body.append(element("tbody", element("tr", title, class_="group"), *lines, data_item="row"))
    head = element("thead", element("tr", element("th", "scenario", scope="col"), *heads))
    return element("div", element("table", head, *body, class_="grid", aria_label=label), class_="scroll")


def _cells(cells: Sequence[MatrixCell | None]) -> list[Markup]:
    shown = []
    for n, cell in enumerate(cells):
        same = bool(n) and cell is not None and not cell.changed
        word = outcome(cell)
        style = _MARKS[cell.verdict][1] if cell else "soft"
        dot = element("span", ".", title=f"the same program: {word}")
        shown.append(element("td", dot if same else word, class_="soft" if same else style))
    return shown


def _constant(rows: Sequence[MatrixRow], every: _Every) -> Markup:
    lines = [
        element(
            "tr",
            element("th", places(row.configs), scope="row"),
            element("td", scenario_names(row, every)),
            *_cells(row.cells[:1]),
            data_item="row",
        )
        for row in rows
    ]
    return element(
        "details",
        element("summary", f"The same in every state: {count(len(rows), 'row')}"),
        element("div", element("table", *lines, class_="grid"), class_="scroll"),
    )


def _effects(found: Matrix, series: Series) -> Markup:
    names = {str(patch.n): f"{patch.name} {patch.subject}" for patch in series.patches}
    items = []
    for effect in found.patches:
        shares = {"changed": effect.changed, "unchanged": effect.unchanged, "unknown": effect.unknown}
        said = ", ".join(f"{word} on {len(share)}" for word, share in shares.items() if len(share))
        by_scenarios: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for where, scenarios in effect.changed:
            by_scenarios.setdefault(scenarios, []).append(where)
        lines = [
            element("li", f"{places(configs)}: {', '.join(scenarios)}")
            for scenarios, configs in by_scenarios.items()
        ]
        name = element("b", names.get(effect.state, effect.state))
        listed = element("ul", *lines) if lines else None
        items.append(element("li", name, f": program {said}", listed, data_item="row"))
    return joined((element("h3", "What each patch did to the programs"), element("ul", *items)))
