"""Facts and outlines as JSON values, for the cache; None for a value that is no such."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from patchtool.core.expr import And, Compare, Const, Expr, Not, Or, Sym
from patchtool.core.finding import Location
from patchtool.core.symbol import Default, Entry, Select, SymbolFacts
from patchtool.kconfig.outline import Kind, Outline, Raised, Statement

_T = TypeVar("_T")
_DAMAGE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class KeptFacts(Mapping[str, SymbolFacts]):
    """Facts by their symbols, each unpacked when it is asked for: most of a cone never is."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._rows = rows
        self._facts: dict[str, SymbolFacts] = {}

    def __getitem__(self, symbol: str) -> SymbolFacts:
        if symbol not in self._facts:
            self._facts[symbol] = _unpacked(json.loads(self._rows[symbol]))
        return self._facts[symbol]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def packed_facts(facts: Mapping[str, SymbolFacts]) -> object:
    """What `unpacked_facts` takes."""
    rows = {name: json.dumps(_packed(one), separators=(",", ":")) for name, one in facts.items()}
    return [_sum(rows), rows]


def unpacked_facts(value: object) -> KeptFacts | None:
    """The facts by their symbols; None for anything that `packed_facts` did not make."""
    match value:
        case [str(digest), dict(rows)] if _are_texts(rows.values()):
            return KeptFacts(rows) if digest == _sum(rows) else None
    return None


# Rows are looked at late, when it is too late to find them damaged.
def _sum(rows: Mapping[str, str]) -> str:
    return sha256("\n".join([*rows, *rows.values()]).encode("utf-8", "surrogateescape")).hexdigest()


def packed_outline(one: Outline) -> object:
    """What `unpacked_outline` takes."""
    return [list(row) for row in one.statements]


def unpacked_outline(value: object) -> Outline | None:
    """The outline; None for anything that `packed_outline` did not make."""
    found = _all(value, _statement)
    return None if found is None else Outline(tuple(found))


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _all(value: object, unpack: Callable[[Any], _T]) -> list[_T] | None:
    if not isinstance(value, list):
        return None
    try:
        return [unpack(row) for row in value]
    except _DAMAGE:
        return None


def _statement(row: Any) -> Statement:
    kind, line, end, name, word, close, parent, raises, mentions, *flags = row
    edges = tuple(Raised(verb, to, at, tuple(names), probes) for verb, to, at, names, probes in raises)
    return Statement(Kind(kind), line, end, name, word, close, parent, edges, tuple(mentions), *flags)


def _packed(one: SymbolFacts) -> list[object]:
    return [
        [one.name, one.arch, one.kind],
        [[_place(e.at), e.prompt, _expr(e.visible), _expr(e.depends)] for e in one.entries],
        [[d.value, None if d.expr is None else _expr(d.expr), _expr(d.when)] for d in one.defaults],
        *([_edge(edge) for edge in edges] for edges in (one.selected, one.implied)),
        *([_own_edge(edge, one.entries) for edge in edges] for edges in (one.selects, one.implies)),
        [[low, high, _expr(when)] for low, high, when in one.ranges],
        list(one.choice),
        [one.mandatory, one.is_menu, one.transitional, one.probed],
    ]


def _edge(edge: Select) -> list[object]:
    return [edge.by, _expr(edge.when), _expr(edge.depends), *_place(edge.at)]


# What a symbol selects, it selects in one of its entries, which says the rest.
def _own_edge(edge: Select, entries: Sequence[Entry]) -> list[object]:
    places = ((entry.at.path, entry.depends) for entry in entries)
    return [edge.target, _expr(edge.when), list(places).index((edge.at.path, edge.depends)), edge.at.line]


def _unpacked(row: Any) -> SymbolFacts:
    (name, arch, kind), entries_, defaults, *edges, ranges, choice, flags = row
    entries = tuple(Entry(_at(at), prompt, _told(v), _told(d)) for at, prompt, v, d in entries_)
    selected, implied = (
        tuple(Select(by, name, _told(when), _told(d), Location(*at)) for by, when, d, *at in part)
        for part in edges[:2]
    )
    selects, implies = (
        tuple(
            Select(name, to, _told(when), entries[n].depends, Location(entries[n].at.path, line))
            for to, when, n, line in part
        )
        for part in edges[2:]
    )
    mandatory, is_menu, transitional, probed = flags
    return SymbolFacts(
        name,
        arch,
        kind,
        entries=entries,
        defaults=tuple(Default(v, None if e is None else _told(e), _told(w)) for v, e, w in defaults),
        selected=selected,
        implied=implied,
        selects=selects,
        implies=implies,
        ranges=tuple((low, high, _told(when)) for low, high, when in ranges),
        choice=tuple(choice),
        mandatory=mandatory,
        is_menu=is_menu,
        transitional=transitional,
        probed=probed,
    )


def _place(at: Location) -> list[object]:
    return [at.path, at.line]


def _at(row: Any) -> Location:
    path, line = row
    return Location(path, line)


def packed_exprs(exprs: Mapping[str, Expr]) -> object:
    """What `unpacked_exprs` takes."""
    return {name: _expr(expr) for name, expr in exprs.items()}


def unpacked_exprs(value: object) -> dict[str, Expr]:
    """The expressions by their names; none for anything that `packed_exprs` did not make."""
    if not isinstance(value, dict):
        return {}
    try:
        return {str(name): _told(row) for name, row in value.items()}
    except _DAMAGE:
        return {}


# A symbol is its name, a constant its value in a list of its own, the rest a list with its operator first.
def _expr(expr: Expr) -> object:
    match expr:
        case Sym(name):
            return name
        case Const(value):
            return [value]
        case Not(of):
            return ["!", _expr(of)]
        case Compare(left, op, right):
            return [op, left, right]
        case And(parts):
            return ["&&", *map(_expr, parts)]
        case Or(parts):
            return ["||", *map(_expr, parts)]


def _told(value: Any) -> Expr:
    if isinstance(value, str):
        return Sym(value)
    op, *rest = value
    if not rest:
        return Const(op)
    if op == "!":
        return Not(_told(rest[0]))
    if op in ("&&", "||"):
        return (And if op == "&&" else Or)(tuple(map(_told, rest)))
    left, right = rest
    return Compare(left, op, right)
