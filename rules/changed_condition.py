"""Rename that changes when the symbol is set.

What it does     names, for each architecture, a symbol that a series renames and sets under another condition
                 than before.
Why it is bad    a rename is read as changing nothing: whoever reviews it does not look for a lost `if SMP`.
Decides by       the architecture's Kconfig before the rename begins and when the old entry is gone: selects,
                 defaults, prompt and dependencies, with the series' other renames followed. That the two
                 differ is shown by a configuration that was tried.
Limits           symbols with a number or a text are not compared, nor one that is split, merged with
                 others, or stays beside its successor; what a limit kept open is UNDECIDED.
Example          fixtures/rules/changed-condition/
History          v4 6/9 of "Fixup page directory freeing" drops `if SMP` from sparc's select.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from patchtool.core.expr import Expr, Sym, exceeds, negated, raised, substituted, text
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.kconfig import Bounds, Outcome
from patchtool.core.rename import Rename
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.symbol import SymbolFacts

NAME = "changed-condition"
# So many architectures are named in the sentence itself.
_NAMED = 3


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a rename and change of its condition, with the architectures that it is the same on."""
    for rename in facts.renames:
        ends = _ends(rename, facts)
        if ends is None or state.n < ends[1].n:
            continue
        before, after = ends
        shared = (set(before.architectures), set(state.architectures))
        alike: dict[Finding, list[str]] = {}
        for arch in (arch for arch in after.architectures if all(arch in known for known in shared)):
            for finding in _compared(rename, facts, (before, after, state), arch):
                alike.setdefault(finding, []).append(arch)
        yield from (_everywhere(finding, archs) for finding, archs in alike.items())


# The states before the rename begins and when the old entry is gone; None where it has not happened.
def _ends(rename: Rename, facts: Facts) -> tuple[State, State] | None:
    if rename.patch is None or rename.kept or rename.merged or _is_shared(rename, facts):
        return None
    before = [state for state in facts.states if state.n < rename.patch]
    for state in facts.states:
        if state.n >= rename.patch and state.defined(rename.new) and not state.defined(rename.old):
            return before[-1], state
    return None


# Split into several, or several into one: none of them keeps the condition alone.
def _is_shared(rename: Rename, facts: Facts) -> bool:
    made = [row for row in facts.renames if row.patch is not None]
    return any(row is not rename and (row.old == rename.old or row.new == rename.new) for row in made)


def _compared(
    rename: Rename, facts: Facts, states: tuple[State, State, State], arch: str
) -> Iterator[Finding]:
    before, after, now = (state.kconfig(arch) for state in states)
    old, new = before.facts(rename.old), after.facts(rename.new)
    if not {old.kind, new.kind} <= {"bool", "tristate"}:
        return
    wanted = _expected(rename, facts, before.bounds(rename.old))
    got = after.bounds(rename.new)
    if got == wanted or now.bounds(rename.new) == wanted:
        return
    seen = (_raised(wanted), _raised(got)) if new.kind == "bool" else (wanted, got)
    for word, high, low in (
        ("gained", seen[1].most, seen[0].most),
        ("gained", seen[1].least, seen[0].least),
        ("lost", seen[0].most, seen[1].most),
        ("lost", seen[0].least, seen[1].least),
    ):
        answer = after.possible(exceeds(high, low))
        if answer.outcome is not Outcome.NO:
            undecided = answer.reason if answer.outcome is Outcome.UNDECIDED else ""
            ends = ((old, states[0].name), (new, states[1].name))
            place = _place(ends[word == "gained" :])
            yield _finding(
                (rename, wanted, got), word, undecided or answer.configuration, place, bool(undecided)
            )
            return


# What the new name has to be: the old one's bounds, in new names, turned round where the polarity changed.
def _expected(rename: Rename, facts: Facts, old: Bounds) -> Bounds:
    names: dict[str, Expr] = {
        row.old: negated(Sym(row.new)) if row.inverted else Sym(row.new)
        for row in facts.renames
        if row.patch is not None
    }
    least, most = substituted(old.least, names), substituted(old.most, names)
    return Bounds(negated(most), negated(least)) if rename.inverted else Bounds(least, most)


# A bool takes m for y.
def _raised(bounds: Bounds) -> Bounds:
    return Bounds(raised(bounds.least), raised(bounds.most))


# The first place of all that the facts of some states name.
def _place(known: Sequence[tuple[SymbolFacts, str]]) -> Location:
    for facts, ref in known:
        for at in (*(select.at for select in facts.selected), *(entry.at for entry in facts.entries)):
            return replace(at, ref=ref)
    return Location("Kconfig", ref=known[-1][1])


def _finding(
    what: tuple[Rename, Bounds, Bounds], word: str, shown: str, at: Location, open_: bool
) -> Finding:
    rename, wanted, got = what
    was, now, sign = _said(wanted), _said(got), "!" if rename.inverted else ""
    change = "set, and was not before" if word == "gained" else "set before, and no more"
    return Finding(
        rule=NAME,
        severity=Severity.WARNING,
        at=at,
        message=f"{sign}{rename.old} was {was}, its new name {rename.new} is {now}.",
        hint="keep the condition, or change it in a patch of its own that says why",
        key=f"{rename.old}:{rename.new}:{at.path}:{was}:{now}",
        evidence=(f"not decided: {shown}" if open_ else f"{change}: {shown}",),
        verdict=Verdict.UNDECIDED if open_ else Verdict.VIOLATED,
    )


def _everywhere(finding: Finding, archs: list[str]) -> Finding:
    more = len(archs) - _NAMED
    names = ", ".join(archs) if more < 2 else f"{', '.join(archs[:_NAMED])} and {more} others"
    every = (f"on {', '.join(archs)}",) if more > 1 else ()
    return replace(finding, message=f"{names}: {finding.message}", evidence=(*finding.evidence, *every))


def _said(bounds: Bounds) -> str:
    if bounds.least == bounds.most:
        return f"`{text(bounds.least)}`"
    return f"from `{text(bounds.least)}` to `{text(bounds.most)}`"


RULE = Rule(id="PT105", name=NAME, severity=Severity.WARNING, since="0.1", doc=__doc__ or "", on_state=check)
