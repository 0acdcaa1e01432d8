"""The symbols of all Kconfig files of a tree, whichever architecture reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patchtool.kconfig.outline import Outline


@dataclass(frozen=True, slots=True)
class Names:
    """`defined` says of each symbol in how many files it has an entry.

    `mentioned` are the names in conditions and defaults; the target of a `select` alone is none of them.
    """

    defined: Mapping[str, int]
    mentioned: frozenset[str]


def names_of(outlines: Iterable[Outline]) -> Names:
    """The names of these files together."""
    defined: Counter[str] = Counter()
    mentioned: set[str] = set()
    for one in outlines:
        defined.update(one.defined)
        for statement in one.statements:
            mentioned.update(statement.mentions, *(edge.mentions for edge in statement.raises))
    return Names(defined, frozenset(mentioned))


def packed_names(names: Names) -> object:
    """What `unpacked_names` takes."""
    return [dict(names.defined), sorted(names.mentioned)]


def unpacked_names(value: object) -> Names | None:
    """The names; None for anything that `packed_names` did not make."""
    match value:
        case [dict(defined), list(mentioned)]:
            counts = all(isinstance(count, int) for count in defined.values())
            texts = all(isinstance(name, str) for name in mentioned)
            return Names(defined, frozenset(mentioned)) if counts and texts else None
    return None
