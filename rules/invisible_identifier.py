"""Identifier that a configuration compiles and does not declare.

What it does     names each function, macro, type, enumerator or structure member that a patch uses and that
                 the file, on some architecture and configuration, neither declares nor includes; each header
                 that it includes and the tree does not have; and uses, in a few other files, of what its
                 headers declared and declare no more.
Why it is bad    the build breaks there: it applied, and built for whoever tried one architecture.
Decides by       every #include and #if of a translation unit, for all configurations at once; whether Kconfig
                 allows the configuration; one whole configuration read by itself. Never by a compiler.
Limits           half a minute or more on a kernel, the first time, and minutes for headers that all files
                 read. Names that a macro pastes together or lists, arguments of macros that drop or paste
                 theirs, structure tags, assembly and headers of trace points are passed over, and names in
                 the bodies of the tree's own macros, but for those that an architecture's headers define and
                 the patch uses. A member whose structure is not declared in the same function is looked for
                 in any; headers that the build makes leave UNDECIDED. Configurations in which the base's
                 asm-offsets.c does not compile are nobody's fault.
Example          fixtures/rules/invisible-identifier/
History          fires on 4.19.108 for the 2020 backport of "Fixup page directory freeing": arm with LPAE and
                 SMP sees no tlb_needs_table_invalidate, kernels without MMU no PMD_SHIFT, nor the PGDIR_SHIFT
                 that PUD_SHIFT stands for.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.code import HiddenUse, listed
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.rules import Facts, Rule, State

NAME = "invisible-identifier"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a name, file and verdict, with every architecture that it holds for."""
    groups: dict[tuple[str, str, str, Verdict, bool], list[HiddenUse]] = {}
    for use in state.code.hidden:
        groups.setdefault((use.at.path, use.name, use.owner, use.verdict, not use.through), []).append(use)
    for uses in groups.values():
        yield _finding(state, uses)


def _finding(state: State, uses: list[HiddenUse]) -> Finding:
    first = uses[0]
    sure = first.verdict is Verdict.VIOLATED
    where = listed((use.where for use in uses), first.among, bare=not sure)
    verb = "is" if sure else "may be"
    lacks = "included here and not there" if _is_header(first) else "used here and not declared"
    reason = "" if sure else f" ({first.reason})"
    return Finding(
        rule=NAME,
        severity=Severity.ERROR if sure else Severity.NOTE,
        at=Location(first.at.path, first.at.line, state.name),
        message=f"{_called(first)} {verb} {lacks} on {where}{reason}.",
        key=f"{first.at.path}:{first.owner}.{'='.join((*first.through[:1], first.name))}:{first.verdict}",
        hint=_hint(first),
        verdict=first.verdict,
        evidence=tuple(_evidence(use) for use in uses),
    )


def _is_header(use: HiddenUse) -> bool:
    return use.name.startswith(("<", '"'))


def _called(use: HiddenUse) -> str:
    if use.through:
        return f"{use.name}, which {use.through[0]} stands for,"
    if not use.member:
        return use.name
    return f"member {use.name} of struct {use.owner}" if use.owner else f"member {use.name}"


def _hint(use: HiddenUse) -> str:
    if _is_header(use):
        return "add the header, or drop the #include: no file of this tree is it, and no Makefile makes it"
    if not use.defined:
        return "add what defines it: no file of this tree does"
    places = ", ".join(str(place) for place in use.defined)
    return f"include or guard it: defined at {places}"


def _evidence(use: HiddenUse) -> str:
    unit = f" when {use.unit} is compiled" if use.unit != use.at.path else ""
    return f"{use.where}: {use.at}{unit}"


RULE = Rule(
    id="PT123",
    name=NAME,
    severity=Severity.ERROR,
    since="0.2",
    doc=__doc__ or "",
    on_state=check,
)
