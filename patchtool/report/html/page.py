"""The pages: one for each command that has a report worth a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from patchtool.core.finding import Finding, Verdict
from patchtool.core.ledger import LedgerReport
from patchtool.core.model import Matrix, ModelReport, ModelRun
from patchtool.core.plan import BackportReport, Verification
from patchtool.core.report import Base, CheckReport, Mended
from patchtool.core.series import Series
from patchtool.report.html.code import Code, Quotations
from patchtool.report.html.document import Section, Words, document, note
from patchtool.report.html.findings import Numbered, filters, prose
from patchtool.report.html.ledger import architectures, ledger_section, standings_section
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.html.plan import plan_section, target_sections
from patchtool.report.html.series import heading, series_section
from patchtool.report.html.trace import Violation, traces_section, violations
from patchtool.report.html.verdicts import matrix_section, model_section
from patchtool.report.plain import count
from patchtool.report.tally import off_by_default, tally


def check_page(report: CheckReport) -> str:
    """`patchtool check`: the series, its findings beside the lines, and what it mends."""
    series, numbered = report.series, Numbered(report.findings)
    sections = [series_section(series, numbered)]
    if report.mended:
        sections.append(Section("mended", "Mended by the series", _mended(report.mended)))
    top = heading(series, report.base, tally(report.findings), *series.notes)
    return document(
        f"{series.subject or series.source}: check",
        top,
        sections,
        list(_check_words(report)),
        filters(report.findings, series.patches),
    )


def kconfig_page(report: LedgerReport) -> str:
    """`patchtool kconfig`: the ledger, then the series."""
    series = report.series
    sections = [ledger_section(report), standings_section(report), series_section(series, Numbered(()))]
    said = ", ".join(
        (
            count(len(report.symbols), "symbol"),
            count(report.states + 1, "state"),
            count(len(report.architectures), "architecture"),
        )
    )
    open_ = [f"{broken.arch}: {broken.at}: {broken.message}" for broken in report.broken]
    return document(
        f"{series.subject or series.source}: Kconfig",
        heading(series, report.base, said),
        sections,
        _words([said], [*open_, *report.undecided]),
        filters((), series.patches, architectures(report)),
    )


def backport_page(report: BackportReport, code: Code) -> str:
    """`patchtool backport`: the plan, target by target the reasons, the traces, the series."""
    series = report.series
    checks = [(plan.target.name, plan.verification) for plan in report.targets if plan.verification]
    numbered = Numbered(finding for _, check in checks for finding in check.findings)
    quotations = Quotations(code)
    traces = [
        traces_section(found, key, f"{title} {name}", quotations)
        for n, (name, check) in enumerate(checks)
        for key, title, found in _traces(check, n)
    ]
    sections = [
        plan_section(report),
        *target_sections(report, numbered),
        *traces,
        series_section(series, Numbered(())),
        quotations.section(),
    ]
    said = f"{count(len(series.patches), 'patch')} for {count(len(report.targets), 'target')}"
    open_ = [f"{name}: {sentence}" for name, check in checks for sentence in check.undecided]
    unsought = [Words("not looked for", sentence) for sentence in report.unsought]
    return document(
        f"{series.subject or series.source}: backport",
        heading(series, report.base, said),
        [section for section in sections if section],
        [*(Words("note", text) for text in report.notes), *_words([said], open_), *unsought],
        filters(numbered.all, series.patches),
    )


def model_page(report: ModelReport, code: Code) -> str:
    """`patchtool model` of one tree: the verdicts, and each violation's trace to step through."""
    quotations, found = Quotations(code), violations(report, "v")
    sections = [
        model_section(report, found),
        traces_section(found, "traces", "Traces", quotations),
        quotations.section(),
    ]
    title = f"mmu_gather model of {report.ref}"
    version = f"version {report.version}" if report.version else ""
    said = _explored(report)
    return document(
        title,
        joined((element("h1", title), note(version) if version else None, note(said))),
        [section for section in sections if section],
        _words([said], report.undecided),
        filters((), ()),
    )


def matrix_page(found: Matrix, series: Series, base: Base, code: Code) -> str:
    """`patchtool model --series`: what flips, findings, traces of base and last state, the series."""
    quotations, numbered = Quotations(code), Numbered(found.findings)
    sections = [
        matrix_section(found, series),
        traces_section(violations(found.base, "b"), "before", f"Traces in {found.base.ref}", quotations),
        traces_section(violations(found.last, "v"), "after", f"Traces in {found.last.ref}", quotations),
        series_section(series, numbered),
        quotations.section(),
    ]
    said = f"{count(sum(map(len, found.groups)), 'state')}, {_explored(found.last)} in the last"
    return document(
        f"{series.subject or series.source}: model",
        heading(series, base, said),
        [section for section in sections if section],
        _words([said], found.undecided),
        filters(found.findings, series.patches),
    )


# Only of programs that the backport changes: the target's other hazards are not its doing.
def _traces(check: Verification, n: int) -> Iterator[tuple[str, str, list[Violation]]]:
    before, after = (
        {(run.arch, run.config, run.scenario): run for run in report.runs} if report else {}
        for report in (check.before, check.after)
    )
    if check.after:
        runs = [run for key, run in after.items() if key not in before or before[key].program != run.program]
        yield f"after{n}", "Traces of what changed in", violations(_with(check.after, runs), f"after{n}x")
    if check.before:
        runs = [_mended_in(run, after[key]) for key, run in before.items() if key in after]
        yield f"before{n}", "Traces that are mended in", violations(_with(check.before, runs), f"before{n}x")


def _with(report: ModelReport, runs: list[ModelRun]) -> ModelReport:
    return replace(report, runs=tuple(runs))


def _mended_in(run: ModelRun, after: ModelRun) -> ModelRun:
    gone = [one for one in run.properties if after.verdict(one.name) is Verdict.HOLDS]
    return replace(run, properties=tuple(gone))


def _explored(report: ModelReport) -> str:
    configs = len({(run.arch, run.config) for run in report.runs})
    states = sum(run.states for run in report.runs)
    return f"{count(configs, 'configuration')}, {count(len(report.runs), 'run')}, {count(states, 'state')}"


def _words(checked: list[str], undecided: list[str] | tuple[str, ...]) -> list[Words]:
    left = [Words("not checked", sentence) for sentence in undecided]
    return [*(Words("checked", sentence) for sentence in checked), *(left or [_NOTHING])]


_NOTHING = Words("not checked", "nothing was left open")


def _check_words(report: CheckReport) -> Iterator[Words]:
    yield Words("checked", f"{report.checked[0]}: {tally(report.findings)}")
    yield from (Words("checked", sentence) for sentence in report.checked[1:])
    left_open = [finding for finding in report.findings if finding.verdict is Verdict.UNDECIDED]
    yield from (Words("undecided", finding.message) for finding in left_open)
    yield from (Words("note", sentence) for sentence in report.notes)
    for (reason, by), number in Counter((one.reason, one.by) for one in report.waived).items():
        yield Words("waived", f"{count(number, 'finding')}: {reason} ({by})")
    yield from (Words("not checked", sentence) for sentence in report.undecided)
    yield from (Words("not checked", f"{sentence}, as asked") for sentence in report.left_out)
    yield from (Words("not checked", sentence) for sentence in off_by_default(report))
    if not (report.undecided or left_open or report.left_out or report.off):
        yield _NOTHING


# The same fact in several files in one row.
def _mended(mended: tuple[Mended, ...]) -> Markup:
    facts: dict[tuple[int, str, str], list[Finding]] = {}
    for item in mended:
        facts.setdefault((item.patch, item.finding.rule, item.finding.message), []).append(item.finding)
    rows = []
    for (patch, rule, message), findings in sorted(facts.items()):
        places = [
            element("code", f"{one.at.path}:{one.at.line}" if one.at.line else one.at.path)
            for one in findings
        ]
        shown: Markup = places[0]
        if len(places) > 1:
            summary = element("summary", places[0], f" and {count(len(places) - 1, 'place')} more")
            shown = element("details", summary, element("ul", *(element("li", p) for p in places[1:])))
        by = element("a", f"patch {patch}", href=f"#p{patch}")
        rows.append(
            element(
                "tr",
                element("td", *prose(message)),
                element("td", shown),
                element("td", by),
                element("td", rule, class_="soft"),
                data_item="row",
                data_patch=patch,
            )
        )
    heads = [element("th", text, scope="col") for text in ("what", "where", "by", "rule")]
    head = element("thead", element("tr", *heads))
    table = element("table", head, element("tbody", *rows), class_="grid", aria_label="Mended")
    return element("div", table, class_="scroll")
