"""One file of a patch after the other: placed where it is, found elsewhere, not needed, or in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from patchtool.backport.adaptation.dropping import Needs, turned_selects
from patchtool.backport.adaptation.fit import Placed, Source, fit
from patchtool.backport.adaptation.relocate import Homes, Trees, homes
from patchtool.backport.adaptation.segments import segments
from patchtool.backport.adaptation.spots import Lost
from patchtool.backport.adaptation.text import Text, telling
from patchtool.backport.adaptation.translate import Translation, symbols_of
from patchtool.core.adapt import Act, Dropped, Edit, Obstacle, Step
from patchtool.core.finding import Location
from patchtool.core.rename import Rename
from patchtool.core.series import ChangeKind, FileChange, Hunk, Patch
from patchtool.engine.touched import is_kconfig
from patchtool.kconfig.outline import outline
from patchtool.tree.words import readable


@dataclass(slots=True)
class Work:
    """What was found so far. `homes` says where the changes of an upstream path went."""

    steps: list[Step] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    homes: dict[str, list[str]] = field(default_factory=dict)

    def take(self, path: str, placed: Placed) -> None:
        """Take a hunk of an upstream path as it was placed."""
        self.steps.extend(placed.steps)
        self.edits.extend(placed.edits)
        known = self.homes.setdefault(path, [])
        known.extend(
            place for place in dict.fromkeys(edit.path for edit in placed.edits) if place not in known
        )


class Adapter:
    """Adapts the files of one patch; what it finds is in `work`."""

    def __init__(self, patch: Patch, trees: Trees, names: Translation) -> None:
        self._trees = trees
        self._names = names
        self._needs = Needs(trees.here, patch, symbols_of(patch))
        self.work = Work()

    def adapt(self, change: FileChange) -> None:
        """Place all hunks of a file that git does not take as it is."""
        path = change.old_path or change.path
        if change.kind is ChangeKind.DELETE and not self._trees.here.has(path):
            self.work.dropped.append(Dropped(path, 0, "the file goes", "it is not here"))
        elif change.kind is not ChangeKind.MODIFY or change.binary or not change.hunks:
            self.work.obstacles.append(Obstacle(path, 0, _whole_file(change)))
        else:
            self._hunks(path, tuple(self._sources(change, path)))

    def _sources(self, change: FileChange, path: str) -> Iterator[Source]:
        upstream = self._trees.upstream
        data = readable(upstream, path) if upstream else None
        text = self._names.text(Text.of(path, data)) if data is not None else None
        for number, hunk in enumerate(change.hunks, 1):
            told, rows, untold = self._names.hunk(hunk, path)
            source = Source(path, number, told, text)
            if self._is_told(source, rows, untold):
                yield source

    # Whether all that the hunk changes can be said in the target's names; else it is dropped or in the way.
    def _is_told(self, source: Source, rows: Sequence[Rename], untold: Sequence[str]) -> bool:
        unsure = [name for name in self._names.unsure if any(name in line.text for line in source.hunk.lines)]
        if unsure:
            candidates = tuple(self._names.unsure[unsure[0]])
            reason = f"{unsure[0]} may be any of {len(candidates)} names here"
            self.work.obstacles.append(Obstacle(source.path, source.number, reason, candidates))
            return False
        why = turned_selects(source.hunk, tuple(self._names.rows.values()), untold, self._selects(source))
        if why:
            self._drop(source, why)
            return False
        kept = [line.text.strip() for line in source.hunk.added if line.text in untold]
        if kept:
            reason = f"`{kept[0]}` names a symbol of opposite meaning here, in a form that can't be turned"
            self.work.obstacles.append(Obstacle(source.path, source.number, reason))
            return False
        self.work.steps.extend(self._translated(source, row) for row in rows)
        return True

    def _translated(self, source: Source, row: Rename) -> Step:
        turned = ", of opposite meaning" if row.inverted else ""
        known = row.source + (f", commit {row.commit}" if row.commit else "")
        what = f"{row.new} is {row.old} here{turned}"
        at = Location(source.path, 0, self._trees.here.name)
        default = "; what selects neither name is here what upstream's selectors are" if row.inverted else ""
        why = f"{known}; it has an entry of {row.old} only{default}"
        return Step(Act.TRANSLATED, source.path, source.number, at, what, why)

    # What the target's entries of the names that a Kconfig hunk stands in select.
    def _selects(self, source: Source) -> frozenset[str]:
        data = self._trees.here.read(source.path) if is_kconfig(source.path) else None
        if data is None:
            return frozenset()
        owners = {part.owner for part in segments(source.hunk, source.path, source.upstream)}
        return frozenset(
            edge.target for one in outline(data).statements if one.name in owners for edge in one.raises
        )

    def _hunks(self, path: str, sources: Sequence[Source]) -> None:
        data = self._trees.here.read(path)
        text = Text.of(path, data) if data is not None else None
        lost: dict[int, Lost] = {}
        for source in sources:
            found = fit(source, text, self._trees.here.name) if text else Lost("no such file", absent=True)
            if isinstance(found, Lost):
                lost[source.number] = found
            else:
                self.work.take(path, found)
        if lost:
            self._elsewhere([source for source in sources if source.number in lost], lost)

    def _elsewhere(self, sources: Sequence[Source], lost: dict[int, Lost]) -> None:
        away = [source for source in sources if lost[source.number].absent]
        found = homes(away, self._trees) if away else Homes({})
        self.work.steps.extend(found.steps)
        for source in sources:
            if source.number in found.placed:
                for placed in found.placed[source.number]:
                    self.work.take(source.path, placed)
                continue
            reason = lost[source.number]
            why = "" if found.candidates or not reason.absent else self._needs.needless(source)
            if why:
                self._drop(source, why)
            else:
                places = tuple(f"{source.path}:{line}" for line in reason.lines) or found.candidates
                self.work.obstacles.append(Obstacle(source.path, source.number, reason.reason, places))

    def _drop(self, source: Source, why: str) -> None:
        self.work.steps = [
            step
            for step in self.work.steps
            if (step.act, step.path, step.hunk) != (Act.TRANSLATED, source.path, source.number)
        ]
        self.work.dropped.append(Dropped(source.path, source.number, _first(source.hunk), why))


def _whole_file(change: FileChange) -> str:
    if change.kind is ChangeKind.ADD:
        return "the new file is there already, or another one of its name"
    return "the binary change does not fit" if change.binary else f"its {change.kind.value} does not fit"


def _first(hunk: Hunk) -> str:
    lines = [line for line in hunk.lines if line.tag != " "]
    chosen = next((line for line in lines if telling(line.text)), lines[0])
    return f"{chosen.tag}{chosen.text.strip()}"
