"""What a series writes into config entries, and which old names it keeps on purpose by that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from patchtool.core.series import Hunk, Line, Series
from patchtool.engine.touched import is_kconfig

_ENTRY = re.compile(r"\s*(?:menu)?config\s+(\w+)\s*\Z")
_END = re.compile(r"(?:if|endif|(?:end)?menu|(?:end)?choice|[or]*source|comment)\b")
_SELECT = re.compile(r"\s*select\s+(\w+)")
_DEFAULT = re.compile(r"\s*(?:default|def_bool|def_tristate)\s+(\w+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Kept:
    """`transitional` old names, and (old, new) where the one entry sets the other."""

    transitional: frozenset[str]
    bound: frozenset[tuple[str, str]]


def added_to_entries(series: Series) -> Iterator[tuple[str, Line]]:
    """(symbol, line) for each line that a patch adds to a config entry, the `config` line itself included.

    An entry that begins above its hunk is known by the hunk's section, where the diff has one.
    """
    for patch in series.patches:
        for change in patch.files:
            if is_kconfig(change.path):
                for hunk in change.hunks:
                    yield from _added(hunk)


def _added(hunk: Hunk) -> Iterator[tuple[str, Line]]:
    first = _ENTRY.match(hunk.section)
    entry = first[1] if first else ""
    for line in hunk.lines:
        if line.tag == "-":
            continue
        begins = _ENTRY.match(line.text)
        if begins:
            entry = begins[1]
        elif _END.match(line.text):
            entry = ""
        if entry and line.tag == "+":
            yield entry, line


def kept(series: Series) -> Kept:
    """Where an entry becomes `transitional`, selects another name, or is the other's default."""
    transitional, bound = set(), set()
    for entry, line in added_to_entries(series):
        selected, default = _SELECT.match(line.text), _DEFAULT.match(line.text)
        if line.text.strip() == "transitional":
            transitional.add(entry)
        elif selected:
            bound.add((entry, selected[1]))
        elif default:
            bound.add((default[1], entry))
    return Kept(frozenset(transitional), frozenset(bound))


def entries_added(series: Series) -> frozenset[str]:
    """Symbols for which some patch adds a `config` line."""
    return frozenset(entry for entry, line in added_to_entries(series) if _ENTRY.match(line.text))
