"""What a backport does to Kconfig, held against what the same patches did upstream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from patchtool.core.ledger import LedgerReport


def differences(upstream: LedgerReport, here: LedgerReport) -> tuple[str, ...]:
    """A sentence a symbol that changes on other architectures here than upstream; or that none does.

    Only architectures that both trees have count. A symbol counts by the name that it has in the end: a tree
    may have called it otherwise before.
    """
    both = frozenset(upstream.architectures) & frozenset(here.architectures)
    there, now = _changed(upstream, both), _changed(here, both)
    found = tuple(
        f"Kconfig: {symbol} {text}"
        for symbol in sorted(there.keys() | now.keys())
        for text in _sides(there.get(symbol, frozenset()), now.get(symbol, frozenset()), both)
    )
    if found:
        return found
    changed = len(there)
    said = f"the same {changed} symbol{'s' if changed != 1 else ''}" if changed else "nothing"
    return (f"Kconfig: changes {said} on the same architectures as upstream",)


def _changed(report: LedgerReport, archs: Iterable[str]) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for shift in report.shifts:
        if touched := set(shift.architectures).intersection(archs):
            found[shift.renamed or shift.symbol] |= touched
    return {symbol: frozenset(names) for symbol, names in found.items()}


def _sides(upstream: frozenset[str], here: frozenset[str], every: frozenset[str]) -> Iterable[str]:
    if missing := upstream - here:
        yield f"changes upstream and not here on {_listed(missing, every)}"
    if extra := here - upstream:
        yield f"changes here and not upstream on {_listed(extra, every)}"


def _listed(archs: frozenset[str], every: frozenset[str]) -> str:
    return "every architecture" if archs == every else ", ".join(sorted(archs))
