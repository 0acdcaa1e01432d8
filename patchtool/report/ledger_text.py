"""The Kconfig ledger as text: what each patch changes, then how every symbol stands in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from patchtool.core.expr import M, N, Y, text
from patchtool.core.ledger import ABSENT, LedgerReport, Shift, Standing
from patchtool.core.tree import Use, UseKind
from patchtool.report.console import Lines
from patchtool.report.plain import count

# A list of architectures that is longer is said by its number, if it is the longest of its symbol.
_FEW = 8
_REST = "the other "
_NUMBERS = frozenset({"int", "hex", "string"})
_PLACES = {UseKind.CODE: "C", UseKind.KCONFIG: "Kconfig", UseKind.MAKEFILE: "Makefile"}
_PLACES |= {UseKind.DEFCONFIG: "defconfig", UseKind.DOC: "document", UseKind.HELP: "help text"}

Item = TypeVar("Item")


def ledger_text(report: LedgerReport) -> Lines:
    """One line a symbol and group of architectures: `powerpc: X: y if SMP -> y`, under each patch."""
    out = Lines()
    series, base = report.series, report.base
    out.add((series.subject or series.source, "head"))
    version = f", {base.version}" if base.version else ""
    out.words("base", f"{base.rev} ({base.commit[:12] or 'a folder'}{version}): {base.why}")
    for patch in series.patches:
        touched = report.changes.get(patch.n)
        if touched is None:
            continue
        out.add("")
        out.add((f"{patch.name} {patch.subject}", "head"))
        shifts = [shift for shift in report.shifts if shift.patch == patch.n]
        _add_shifts(out, shifts, report.architectures)
        silent = [name for name in touched if name not in {n for s in shifts for n in (s.symbol, s.renamed)}]
        if silent:
            out.add((f"  named, and stands as before: {', '.join(silent)}", "dim"))
    _add_end(out, report)
    out.add("")
    _add_last_words(out, report)
    return out


def _add_shifts(out: Lines, shifts: Sequence[Shift], known: tuple[str, ...]) -> None:
    for symbol in dict.fromkeys((shift.symbol, shift.renamed) for shift in shifts):
        group = [shift for shift in shifts if (shift.symbol, shift.renamed) == symbol]
        for name, shift in named([shift.architectures for shift in group], known, group):
            title = f"{shift.symbol} -> {shift.renamed}" if shift.renamed else shift.symbol
            place = (f"  {shift.at.path}:{shift.at.line}", "dim") if shift.at else ""
            out.add(f"  {name}: {title}: ", (_moved(shift), _style(shift)), place)


def _style(shift: Shift) -> str:
    return "dim" if shift.before == shift.after else ""


def _moved(shift: Shift) -> str:
    if shift.before == shift.after:
        return f"{said(shift.after)}, as before"
    before, after = said(shift.before), said(shift.after)
    if before == after:  # only the prompt's text differs
        return f'{after}, prompt "{shift.before.prompt}" -> "{shift.after.prompt}"'
    return f"{before} -> {after}"


# Only symbols that the series shifts, or that are named and nowhere declared: others are as they were.
def _add_end(out: Lines, report: LedgerReport) -> None:
    shifted = {name for shift in report.shifts for name in (shift.symbol, shift.renamed)}
    out.add("")
    out.add((f"After {report.states} of {count(len(report.series.patches), 'patch')}", "head"))
    for symbol in report.symbols:
        groups, uses = report.standings.get(symbol, ()), report.uses.get(symbol, ())
        declared = [(archs, standing) for archs, standing in groups if standing != ABSENT]
        if symbol in (shifted if declared else report.uses) and (declared or uses):
            rows = named([archs for archs, _ in declared], report.architectures, declared)
            for name, (_, standing) in rows:
                out.add(f"  {name}: {symbol}: {said(standing)}")
            where = (
                f"      used in {used(uses)}" if declared else f"  {symbol}: not there, used in {used(uses)}"
            )
            out.add((where, "dim"))


def used(uses: Sequence[Use]) -> str:
    """Where a symbol stands, counted by kind of place: `3 C, 1 Kconfig`."""
    counted = Counter(
        _PLACES.get(use.kind, use.kind.value) for use in uses if use.kind is not UseKind.DEFINITION
    )
    return ", ".join(f"{number} {kind}" for kind, number in counted.most_common()) or "nothing"


def _add_last_words(out: Lines, report: LedgerReport) -> None:
    states = count(report.states + 1, "state")
    archs = count(len(report.architectures), "architecture")
    out.words("checked", f"{count(len(report.symbols), 'symbol')}, {states}, {archs}")
    for broken in report.broken:
        out.words("not checked", f"{broken.arch}: {broken.at}: {broken.message}")
    for sentence in report.undecided:
        out.words("not checked", sentence)
    if not report.broken and not report.undecided:
        out.words("not checked", "nothing was left open")


def named(
    groups: Sequence[tuple[str, ...]], known: tuple[str, ...], items: Sequence[Item]
) -> list[tuple[str, Item]]:
    """An item a group of architectures, each behind the group's name: `arm, x86`, `all 25 architectures`.

    What is the rest of them all is called `the other 19`, and comes last.
    """
    found = list(zip(_group_names(groups, known), items, strict=True))
    return sorted(found, key=lambda pair: pair[0].startswith(_REST))


def _group_names(groups: Sequence[tuple[str, ...]], known: tuple[str, ...]) -> list[str]:
    longest = max(groups, key=len, default=())
    names = []
    for group in groups:
        if len(group) == len(known) > 1:
            names.append(f"all {len(group)} architectures")
        elif group is longest and len(group) > _FEW and sum(map(len, groups)) == len(known):
            names.append(f"{_REST}{len(group)}")
        else:
            names.append(", ".join(group))
    return names


def said(standing: Standing) -> str:
    """A standing in a maintainer's words: `y if SMP`, `user's choice`, `selected but undeclared`."""
    if not standing.kind:
        return "selected but undeclared" if standing.wanted else "not there"
    return ", ".join(_words(standing))


def _words(standing: Standing) -> Iterator[str]:
    least, most = standing.bounds.least, standing.bounds.most
    defaults = [f"default {default}" for default in standing.defaults]
    if standing.probed:
        yield f"{standing.kind}, hangs on the build machine"
    elif standing.kind in _NUMBERS:
        yield standing.kind
        yield from defaults
    elif least == most:
        fixed = least in (Y, M, N)
        yield text(least) if fixed else f"{'y if' if standing.kind == 'bool' else 'as'} {text(least)}"
    else:
        if least != N:
            yield f"at least {text(least)}" if standing.kind == "tristate" else f"y if {text(least)}"
        yield "user's choice" + ("" if most == Y else f" if {text(most)}")
        yield from defaults
