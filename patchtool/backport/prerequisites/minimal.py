"""A set of commits without those that it does not take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from patchtool.backport.prerequisites.items import Item
from patchtool.backport.prerequisites.names import Name
from patchtool.backport.prerequisites.search import Choice, Search, listed_names
from patchtool.core.prerequisite import Need

Holds = Callable[[Sequence[Item]], bool]


def least(search: Search, holds: Holds) -> tuple[Choice, ...]:
    """Take from a search's set what can go, and return that, INCIDENTAL.

    The set that is left is minimal: without any single one of its commits the patch does not apply, lacks a
    name, or fails the check. One by one, those that are only context first, the newest first, again until
    nothing goes any more; each time everything that is left is applied anew. The check runs only where the
    rest applies and lacks no name. Raises Spent, MissingBlob.
    """
    dropped: list[Choice] = []
    tolerated = search.left(search.items())
    while gone := next((oid for oid in _candidates(search) if _spare(search, oid, tolerated, holds)), ""):
        choice = search.chosen.pop(gone)
        why = f"{choice.why}, but is not needed"
        dropped.append(replace(choice, need=Need.INCIDENTAL, why=why))
    return tuple(dropped)


def settle(search: Search) -> None:
    """Say of each commit of a set what it is for: REQUIRED where without it something lacks a name.

    A commit that was chosen for its lines may bring a name as well; all of them stand in `Choice.why`.
    """
    items = search.items()
    for oid, choice in search.chosen.items():
        rest = [item for item in items if item.oid != oid]
        for at in (len(rest) - 1, *range(len(rest) - 1)):  # the patch first
            lacks = search.means.lacking.of(rest[at], rest[:at])
            if lacks:
                why = f"brings {listed_names(lacks)}, which {search.label(rest[at].oid)} uses"
                search.chosen[oid] = replace(choice, need=Need.REQUIRED, needed_by=rest[at].oid, why=why)
                break


def _candidates(search: Search) -> list[str]:
    order = search.means.lineage.order
    chosen = search.chosen
    return sorted(chosen, key=lambda oid: (chosen[oid].need is Need.REQUIRED, -order[oid]))


def _spare(search: Search, oid: str, tolerated: frozenset[tuple[str, Name]], holds: Holds) -> bool:
    items = search.items(without=oid)
    if search.means.rehearsal.run(items).failed is not None:
        return False
    return search.left(items) <= tolerated and holds(items)
