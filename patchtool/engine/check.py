"""`patchtool check` without its printing: a series, a base, the rules, one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from patchtool.core.finding import Finding
from patchtool.core.rename import Rename
from patchtool.core.report import Base, CheckReport
from patchtool.core.rules import History, Rule
from patchtool.core.series import Series
from patchtool.engine.fold import Sighting, fold
from patchtool.engine.functions import FunctionReader
from patchtool.engine.index import Definitions, Index, StateView
from patchtool.engine.renames import inferred
from patchtool.engine.states import Progress, Step, silent, steps
from patchtool.engine.touched import symbols_of
from patchtool.tree.history import NoHistory, TreeHistory
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep


@dataclass(frozen=True, slots=True)
class Options:
    """What a check runs with. `renames` are the declared ones; `grep` carries the cache."""

    rules: tuple[Rule, ...]
    renames: tuple[Rename, ...] = ()
    grep: Grep = field(default_factory=Grep)
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """A `core.rules.Facts`."""

    series: Series
    renames: tuple[Rename, ...]
    symbols: frozenset[str]
    introduced: Mapping[str, int]
    functions: frozenset[str]


def check_mails(series: Series, options: Options, *, why: str) -> CheckReport:
    """Only the rules that need no tree; the report names those that did not run, and `why`."""
    ran = [rule for rule in options.rules if rule.on_series]
    idle = [rule.name for rule in options.rules if not rule.on_series]
    undecided = [f"no tree: {why}; not run: {', '.join(idle)}"] if idle else []
    return CheckReport(
        series=series,
        base=None,
        findings=_ordered(_on_mails(series, NoHistory(), ran), options.rules),
        mended=(),
        rules=tuple(rule.name for rule in ran),
        states=0,
        checked=(f"{_count(len(series.patches), 'patch')} read, {_count(len(ran), 'rule')} without a tree",),
        undecided=(*undecided, *_missing(series)),
    )


def check_on(series: Series, tree: Snapshot, base: Base, options: Options) -> CheckReport:
    """All rules, on the base and after every patch that applies.

    Raises:
        GitError: git can't read the repository.
    """
    walked = list(steps(tree, series, options.progress))
    options.progress("searching the tree")
    facts, views = _facts(series, tree, walked, options)
    options.progress("running the rules")
    sightings = [Sighting(view.n, _on_state(view, facts, options.rules)) for view in views]
    findings, mended = fold(sightings, {rule.name: rule.hazard for rule in options.rules})
    mails = _on_mails(series, TreeHistory(tree), options.rules)
    reached = sum(1 for step in walked if step.patch and not step.failures and not step.absent)
    return CheckReport(
        series=series,
        base=base,
        findings=_ordered((*mails, *findings), options.rules),
        mended=mended,
        rules=tuple(rule.name for rule in options.rules),
        states=reached,
        checked=(_checked(series, facts, reached, options), *_renamed(facts)),
        undecided=(*_unreached(series, walked), *_missing(series), *_unread(options.grep)),
    )


def _facts(
    series: Series, tree: Snapshot, walked: Sequence[Step], options: Options
) -> tuple[SeriesFacts, list[StateView]]:
    symbols = symbols_of(series)
    definitions = Definitions(tree)
    changes = [step.tree.changed() for step in walked]

    def defined(at: int, symbol: str) -> bool:
        return definitions.defined(walked[at].tree, changes[at], symbol)

    # What was not reached shows nothing: a rename without its entry is one whose patch did not go in.
    applied = {step.n for step in walked if step.patch and not step.failures and not step.absent}
    reached = replace(series, patches=tuple(patch for patch in series.patches if patch.n in applied))
    found = inferred(reached, lambda name: defined(0, name), lambda name: defined(-1, name))
    renames = _known(found, options.renames, symbols)
    birth = {name: next((at for at in range(len(walked)) if defined(at, name)), 0) for name in symbols}
    suspects = {name for name in symbols if not all(defined(at, name) for at in range(len(walked)))}
    suspects.update(name for rename in renames for name in (rename.old, rename.new))
    reader = FunctionReader()
    functions = frozenset(
        name
        for before, after, paths in zip(walked, walked[1:], changes[1:], strict=False)
        for name in reader.suspects(before.tree, after.tree, paths)
    )
    index = Index(tree, options.grep, suspects, functions, reader)
    facts = SeriesFacts(
        series=series,
        renames=renames,
        symbols=frozenset(suspects),
        introduced={name: walked[at].n for name, at in birth.items() if at},
        functions=functions,
    )
    return facts, [StateView(step, tree, index, definitions) for step in walked]


def _known(found: Sequence[Rename], table: Sequence[Rename], symbols: frozenset[str]) -> tuple[Rename, ...]:
    # What people wrote down about a rename adds to what the series shows of it.
    rows = {(row.old, row.new): row for row in table if row.old in symbols}
    informed = []
    for rename in found:
        row = rows.pop((rename.old, rename.new), rename)
        informed.append(replace(row, source=rename.source, patch=rename.patch))
    return (*informed, *rows.values())


def _on_mails(series: Series, history: History, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    checks = [rule.on_series for rule in rules if rule.on_series]
    return tuple(finding for check in checks for finding in check(series, history))


def _on_state(view: StateView, facts: SeriesFacts, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    checks = [rule.on_state for rule in rules if rule.on_state]
    return tuple(finding for check in checks for finding in check(view, facts))


def _ordered(findings: Sequence[Finding], rules: Sequence[Rule]) -> tuple[Finding, ...]:
    rank = {rule.name: n for n, rule in enumerate(rules)}
    return tuple(sorted(findings, key=lambda f: (f.patch or 0, f.severity.rank, rank[f.rule], f.at)))


def _checked(series: Series, facts: SeriesFacts, reached: int, options: Options) -> str:
    parts = [
        f"{reached} of {_count(len(series.patches), 'patch')}",
        _count(reached + 1, "state"),
        _count(len(options.rules), "rule"),
        _count(len(facts.symbols), "symbol"),
        _count(len(facts.renames), "rename"),
        _count(len(facts.functions), "function"),
    ]
    return ", ".join(parts)


def _renamed(facts: SeriesFacts) -> tuple[str, ...]:
    own = [rename for rename in facts.renames if rename.patch is not None]
    names = ", ".join(f"{rename.old} -> {rename.new} ({rename.source})" for rename in own)
    return (f"renames followed: {names}",) if own else ()


def _unreached(series: Series, walked: Sequence[Step]) -> tuple[str, ...]:
    last = walked[-1]
    if last.patch is None or not (last.failures or last.absent):
        return ()
    left = [patch.name for patch in series.patches if patch.n > last.patch.n]
    reason = f"{last.patch.name} does not apply"
    if last.absent:
        reason = f"{last.absent} is absent from the object store (hint: git fetch --refetch)"
    return (f"{', '.join([last.patch.name, *left])}: {reason}",)


def _missing(series: Series) -> tuple[str, ...]:
    if not series.missing:
        return ()
    first = ", ".join(str(number) for number in series.missing[:10])
    more = f" and {len(series.missing) - 10} more" if series.missing[10:] else ""
    return (f"not in the input: patch {first}{more} of {series.total}",)


def _unread(grep: Grep) -> tuple[str, ...]:
    if not grep.unread:
        return ()
    first = ", ".join(grep.unread[:3]) + (", ..." if len(grep.unread) > 3 else "")
    files = _count(len(grep.unread), "file")
    return (f"{files} absent from the object store and not searched: {first} (hint: git fetch --refetch)",)


def _count(number: int, noun: str) -> str:
    plural = {"patch": "patches"}.get(noun, f"{noun}s")
    return f"{number} {noun if number == 1 else plural}"
