"""A counterexample that one steps through: a lane a thread, each object's state, the code beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, ObjectState, PropertyVerdict, TraceStep
from patchtool.report.html.code import Quotations
from patchtool.report.html.document import Section
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.plain import count
from patchtool.report.timeline import MEANINGS, thread_role, threads_of

# More lanes leave no room for code beside them.
_NARROW = 2
# Marks that can be told apart without colour.
_BUTTONS = (("first", "|<", "First step"), ("back", "<", "Step back"))
_BUTTONS_ON = (("on", ">", "Step on"), ("last", ">|", "Last step"))


@dataclass(frozen=True, slots=True)
class Violation:
    """A trace of the page: its id, the property that is violated, all the runs that do so in the same way."""

    name: str
    verdict: PropertyVerdict
    runs: tuple[ModelRun, ...]

    @property
    def where(self) -> str:
        """The first of the runs, and how many more there are."""
        first, more = self.runs[0], len(self.runs) - 1
        others = f" and {count(more, 'run')} more" if more else ""
        return f"{first.arch} {first.config}, {first.scenario}{others}"


def violations(report: ModelReport, prefix: str) -> list[Violation]:
    """Every violation that has a trace, one for all runs of equal programs; ids begin with `prefix`."""
    found: dict[tuple[str, str], list[ModelRun]] = {}
    verdicts: dict[tuple[str, str], PropertyVerdict] = {}
    for run in report.runs:
        for verdict in run.properties:
            if verdict.verdict is Verdict.VIOLATED and verdict.trace:
                key = (run.program, verdict.name)
                found.setdefault(key, []).append(run)
                verdicts.setdefault(key, verdict)
    return [
        Violation(f"{prefix}{n}", verdicts[key], tuple(runs))
        for n, (key, runs) in enumerate(found.items(), 1)
    ]


def traces_section(found: Sequence[Violation], name: str, title: str, code: Quotations) -> Section | None:
    """All traces of a report, the first one open; None without any."""
    if not found:
        return None
    listed = [
        element(
            "li",
            element("a", one.verdict.name, element("small", one.where), href=f"#{one.name}"),
            class_="error",
        )
        for one in found
    ]
    body = [_trace(one, code, is_open=n == 0) for n, one in enumerate(found)]
    return Section(name, title, joined(body), element("ul", *listed, class_="index"))


def _trace(one: Violation, code: Quotations, *, is_open: bool) -> Markup:
    meaning = MEANINGS.get(one.verdict.name, one.verdict.name)
    steps = one.verdict.trace
    runs = sorted({f"{run.arch} {run.config}, {run.scenario}" for run in one.runs})
    others = element(
        "details",
        element("summary", f"{count(len(runs), 'run')} in which this happens"),
        element("ul", *(element("li", text) for text in runs)),
        class_="runs",
    )
    return element(
        "details",
        element(
            "summary",
            element("span", one.verdict.name, class_="badge"),
            f" {meaning[:1].upper()}{meaning[1:]} ",
            element("small", one.where),
        ),
        _controls(len(steps)),
        element(
            "div",
            element("div", _table(steps, code), class_="scroll"),
            element("div", class_="pane script", role="region", aria_label="Code of the step", tabindex=0),
            class_="split wide" if len(threads_of(steps)) > _NARROW else "split",
        ),
        element("p", f"{one.verdict.name}: {meaning}", class_="verdict"),
        others if len(runs) > 1 else None,
        id=one.name,
        class_="trace",
        data_item="trace",
        open=is_open,
    )


def _controls(steps: int) -> Markup:
    slider = element(
        "input", type="range", min=1, max=steps, value=steps, name="step", aria_label=f"Step, 1 to {steps}"
    )
    return element(
        "p",
        *map(_button, _BUTTONS),
        slider,
        *map(_button, _BUTTONS_ON),
        element("output", f"step {steps} of {steps}", aria_live="polite"),
        class_="controls script",
    )


def _button(row: tuple[str, str, str]) -> Markup:
    act, mark, label = row
    return element("button", mark, type="button", data_act=act, aria_label=label, title=label)


def _table(steps: Sequence[TraceStep], code: Quotations) -> Markup:
    threads = threads_of(steps)
    objects = steps[0].objects
    heads = [
        element("th", "#", scope="col"),
        *(element("th", thread, element("small", thread_role(thread)), scope="col") for thread in threads),
        *(element("th", thing.name, scope="col", class_="object") for thing in objects),
    ]
    rows = [_row(n, steps, threads, code) for n in range(len(steps))]
    return element(
        "table",
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
        class_="steps",
        aria_label="Steps, time runs downwards",
    )


def _row(n: int, steps: Sequence[TraceStep], threads: Sequence[str], code: Quotations) -> Markup:
    step = steps[n]
    cells = [
        _said(step, code) if thread == step.thread else element("td", class_="lane") for thread in threads
    ]
    before = steps[n - 1].objects if n else ()
    states = [
        _state(thing, before[place] if place < len(before) else None)
        for place, thing in enumerate(step.objects)
    ]
    return element(
        "tr",
        element("th", str(n + 1), scope="row"),
        *cells,
        *states,
        class_="step bad" if n == len(steps) - 1 else "step",
        data_code=code.name(step.at) if step.at else None,
    )


def _said(step: TraceStep, code: Quotations) -> Markup:
    kind = step.thread.rstrip("0123456789").lower()
    return element(
        "td",
        element("span", step.action, class_="action"),
        element("code", f"{step.function}()") if step.function else None,
        code.link(step.at) if step.at else None,
        class_=f"act {kind if kind in ('u', 'cpu', 'sw', 'rcu') else ''}".rstrip(),
    )


# The state in a word wherever it is news, the holders too; in between the colour goes on.
def _state(now: ObjectState, before: ObjectState | None) -> Markup:
    word = "freed" if now.freed else "hooked" if now.hooked else "unhooked"
    same = before is not None and (now.freed, now.hooked) == (before.freed, before.hooked)
    held = () if before is not None and now.holders == before.holders else tuple(_holders(now, before))
    shown = element("span", word, class_="sr") if same else element("b", word)
    return element("td", shown, *(element("small", text) for text in held), class_=f"object {word}")


def _holders(now: ObjectState, before: ObjectState | None) -> Iterator[str]:
    yield from now.holders
    if before is not None and before.holders and not now.holders:
        yield "held by no one"
