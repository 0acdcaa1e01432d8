"""A series walked over a tree: its states, and what rules may know of the whole of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from patchtool.core.order import Constraint
from patchtool.core.orphan import Orphan
from patchtool.core.rename import Rename
from patchtool.core.rules import Rule
from patchtool.core.series import Series
from patchtool.core.tree import REFETCH, Use
from patchtool.csource.freeing import is_freeing_header
from patchtool.engine.functions import FunctionReader
from patchtool.engine.index import Definitions, Index
from patchtool.engine.kconfig import Shelf
from patchtool.engine.late import Late
from patchtool.engine.renames.inferred import inferred
from patchtool.engine.states import Progress, Step, silent, steps
from patchtool.engine.touched import changed_entries, is_kconfig, symbols_of, symbols_of_patch
from patchtool.engine.view import StateView
from patchtool.kconfig.store import FactStore
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

_WORD = re.compile(r"\w+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    """What a check runs with.

    `renames` are the declared ones; `grep` and `facts` carry the cache.
    """

    rules: tuple[Rule, ...]
    renames: tuple[Rename, ...] = ()
    grep: Grep = field(default_factory=Grep)
    facts: FactStore = field(default_factory=FactStore)
    progress: Progress = silent

    @classmethod
    def cached(
        cls,
        rules: tuple[Rule, ...],
        renames: tuple[Rename, ...],
        folder: Path | None,
        progress: Progress = silent,
    ) -> Options:
        """With answers kept in a folder between runs; None keeps them nowhere."""
        return cls(rules, renames, Grep(folder), FactStore(folder), progress)


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """A `core.rules.Facts`."""

    series: Series
    states: Sequence[StateView]
    renames: tuple[Rename, ...]
    symbols: frozenset[str]
    subjects: frozenset[str]
    touched: frozenset[str]
    pending: frozenset[str]
    introduced: Mapping[str, int]
    functions: frozenset[str]
    index: Index
    shelf: Shelf
    late: Late

    @property
    def misplaced(self) -> tuple[Constraint, ...]:
        return self.late.bonds.misplaced

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        return self.late.bonds.orphans


@dataclass(frozen=True, slots=True)
class Walk:
    """`facts` of the states reached; `reached` counts the patches that went in.

    `changes` says by its number which symbols each of these touches, sorted; `gaps` are sentences on what was
    not reached.
    """

    facts: SeriesFacts
    reached: int
    changes: Mapping[int, tuple[str, ...]]
    gaps: tuple[str, ...]
    base: Snapshot
    last: Snapshot
    grep: Grep

    @property
    def undecided(self) -> tuple[str, ...]:
        """Sentences on what was not reached, and on what the searches of the base could not read."""
        return (*self.gaps, *_unread(self.unread))

    @property
    def unread(self) -> tuple[str, ...]:
        """Files that the searches of the base could not read because the object store lacks them, sorted."""
        self.facts.index.wait()
        return self.grep.unread

    def uses(self, symbols: Collection[str]) -> dict[str, tuple[Use, ...]]:
        """Where symbols stand in the last state; those that are no `subjects` cost a search of the base."""
        known = self.facts.index
        others = Index(self.base, self.grep, frozenset(symbols) - known.symbols)
        changed = self.last.changed()
        return {
            name: (known if name in known.symbols else others).uses(self.last, changed, name)
            for name in sorted(symbols)
        }


def walk(series: Series, tree: Snapshot, options: Options) -> Walk:
    """Apply the series patch by patch, and gather what its states share.

    Raises:
        GitError: git can't read the repository.
    """
    walked = list(steps(tree, series, options.progress))
    options.progress("searching the tree")
    changes = dict(_changes(walked))
    return Walk(
        facts=_facts(series, tree, walked, options, changes),
        reached=len(_applied(walked)),
        changes={n: tuple(sorted(names)) for n, names in changes.items()},
        gaps=(*unreached(series, walked), *missing(series)),
        base=tree,
        last=walked[-1].tree,
        grep=options.grep,
    )


def missing(series: Series) -> tuple[str, ...]:
    """A sentence on the patches that the input does not hold; () where it is whole."""
    if not series.missing:
        return ()
    first = ", ".join(str(number) for number in series.missing[:10])
    more = f" and {len(series.missing) - 10} more" if series.missing[10:] else ""
    return (f"not in the input: patch {first}{more} of {series.total}",)


def _applied(walked: Sequence[Step]) -> frozenset[int]:
    return frozenset(step.n for step in walked if step.patch and not step.failures and not step.absent)


# The symbols of each patch that went in: on its changed lines, and those whose entries it changes.
def _changes(walked: Sequence[Step]) -> Iterator[tuple[int, frozenset[str]]]:
    applied = _applied(walked)
    for before, step in pairwise(walked):
        if step.patch and step.n in applied:
            entries = (
                name
                for change in step.patch.files
                for path in {change.old_path, change.new_path}
                if path and is_kconfig(path)
                for name in changed_entries(_text(before.tree, path), _text(step.tree, path))
            )
            yield step.n, symbols_of_patch(step.patch).union(entries)


def _text(tree: Snapshot, path: str) -> bytes:
    return readable(tree, path) or b""


def _facts(
    series: Series,
    tree: Snapshot,
    walked: Sequence[Step],
    options: Options,
    made: Mapping[int, frozenset[str]],
) -> SeriesFacts:
    symbols = symbols_of(series)
    definitions = Definitions(tree, options.facts)
    changes = [step.tree.changed() for step in walked]

    def defined(at: int, symbol: str) -> bool:
        return definitions.defined(walked[at].tree, changes[at], symbol)

    # What was not reached shows nothing: a rename without its entry is one whose patch did not go in.
    applied = _applied(walked)
    reached = replace(series, patches=tuple(patch for patch in series.patches if patch.n in applied))
    found = inferred(reached, lambda name: defined(0, name), lambda name: defined(-1, name))
    renames = _known(found, options.renames, symbols)
    birth = {name: next((at for at in range(len(walked)) if defined(at, name)), 0) for name in symbols}
    suspects = {name for name in symbols if not all(defined(at, name) for at in range(len(walked)))}
    suspects.update(name for rename in renames for name in (rename.old, rename.new))
    reader = FunctionReader()
    # Only rules ask what becomes of functions.
    functions = frozenset(_lost(walked, reader)) if options.rules else frozenset()
    touched = frozenset(suspects).union(*made.values())
    # What Kconfig asks for is in use; a name like SMP stands in thousands of files.
    subjects = frozenset(suspects.union(name for name in touched if not definitions.asked_for(name)))
    index = Index(tree, options.grep, subjects, functions, reader)
    shelf = Shelf(options.facts, touched)
    late = Late(walked, definitions, reader, options.facts, options.grep, options.progress)
    freeing = {path.split("/")[1] for paths in changes for path in paths if is_freeing_header(path)}
    return SeriesFacts(
        series=series,
        states=tuple(
            StateView(step, index, definitions, shelf, freeing, code=partial(late.code_of, at))
            for at, step in enumerate(walked)
        ),
        renames=renames,
        symbols=frozenset(suspects),
        subjects=subjects,
        touched=touched,
        pending=frozenset(_pending(series, applied)),
        introduced={name: walked[at].n for name, at in birth.items() if at},
        functions=functions,
        index=index,
        shelf=shelf,
        late=late,
    )


def _lost(walked: Sequence[Step], reader: FunctionReader) -> Iterator[str]:
    for before, after in pairwise(walked):
        yield from reader.suspects(before.tree, after.tree, after.tree.changed())


def _pending(series: Series, applied: frozenset[int]) -> Iterator[str]:
    for patch in series.patches:
        if patch.n not in applied:
            lines = (line for change in patch.files for hunk in change.hunks for line in hunk.added)
            for word in (word for line in lines for word in _WORD.findall(line.text)):
                yield from (word, word.removeprefix("CONFIG_"))


def _known(found: Sequence[Rename], table: Sequence[Rename], symbols: frozenset[str]) -> tuple[Rename, ...]:
    # What people wrote down about a rename adds to what the series shows of it.
    rows = {(row.old, row.new): row for row in table if row.old in symbols}
    informed = []
    for rename in found:
        row = rows.pop((rename.old, rename.new), rename)
        informed.append(
            replace(row, source=rename.source, patch=rename.patch, kept=rename.kept, merged=rename.merged)
        )
    return (*informed, *rows.values())


def unreached(series: Series, walked: Sequence[Step]) -> tuple[str, ...]:
    """A sentence on the patches from the first that does not apply on; () where all do."""
    last = walked[-1]
    if last.patch is None or not (last.failures or last.absent):
        return ()
    left = [patch.name for patch in series.patches if patch.n > last.patch.n]
    reason = f"{last.patch.name} does not apply"
    if last.absent:
        reason = f"{last.absent} is absent from the object store (hint: {REFETCH})"
    return (f"{', '.join([last.patch.name, *left])}: {reason}",)


def _unread(paths: Sequence[str]) -> tuple[str, ...]:
    if not paths:
        return ()
    first = ", ".join(paths[:3]) + (", ..." if len(paths) > 3 else "")
    count = len(paths)
    files = f"{count} file{'' if count == 1 else 's'}"
    return (f"{files} absent from the object store and not searched: {first} (hint: {REFETCH})",)
