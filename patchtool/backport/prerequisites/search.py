"""From one obstacle to the commits that take it away, until the patch goes in with all that it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from patchtool.backport.prerequisites.introduced import introduced
from patchtool.backport.prerequisites.items import Item, commit_item
from patchtool.backport.prerequisites.lacking import Lacking
from patchtool.backport.prerequisites.lineage import Lineage
from patchtool.backport.prerequisites.names import Name
from patchtool.backport.prerequisites.origin import Origin
from patchtool.backport.prerequisites.rehearsal import Meter, Rehearsal, Trial
from patchtool.core.errors import PatchtoolError
from patchtool.core.prerequisite import Lack, Need
from patchtool.core.series import ChangeKind, FileChange


@dataclass(frozen=True, slots=True)
class Choice:
    """A commit that was chosen: why, and for what (`needed_by` "" for the patch)."""

    item: Item
    need: Need
    needed_by: str
    why: str


@dataclass(slots=True)
class Means:
    """What a search examines with."""

    lineage: Lineage
    lacking: Lacking
    rehearsal: Rehearsal
    meter: Meter


class Search:
    """Grows a set of commits; `rejected` are those that were tried and lead nowhere, with the reason."""

    def __init__(self, own: Origin, means: Means) -> None:
        self.own = own
        self.goal = own.item
        self.means = means
        self.chosen: dict[str, Choice] = {}
        self.rejected: dict[str, str] = {}
        self.lacks: dict[Name, Lack] = {}
        self._tiers: dict[str, int] = {}
        self._found: dict[tuple[Lack, str], tuple[str, ...]] = {}

    def items(self, without: str = "") -> tuple[Item, ...]:
        """What is chosen, parents first, and the patch."""
        order = self.means.lineage.order
        commits = sorted((oid for oid in self.chosen if oid != without), key=lambda oid: order[oid])
        return (*(self.chosen[oid].item for oid in commits), self.goal)

    def run(self) -> tuple[str, ...]:
        """Choose until nothing is in the way; what still is, as sentences. Raises Spent, MissingBlob."""
        while True:
            items = self.items()
            trial = self.means.rehearsal.run(items)
            reached = [*trial.done, *([trial.failed] if trial.failed else [])]
            if self._names(reached):
                continue
            if trial.failed is None:
                return tuple(self._unmet())
            if self._texts(trial):
                continue
            if not trial.failed.oid:
                return (*self._unmet(), *self._stuck(trial))
            self._reject(trial.failed.oid, f"does not apply here: {trial.reason}")

    def want(self, lacks: Iterable[Lack]) -> bool:
        """Choose the commits that bring names that a check asks for; False where none is new."""
        return sum(self._bring(self.goal, lack) for lack in lacks) > 0

    def _names(self, reached: Sequence[Item]) -> bool:
        grown = False
        for at, item in enumerate(reached):
            for lack in self.means.lacking.of(item, reached[:at]):
                if not item.oid:
                    self.lacks.setdefault(_name(lack), lack)
                grown = self._bring(item, lack) or grown
        return grown

    def _bring(self, item: Item, lack: Lack) -> bool:
        why = f"brings {listed_names([lack])}, which {self.label(item.oid)} uses"
        return sum(self._choose(oid, Need.REQUIRED, item.oid, why) for oid in self._bringers(item, lack)) > 0

    # The commits before an item that brought a name; of several places to look back from, the first that
    # leads to one.
    def _bringers(self, item: Item, lack: Lack) -> tuple[str, ...]:
        key = (lack, item.oid)
        if key not in self._found:
            lineage, lacking = self.means.lineage, self.means.lacking
            found = (
                introduced(lacking.scratch, lineage, _name(lack), *start)
                for start in lacking.starts(lack, item)
            )
            before = (tuple(oid for oid in oids if self._precedes(oid, item)) for oids in found)
            self._found[key] = next(filter(None, before), ())
        return self._found[key]

    def _precedes(self, oid: str, item: Item) -> bool:
        order = self.means.lineage.order
        return not item.oid or order[oid] < order[item.oid]

    # The commits behind the lines that an item expects: those that wrote them, and only if these lead no
    # further all that had a hand in them.
    def _texts(self, trial: Trial) -> bool:
        item = trial.failed
        if item is None:
            return False
        misfits = self.means.rehearsal.misfits(trial.done, item)
        for tier in range(self._tiers.get(item.oid, 0), 2):
            self._tiers[item.oid] = tier
            for change, hunks in misfits:
                found = [oid for oid in self._behind(item, change, hunks, tier) if oid not in self.chosen]
                why = self._textual(item, change, hunks)
                if sum(self._choose(oid, Need.TEXTUAL, item.oid, why) for oid in found):
                    return True
        return False

    def _behind(self, item: Item, change: FileChange, hunks: Sequence[int], tier: int) -> Iterator[str]:
        lineage, rev, path = self.means.lineage, item.parent or self.means.lineage.base, change.old_path
        if change.kind is ChangeKind.ADD:
            yield from lineage.removing(rev, change.path)[:1]
        elif path and not hunks:
            yield from lineage.adding(rev, path)[:1]
        elif path:
            spans = [_span(change, number) for number in hunks]
            ask = lineage.blamed if tier == 0 else lineage.shaped
            yield from ask(rev, path, [span for span in spans if span[1] >= span[0]])

    def _choose(self, oid: str, need: Need, needed_by: str, why: str) -> bool:
        if oid in self.chosen:
            old = self.chosen[oid]
            if need is Need.REQUIRED and old.need is not need:
                self.chosen[oid] = replace(old, need=need, needed_by=needed_by, why=why)
            return False
        if oid in self.rejected or oid == needed_by or oid not in self.means.lineage.order:
            return False
        self.means.meter.look(commits=1)
        try:
            item = commit_item(self.means.lacking.scratch, oid)
        except PatchtoolError as error:
            self.rejected[oid] = str(error)
            return False
        if item is None:
            self.rejected[oid] = "brings in a whole tree: an import, no single change"
            return False
        self.chosen[oid] = Choice(item, need, needed_by, why)
        return True

    def _textual(self, item: Item, change: FileChange, hunks: Sequence[int]) -> str:
        path = change.old_path or change.path
        if change.kind is not ChangeKind.ADD and not hunks:
            return f"brings the file {path}, which {self.label(item.oid)} changes"
        return f"wrote lines of {path} that {self.label(item.oid)} expects"

    def label(self, oid: str, *, whole: bool = False) -> str:
        """How reports call an item: its id, `patch 2` for an earlier one of the series, `the patch`."""
        number = self.own.patches.get(oid)
        return f"patch {number}" if number else (oid if whole else oid[:12]) or "the patch"

    def _reject(self, oid: str, reason: str) -> None:
        del self.chosen[oid]
        self.rejected[oid] = reason

    def left(self, items: Sequence[Item]) -> frozenset[tuple[str, Name]]:
        """What a set leaves without a name that it uses: the user's id, and the name."""
        pairs = ((item, self.means.lacking.of(item, items[:at])) for at, item in enumerate(items))
        return frozenset((item.oid, _name(lack)) for item, lacks in pairs for lack in lacks)

    def doubts(self) -> tuple[str, ...]:
        """Names that chosen commits use and that nothing brings, as sentences."""
        found = sorted((oid, name.word) for oid, name in self.left(self.items()) if oid)
        return tuple(
            f"{self.label(oid)} uses {word}, which no commit was found to bring" for oid, word in found
        )

    def _unmet(self) -> Iterator[str]:
        items = self.items()
        for lack in self.means.lacking.of(self.goal, items[:-1]):
            bringers = self._bringers(self.goal, lack)
            tried = [f"{self.label(oid)} {self.rejected[oid]}" for oid in bringers if oid in self.rejected]
            yield f"{lack.sentence}: {'; '.join(tried) or 'no commit between the two brings it'}"

    def _stuck(self, trial: Trial) -> Iterator[str]:
        yield f"the patch does not apply: {trial.reason}"


def _span(change: FileChange, number: int) -> tuple[int, int]:
    hunk = change.hunks[number]
    return hunk.old_start, hunk.old_start + hunk.old_count - 1


def _name(lack: Lack) -> Name:
    return Name(lack.kind, lack.name, lack.owner)


def listed_names(lacks: Iterable[Lack]) -> str:
    """`a, b, struct T's x, y`: each name once, members by their structure."""
    grouped: dict[str, dict[str, None]] = {}
    for lack in lacks:
        grouped.setdefault(lack.owner, {}).setdefault(lack.name)
    named = ((f"struct {owner}'s " if owner else "", ", ".join(names)) for owner, names in grouped.items())
    return ", ".join(head + names for head, names in named)
