"""`patchtool check` without its printing: a series, a base, the rules, one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from patchtool.core.finding import Finding
from patchtool.core.report import Base, CheckReport
from patchtool.core.rules import History, Rule
from patchtool.core.series import Series
from patchtool.engine.fold import Sighting, fold
from patchtool.engine.kconfig import absent_kconfig
from patchtool.engine.quote import quoted
from patchtool.engine.unread import Unread
from patchtool.engine.view import StateView
from patchtool.engine.walk import Options, SeriesFacts, missing, walk
from patchtool.tree.history import NoHistory, TreeHistory
from patchtool.tree.snapshot import Snapshot


def check_mails(series: Series, options: Options, *, why: str) -> CheckReport:
    """Only the rules that need no tree; the report names those that did not run, and `why`."""
    ran = [rule for rule in options.rules if rule.on_series]
    idle = [rule.name for rule in options.rules if not rule.on_series]
    undecided = [f"no tree: {why}; not run: {', '.join(idle)}"] if idle else []
    return CheckReport(
        series=series,
        base=None,
        findings=quoted(_ordered(_on_mails(series, NoHistory(), ran), options.rules), series, ()),
        mended=(),
        rules=tuple(rule.name for rule in ran),
        states=0,
        checked=(f"{_count(len(series.patches), 'patch')} read, {_count(len(ran), 'rule')} without a tree",),
        undecided=(*undecided, *missing(series)),
    )


def check_on(series: Series, tree: Snapshot, base: Base, options: Options) -> CheckReport:
    """All rules, on the base and after every patch that applies.

    Raises:
        GitError: git can't read the repository.
    """
    walked = walk(series, tree, options)
    facts = walked.facts
    options.progress("running the rules")
    sightings = [Sighting(state.n, _on_state(state, facts, options.rules)) for state in facts.states]
    facts.shelf.save()
    findings, mended = fold(sightings, {rule.name: rule.hazard for rule in options.rules})
    unread = Unread(walked.unread, options.rules)
    findings = tuple(map(unread.weighed, findings))
    mails = _on_mails(series, TreeHistory(tree), options.rules)
    return CheckReport(
        series=series,
        base=base,
        findings=quoted(_ordered((*mails, *findings), options.rules), series, facts.states),
        mended=tuple(replace(one, finding=unread.weighed(one.finding)) for one in mended),
        rules=tuple(rule.name for rule in options.rules),
        states=walked.reached,
        checked=(_checked(facts, walked.reached, options), *_renamed(facts)),
        undecided=(*walked.undecided, *absent_kconfig(facts.states), *facts.late.notes),
    )


def _on_mails(series: Series, history: History, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    checks = [rule.on_series for rule in rules if rule.on_series]
    return tuple(finding for check in checks for finding in check(series, history))


def _on_state(state: StateView, facts: SeriesFacts, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    checks = [rule.on_state for rule in rules if rule.on_state]
    return tuple(finding for check in checks for finding in check(state, facts))


def _ordered(findings: Sequence[Finding], rules: Sequence[Rule]) -> tuple[Finding, ...]:
    rank = {rule.name: n for n, rule in enumerate(rules)}
    return tuple(sorted(findings, key=lambda f: (f.patch or 0, f.severity.rank, rank[f.rule], f.at)))


def _checked(facts: SeriesFacts, reached: int, options: Options) -> str:
    parts = [
        f"{reached} of {_count(len(facts.series.patches), 'patch')}",
        _count(reached + 1, "state"),
        _count(len(options.rules), "rule"),
        _count(len(facts.touched | facts.symbols), "symbol"),
        _count(len(facts.renames), "rename"),
        _count(len(facts.functions), "function"),
    ]
    return ", ".join(parts)


def _renamed(facts: SeriesFacts) -> tuple[str, ...]:
    own = [rename for rename in facts.renames if rename.patch is not None]
    names = ", ".join(f"{rename.old} -> {rename.new} ({rename.source})" for rename in own)
    return (f"renames followed: {names}",) if own else ()


def _count(number: int, noun: str) -> str:
    plural = {"patch": "patches"}.get(noun, f"{noun}s")
    return f"{number} {noun if number == 1 else plural}"
