"""The order of a series as text."""

from __future__ import annotations

from itertools import groupby

from patchtool.core.order import Bond, Constraint, OrderReport
from patchtool.report.console import Lines
from patchtool.report.plain import count

_MOST = 3
_NOT_ASKED = "what the code of a patch means beyond the names that it uses"


def order_text(report: OrderReport) -> Lines:
    """Patch by patch what it needs and why, what is bound to nothing, and what was not looked at."""
    out = Lines()
    series, base, order = report.series, report.base, report.order
    out.add((series.subject or series.source, "head"))
    version = f", {base.version}" if base.version else ""
    out.words("base", f"{base.rev} ({base.commit[:12] or 'a folder'}{version}): {base.why}")
    names = {patch.n: patch.name for patch in series.patches}
    for patch in series.patches:
        if patch.n in order.numbers:
            out.add("")
            out.add((f"{patch.name} {patch.subject}", "head"))
            _add_needs(out, order.needs(patch.n), names)
    bound = {number for one in order.constraints for number in (one.first, one.then)}
    free = [names[number] for number in order.numbers if number not in bound]
    out.add("")
    if free:
        out.words("bound to nothing", ", ".join(free))
    total = f"{len(order.numbers)} of {count(len(series.patches), 'patch')}"
    kept = f"{count(len(order.constraints), 'constraint')}, {len(order.violated)} not kept to"
    out.words("checked", f"{total}: {kept}")
    for sentence in (*report.undecided, _NOT_ASKED):
        out.words("not checked", sentence)
    return out


def _add_needs(out: Lines, needs: tuple[Constraint, ...], names: dict[int, str]) -> None:
    if not needs:
        out.add("    needs none of the others")
    for first, group in groupby(needs, key=lambda one: one.first):
        constraints = list(group)
        late = not constraints[0].held
        out.add(f"    {'before its time: ' if late else ''}after ", (names[first], "bad" if late else "head"))
        shown = _shown(constraints)
        for one in shown:
            out.add(f"        {one.at}: {_reason(one)} ", (f"[{one.bond.value}]", "dim"))
        if len(shown) < len(constraints):
            out.add(f"        and {count(len(constraints) - len(shown), 'place')} more")


# All that names something; of the text the first few places.
def _shown(constraints: list[Constraint]) -> list[Constraint]:
    text = [one for one in constraints if one.bond is Bond.TEXT]
    return [*text[:_MOST], *(one for one in constraints if one.bond is not Bond.TEXT)]


def _reason(one: Constraint) -> str:
    return one.reason if one.source == one.at else f"{one.reason} ({one.source})"
