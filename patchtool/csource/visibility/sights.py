"""Which names are in sight at which lines of a unit that was walked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from patchtool.core.tree import TreeReader
from patchtool.csource.building.formulas import NEVER, Formula
from patchtool.csource.building.unit import Walk
from patchtool.csource.layout import Choice, Item, Layout, Segment, layout
from patchtool.csource.places import declared

# For each segment, by its first line: the lines that matter, with a name declared there or "".
Marks: TypeAlias = Mapping[int, list[tuple[int, str]]]


def standing(name: str, path: str, line: int) -> str:
    """The key in `Sight.known` of a macro that is defined at a line of a file."""
    return f"#{name}:{path}:{line}"


@dataclass(slots=True)
class Question:
    """What to look for: by file and line the names, as `csource.places.declared` spells them, of which to
    say whether each is in sight there. A macro of a name counts. `macros` are a name, a file and a
    line each: a sight's `known` says, under `standing(...)` of them, where the macro in force is the one
    defined there.
    """

    lines: Mapping[str, Mapping[int, frozenset[str]]]
    macros: frozenset[tuple[str, str, int]] = frozenset()
    events: dict[str, Marks] = field(default_factory=dict)
    names: frozenset[str] = field(init=False)
    _bytes: tuple[bytes, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.names = frozenset(n for rows in self.lines.values() for names in rows.values() for n in names)
        self._bytes = tuple({name.rpartition(".")[2].encode() for name in self.names})

    def marks(self, path: str, data: bytes, plan: Layout) -> Marks:
        """For each segment (by its first line) the lines that matter, with a name declared there or ""."""
        if path not in self.events:
            self.events[path] = self._marks(path, data, plan)
        return self.events[path]

    def _marks(self, path: str, data: bytes, plan: Layout) -> Marks:
        marks = [(line, "") for line in self.lines.get(path, ())]
        if any(name in data for name in self._bytes):
            places = declared(path, data)
            marks += [(line, name) for name in self.names & places.keys() for line in places[name]]
            for segment in _segments(plan.items):
                marks += [(m.line if m else segment.last, n) for n, m in segment.changes if n in self.names]
        if not marks:
            return {}
        found: dict[int, list[tuple[int, str]]] = {}
        for segment in _segments(plan.items):
            inside = sorted(mark for mark in marks if segment.first <= mark[0] <= segment.last)
            if inside:
                found[segment.first] = inside
        return found


def _segments(items: Iterable[Item]) -> Iterator[Segment]:
    for item in items:
        if isinstance(item, Segment):
            yield item
        elif isinstance(item, Choice):
            for branch in item.branches:
                yield from _segments(branch.items)


@dataclass(frozen=True, slots=True)
class Sight:
    """One place as the walk met it: `when` it is read, and where (within that) each name was in sight."""

    when: Formula
    known: Mapping[str, Formula]


class Sights:
    """The places of a question in the order in which a walk met them, one for each time.

    A name that was declared, or defined as a macro, stays in sight: an #undef takes nothing back.
    """

    def __init__(self, reader: TreeReader, walk: Walk, question: Question) -> None:
        self.at: dict[tuple[str, int], list[Sight]] = {}
        self._formulas = walk.formulas
        self._question = question
        self._seen: dict[str, Formula] = {}
        self._own: dict[str, Formula] = {}
        marks = {path: found for path in walk.files if (found := _marks(reader, path, question))}
        macros: dict[str, list[tuple[str, int]]] = {}
        for name, path, line in sorted(question.macros):
            macros.setdefault(name, []).append((path, line))
        for when, path, segment in walk.visits:
            here = marks[path].get(segment.first) if path in marks else None
            if macros and segment.changes:
                self._follow(segment, when, macros)
            if here is not None:
                self._visit(here, path, when)

    def _visit(self, here: list[tuple[int, str]], path: str, when: Formula) -> None:
        for _, name in here:
            if name:
                self._seen[name] = self._formulas.either(self._seen.get(name, NEVER), when)
        for line, name in here:
            if not name:
                names = self._question.lines[path][line]
                known = {one: self._formulas.both(when, self._seen.get(one, NEVER)) for one in names}
                own = {one: self._formulas.both(when, where) for one, where in self._own.items()}
                self.at.setdefault((path, line), []).append(Sight(when, known | own))

    # Where the macro in force is the one of a certain place.
    def _follow(self, segment: Segment, when: Formula, macros: Mapping[str, list[tuple[str, int]]]) -> None:
        for name, macro in segment.changes:
            for path, line in macros.get(name, ()):
                key = standing(name, path, line)
                rest = self._formulas.without(self._own.get(key, NEVER), when)
                own = macro is not None and (macro.path, macro.line) == (path, line)
                self._own[key] = self._formulas.either(rest, when) if own else rest


def _marks(reader: TreeReader, path: str, question: Question) -> Marks:
    data = reader.read(path)
    return question.marks(path, data, layout(path, data)) if data is not None else {}
