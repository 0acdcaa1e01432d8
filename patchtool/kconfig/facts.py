"""What the files of an architecture say about symbols, as records that outlive the parse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from patchtool.core.finding import Location
from patchtool.core.symbol import Default, Entry, Select, SymbolFacts
from patchtool.kconfig.entries import Declared
from patchtool.kconfig.outline import Outline
from patchtool.kconfig.parser import Parsed

# Edges by their verb and by one of their ends.
_Edges = defaultdict[tuple[str, str], list[Select]]


def facts_of(
    parsed: Parsed, outlines: Mapping[str, Outline], symbols: Collection[str]
) -> dict[str, SymbolFacts]:
    """The facts of each symbol, those without an entry included.

    `parsed` is a whole parse or a slice for (at least) these symbols, `outlines` hold the files it read.
    Locations have no `ref`: the facts are the same in every state that the files are the same in.
    """
    wanted = frozenset(symbols)
    gathered: dict[str, list[Declared]] = defaultdict(list)
    own: _Edges = defaultdict(list)
    raised: _Edges = defaultdict(list)
    probed: set[str] = set()
    for entry in parsed.declared(wanted):
        gathered[entry.symbol].append(entry)
        statement = outlines[entry.path].entries[entry.line]
        probed.update(edge.target for edge in statement.raises if edge.probes or statement.probes)
        probed.update([entry.symbol] if statement.probes else ())
        for verb, edge in _edges(entry, outlines[entry.path]):
            own[verb, edge.by].append(edge)
            raised[verb, edge.target].append(edge)
    found = {name: _merged(name, parsed.arch, gathered[name], own, raised) for name in sorted(wanted)}
    return found | {name: replace(found[name], probed=True) for name in probed & wanted}


def _merged(name: str, arch: str, entries: list[Declared], own: _Edges, raised: _Edges) -> SymbolFacts:
    return SymbolFacts(
        name,
        arch,
        kind=entries[0].kind if entries else "",
        entries=tuple(Entry(Location(e.path, e.line), e.prompt, e.visible, e.depends) for e in entries),
        defaults=tuple(Default(*default) for e in entries for default in e.defaults),
        selected=tuple(raised["select", name]),
        implied=tuple(raised["imply", name]),
        selects=tuple(own["select", name]),
        implies=tuple(own["imply", name]),
        ranges=tuple(limits for e in entries for limits in e.ranges),
        choice=tuple(sorted({other for e in entries for other in e.choice})),
        is_menu=any(e.is_menu for e in entries),
        mandatory=any(e.mandatory for e in entries),
        transitional=any(e.transitional for e in entries),
    )


# The parser knows what is selected, the outline at which line; both keep the order of the file.
def _edges(entry: Declared, outline: Outline) -> list[tuple[str, Select]]:
    raises = outline.entries[entry.line].raises
    found = []
    for verb, edges in (("select", entry.selects), ("imply", entry.implies)):
        lines = [one.line for one in raises if one.verb == verb]
        for (target, when), line in zip(edges, lines, strict=True):
            at = Location(entry.path, line)
            found.append((verb, Select(entry.symbol, target, when, entry.depends, at)))
    return found
