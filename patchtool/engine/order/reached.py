"""The `#error` lines that a series runs into where one of its earlier patches is left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from patchtool.core.code import ReachedError
from patchtool.core.finding import Location, Verdict
from patchtool.core.order import Bond, Constraint
from patchtool.core.series import FileChange, Patch
from patchtool.core.tree import MissingBlob
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.users import Users
from patchtool.csource.visibility.errors import reached
from patchtool.engine.code import Configurations
from patchtool.engine.order.undo import undone
from patchtool.engine.states import Step
from patchtool.engine.touched import is_kconfig
from patchtool.kconfig.store import FactStore
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep

_ERROR = re.compile(r"\s*#\s*error\b")


class ReachedErrors:
    """Asks for a series what its `#error` lines demand of the patches before them.

    `steps` are the base and the patches that went in. `notes` are sentences on what could not be asked.
    """

    def __init__(self, steps: Sequence[Step], facts: FactStore, grep: Grep) -> None:
        self._base = steps[0].tree
        self._steps = [step for step in steps if step.patch]
        self._facts = facts
        self._grep = grep
        self.notes: list[str] = []

    def constraints(self) -> Iterator[Constraint]:
        """Each earlier patch without which a configuration runs into an #error that a later one adds.

        Cost: nothing for a series that adds no #error; else some seconds for each pair of such a patch and an
        earlier one that changes Kconfig files or headers.
        """
        for first, then in combinations(self._steps, 2):
            paths = _with_error(then.patch) if then.patch else ()
            if paths and first.patch and _matters(first.patch):
                try:
                    yield from self._between(first.patch, then, paths)
                except MissingBlob as missing:
                    self.notes.append(f"the #error of patch {then.n}: {missing.at} is absent")

    def _between(self, first: Patch, then: Step, paths: Sequence[str]) -> Iterator[Constraint]:
        without = undone(self._base, then.tree, first)
        if without is None:
            pair = f"patch {then.n} without patch {first.n}"
            self.notes.append(f"the #error of {pair}: others build on its lines")
            return
        whole = list(self._reached(then.tree, paths, _architectures(first)))
        known = {(error.at.path, error.text, error.where.arch) for error in whole}
        for error in self._reached(without, paths, _architectures(first)):
            is_new = (error.at.path, error.text, error.where.arch) not in known
            if is_new and error.verdict is Verdict.VIOLATED:
                reason = f"without patch {first.n} runs into `#error {error.text}` on {error.where}"
                yield Constraint(first.n, then.n, Bond.ERROR, error.text, error.at, _place(first), reason)
                return

    def _reached(
        self, tree: Snapshot, paths: Sequence[str], archs: Collection[str]
    ) -> Iterator[ReachedError]:
        source = SourceTree(tree)
        users = Users(source, lambda words: {*self._grep.files(self._base, words), *tree.changed()})
        for path in paths:
            for arch in source.archs_of(path):
                if archs and arch not in archs:
                    continue
                units = (path,) if path.endswith(".c") else users.units(path, arch)
                for unit in units[:1]:
                    yield from reached(source, path, unit, arch, Configurations(self._facts, tree, arch))


# The files to which a patch adds an #error; one whose text it changes is no new one.
def _with_error(patch: Patch) -> tuple[str, ...]:
    return tuple(
        change.path
        for change in patch.files
        if change.path.endswith((".c", ".h")) and _errors(change, "+") > _errors(change, "-")
    )


def _errors(change: FileChange, tag: str) -> int:
    lines = (line for hunk in change.hunks for line in hunk.lines if line.tag == tag)
    return sum(bool(_ERROR.match(line.text)) for line in lines)


def _matters(patch: Patch) -> bool:
    return any(is_kconfig(change.path) or change.path.endswith(".h") for change in patch.files)


# The only architectures that a patch can matter to; () for all.
def _architectures(patch: Patch) -> frozenset[str]:
    parts = [change.path.split("/") for change in patch.files]
    if any(part[0] != "arch" or len(part) < 3 for part in parts):
        return frozenset()
    return frozenset(part[1] for part in parts)


# What a patch changes that Kconfig reads, else its first change.
def _place(patch: Patch) -> Location:
    changes = sorted(patch.files, key=lambda change: not is_kconfig(change.path))
    lines = [line.new for hunk in changes[0].hunks for line in hunk.added]
    return Location(changes[0].path, lines[0] if lines else 0)
