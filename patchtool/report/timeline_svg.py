"""A trace as a picture: a lane for each thread, and beside it what becomes of each page table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from patchtool.core.model import ModelRun, ObjectState, PropertyVerdict, TraceStep
from patchtool.report.plain import one_line
from patchtool.report.timeline import MEANINGS, thread_role, threads_of

# Lengths in pixels. Text is wrapped by count: the narrowest common sans-serif decides nothing here.
_LANE, _OBJECT, _GAP, _MARGIN, _NUMBER = 310, 170, 10, 20, 30
_LINE, _PAD, _TOP = 17, 9, 158
_CHARS, _CODE_CHARS, _HOLDER_CHARS = 38, 41, 24

# Rule of CSS: light, dark. Written out and no variables, which simple viewers do not know.
_COLOURS = {
    ".paper { fill: % }": ("#ffffff", "#16191d"),
    "text { fill: % }": ("#1c2024", "#e6e8eb"),
    ".soft { fill: % }": ("#5f6773", "#9aa3ad"),
    ".code { fill: % }": ("#3b4350", "#b9c1ca"),
    ".bad { fill: % }": ("#b71c1c", "#ff8a80"),
    ".band { fill: % }": ("#fdeaea", "#47201f"),
    ".life { stroke: % }": ("#c9ced6", "#414852"),
    ".box { fill: % }": ("#f3f5f8", "#22272e"),
    ".box { stroke: % }": ("#d4d8de", "#353b43"),
    ".boxbad { fill: % }": ("#ffffff", "#16191d"),
    ".boxbad { stroke: % }": ("#b71c1c", "#ff8a80"),
    ".hooked { fill: % }": ("#cfe8d5", "#1f4a2c"),
    ".unhooked { fill: % }": ("#ffe6a8", "#5c4810"),
    ".freed { fill: % }": ("#f3b3b0", "#6b2522"),
    ".u { fill: % }": ("#2257b5", "#7fb0ff"),
    ".cpu { fill: % }": ("#8a4baf", "#d3a1f5"),
    ".sw { fill: % }": ("#0b7a75", "#58cfc8"),
    ".rcu { fill: % }": ("#8a5a00", "#e0b25a"),
}
_FONTS = """
text { font: 13px system-ui, "DejaVu Sans", sans-serif; }
.title { font-size: 18px; font-weight: 600; }
.head { font-weight: 600; }
.code { font: 11.5px ui-monospace, "DejaVu Sans Mono", monospace; }
.life { stroke-dasharray: 3 4; }
.boxbad { stroke-width: 2.5; }
"""


def _style() -> str:
    light, dark = (
        "\n".join(rule.replace("%", colours[n]) for rule, colours in _COLOURS.items()) for n in (0, 1)
    )
    return f"{_FONTS}{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


@dataclass(frozen=True, slots=True)
class _Row:
    step: TraceStep
    number: int
    y: int
    height: int
    notes: tuple[tuple[str, ...], ...]
    bad: bool


def timeline_svg(run: ModelRun, verdict: PropertyVerdict) -> str:
    """A picture of a violated property's trace: a whole SVG file, light or dark as its reader has it.

    It needs no other file and runs nothing; all text is escaped. The last step is marked as the moment at
    which `verdict` is violated. The objects' states are left out where the trace's steps have none.
    """
    trace = verdict.trace
    threads = threads_of(trace)
    rows = _rows(trace)
    objects = trace[0].objects if trace else ()
    width = 2 * _MARGIN + _NUMBER + len(threads) * _LANE + len(objects) * _OBJECT
    height = (rows[-1].y + rows[-1].height if rows else _TOP) + 58
    where = f"{run.arch} {run.config}, {run.scenario}"
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">',
        f"<title>{_escaped(f'{verdict.name}: {where}')}</title>",
        f"<style>{_style()}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *_heading(verdict, where, trace),
        *_lanes(threads, height),
        *_objects(objects, rows, threads, width),
        *(part for row in rows for part in _box(row, threads)),
        *_legend(bool(objects), height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return escape(one_line(text))


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "") -> str:
    classes = f' class="{style}"' if style else ""
    end = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x}" y="{y}"{classes}{end}>{_escaped(text)}</text>'


def _rows(trace: Sequence[TraceStep]) -> list[_Row]:
    found: list[_Row] = []
    y, before = _TOP, tuple[ObjectState, ...]()
    for number, step in enumerate(trace, 1):
        notes = tuple(
            _notes(step.objects[n], before[n] if before else None) for n in range(len(step.objects))
        )
        lines = max(len(_said(step)), *(len(note) for note in notes), 1)
        found.append(_Row(step, number, y, lines * _LINE + 2 * _PAD, notes, number == len(trace)))
        y, before = found[-1].y + found[-1].height + _GAP, step.objects
    return found


# What to write of an object: its state and who holds it, where either is news.
def _notes(now: ObjectState, before: ObjectState | None) -> tuple[str, ...]:
    lines = []
    if before is None or _state(now) != _state(before):
        lines.append(_state(now))
    if before is None or now.holders != before.holders:
        lines += [part for holder in now.holders for part in wrap(holder, _HOLDER_CHARS)]
        if before is not None and before.holders and not now.holders:
            lines.append("held by no one")
    return tuple(lines)


def _state(thing: ObjectState) -> str:
    return "freed" if thing.freed else "hooked" if thing.hooked else "unhooked"


# (text, whether it is code)
def _said(step: TraceStep) -> list[tuple[str, bool]]:
    lines = [(line, False) for line in wrap(step.action, _CHARS) or [""]]
    if step.function:
        lines += [(line, True) for line in wrap(f"{step.function}()", _CODE_CHARS)]
    if step.at is not None:
        place = f"{step.at.path}:{step.at.line}"
        folder, slash, name = place.rpartition("/")
        short = len(place) <= _CODE_CHARS
        lines += [(place, True)] if short else [(folder + slash, True), (name, True)]
    return lines


def _heading(verdict: PropertyVerdict, where: str, trace: Sequence[TraceStep]) -> Iterator[str]:
    ref = next((step.at.ref for step in trace if step.at and step.at.ref), "")
    meaning = MEANINGS.get(verdict.name, verdict.name)
    yield _text(_MARGIN, 34, f"{meaning[:1].upper()}{meaning[1:]}", "title")
    tree = f" in {ref}" if ref else ""
    yield _text(
        _MARGIN, 58, f"{verdict.name}, {where}{tree}: the shortest way there, time runs downwards", "soft"
    )


def _lanes(threads: Sequence[str], height: int) -> Iterator[str]:
    for n, thread in enumerate(threads):
        x = _MARGIN + _NUMBER + n * _LANE
        yield _text(x + 8, _TOP - 42, thread, f"head {_colour(thread)}")
        yield _text(x + 8, _TOP - 24, thread_role(thread), "soft")
        middle = x + _LANE // 2
        yield f'<line class="life" x1="{middle}" y1="{_TOP - 12}" x2="{middle}" y2="{height - 48}"/>'


def _colour(thread: str) -> str:
    return thread.rstrip("0123456789").lower() if thread[:1] in ("U", "C", "S", "R") else ""


def _box(row: _Row, threads: Sequence[str]) -> Iterator[str]:
    x = _MARGIN + _NUMBER + threads.index(row.step.thread) * _LANE
    at = f'x="{x + 4}" y="{row.y}" height="{row.height}"'
    yield _text(_MARGIN + _NUMBER - 8, row.y + _PAD + 13, str(row.number), "soft", "end")
    style = "boxbad" if row.bad else "box"
    yield f'<rect class="{style}" {at} width="{_LANE - 12}" rx="6"/>'
    yield f'<rect class="{_colour(row.step.thread)}" {at} width="5" rx="2"/>'
    for n, (line, code) in enumerate(_said(row.step)):
        plain = "head bad" if row.bad else ""
        yield _text(x + 18, row.y + _PAD + 13 + n * _LINE, line, "code" if code else plain)


def _objects(
    objects: Sequence[ObjectState], rows: Sequence[_Row], threads: Sequence[str], width: int
) -> Iterator[str]:
    if rows:
        last = rows[-1]
        yield f'<rect class="band" x="0" y="{last.y - 5}" width="{width}" height="{last.height + 10}"/>'
    left = _MARGIN + _NUMBER + len(threads) * _LANE
    if objects:
        yield _text(left + 8, _TOP - 66, "what becomes of them, and who still has their address", "soft")
    for n, thing in enumerate(objects):
        x = left + n * _OBJECT
        yield _text(x + 8, _TOP - 42, thing.name, "head")
        above = "the root" if n == 0 else objects[n - 1].name
        yield _text(x + 8, _TOP - 24, f"entry in {above}", "soft")
        for row in rows:
            state = _state(row.step.objects[n])
            gap = 0 if row.bad else _GAP
            yield (
                f'<rect class="{state}" x="{x + 4}" y="{row.y}" width="{_OBJECT - 10}"'
                f' height="{row.height + gap}"/>'
            )
            for line, note in enumerate(row.notes[n]):
                style = "head" if note == state else ""
                yield _text(x + 12, row.y + _PAD + 13 + line * _LINE, note, style)


def _legend(objects: bool, height: int) -> Iterator[str]:
    x, y = _MARGIN, height - 22
    yield f'<rect class="boxbad" x="{x}" y="{y - 11}" width="14" height="14" rx="3"/>'
    yield _text(x + 22, y, "the step that violates", "soft")
    kinds = ("hooked", "unhooked", "freed") if objects else ()
    meanings = {
        "hooked": "an entry above leads to it",
        "unhooked": "its entry is cleared",
        "freed": "its memory may be anything by now",
    }
    x += 190
    for kind in kinds:
        yield f'<rect class="{kind}" x="{x}" y="{y - 11}" width="14" height="14"/>'
        yield _text(x + 22, y, f"{kind}: {meanings[kind]}", "soft")
        x += 46 + 7 * len(f"{kind}: {meanings[kind]}")
