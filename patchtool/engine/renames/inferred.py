"""Renames of Kconfig symbols that a series makes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from patchtool.core.rename import Rename
from patchtool.core.series import Series
from patchtool.engine.renames.kept import Kept, entries_added, kept
from patchtool.engine.renames.skeleton import names_on
from patchtool.engine.renames.substitutions import Pair, Substitution, substitutions
from patchtool.engine.renames.table import RenameTableError, declared

__all__ = ["RenameTableError", "declared", "inferred"]

_MIN_LINES = 2

Defined = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known about names: their entries before and after, and those that live within the series."""

    before: Defined
    after: Defined
    passing: frozenset[str]

    def may(self, old: str, new: str) -> bool:
        if not (self.before(old) or old in self.passing):
            return False
        return not self.before(new) or (self.after(new) and not self.after(old))


def inferred(series: Series, before: Defined, after: Defined) -> tuple[Rename, ...]:
    """Renames that the series itself makes, in order of the patch that starts them.

    Seen where lines came back with another symbol (`substitutions`): at least two such lines of code, Kconfig
    or make, or one config entry that kept its body. `before` and `after` tell what is defined in the
    base and after the last patch that applies. The old name was defined, and

    - its entry goes, and the new name is new: a rename. One old name may have several successors (`kinds`
      then tells them apart), one new name several predecessors;
    - its entry goes, and the new name was there before: `merged`, where most of the old name's lines went
      over to it;
    - its entry stays, the new name never gets one: a rename whose entry is forgotten, where all lines of the
      series went over, of several files and of several kinds;
    - its entry stays on purpose (`transitional`, `select NEW` in the old entry, `default OLD` in the new
      one): `kept`.

    A symbol that is split off while the old one stays is no rename. `inverted` is what most of the conditions
    say. A name that comes and goes within the series is passed over: the last one is named.
    """
    names = _Names(before, after, _passing(series, before, after))
    votes: dict[Pair, list[Substitution]] = defaultdict(list)
    for one in substitutions(series, names.may):
        votes[one.old, one.new].append(one)
    mentions, marks = _mentions(series), kept(series)
    whole = {
        pair: lines
        for pair, lines in votes.items()
        if _is_enough(lines) and _is_whole(pair, lines, names, mentions, marks)
    }
    upheld = [pair for pair in whole if not _is_outvoted(pair, whole)]
    found = [_rename(pair, whole[pair], series, names) for pair in upheld]
    return _told_apart(_shortened(found, names.passing), votes)


# Whether it is a rename at all by what becomes of the two entries.
def _is_whole(
    pair: Pair, lines: Sequence[Substitution], names: _Names, mentions: _Mentions, marks: Kept
) -> bool:
    old, new = pair
    files = len({line.path for line in lines})
    if names.before(new):
        # It was there before: most of the old name's lines have to go over to it.
        return files > 1 and 2 * len(lines) >= mentions.gone(old)
    if not names.after(old):
        return True
    if names.after(new):
        return _is_kept(pair, lines, marks)
    # Its entry was lost: every line from that patch on went over, and not of one kind only. A series that was
    # written for a tree with another entry changes some lines and knows of the old name's others.
    since = min(line.patch for line in lines)
    whole = len(lines) >= mentions.gone(old, since) and not mentions.come(old, since)
    return whole and files > 1 and len({line.kind for line in lines}) > 1


def _is_enough(lines: Sequence[Substitution]) -> bool:
    return any(line.certain for line in lines) or sum(line.strong for line in lines) >= _MIN_LINES


# One entry alone says little against the many lines of another pair with the same old or new name.
def _is_outvoted(pair: Pair, whole: Mapping[Pair, Sequence[Substitution]]) -> bool:
    rivals = [lines for other, lines in whole.items() if other != pair and set(other) & set(pair)]
    users = sum(line.strong and not line.certain for line in whole[pair])
    return users < _MIN_LINES and any(len(lines) > len(whole[pair]) for lines in rivals)


def _rename(pair: Pair, lines: Sequence[Substitution], series: Series, names: _Names) -> Rename:
    old, new = pair
    first = next(patch for patch in series.patches if patch.n == min(line.patch for line in lines))
    turned = Counter(line.inverted for line in lines)
    return Rename(
        old,
        new,
        inverted=turned[True] > turned[False],
        source=f"patch {first.name}, {len(lines)} line{'s' if len(lines) > 1 else ''}",
        patch=first.n,
        kept=names.after(old) and names.after(new),
        merged=names.before(new),
    )


@dataclass(frozen=True, slots=True)
class _Mentions:
    """On how many removed and added lines of each patch each symbol stands, config entries left out."""

    removed: Counter[tuple[int, str]]
    added: Counter[tuple[int, str]]

    def gone(self, name: str, since: int = 0) -> int:
        return sum(count for (n, word), count in self.removed.items() if word == name and n >= since)

    def come(self, name: str, since: int = 0) -> int:
        return sum(count for (n, word), count in self.added.items() if word == name and n >= since)


def _mentions(series: Series) -> _Mentions:
    count = _Mentions(Counter(), Counter())
    for patch in series.patches:
        for change in patch.files:
            for line in (line for hunk in change.hunks for line in hunk.lines if line.tag != " "):
                if line.text.split()[:1] not in (["config"], ["menuconfig"]):
                    into = count.removed if line.tag == "-" else count.added
                    into.update((patch.n, name) for name in names_on(change, line))
    return count


# Names that get an entry in the series and lose it again.
def _passing(series: Series, before: Defined, after: Defined) -> frozenset[str]:
    return frozenset(name for name in entries_added(series) if not before(name) and not after(name))


# The old entry is there for old configurations only: it says so, or it was moved to the new name with its
# body, and what stands there anew sets the one by the other. A split-off `select NEW` moves no entry.
def _is_kept(pair: Pair, lines: Sequence[Substitution], marks: Kept) -> bool:
    return pair[0] in marks.transitional or (pair in marks.bound and any(line.certain for line in lines))


def _shortened(found: Sequence[Rename], passing: frozenset[str]) -> list[Rename]:
    onward = {rename.old: rename for rename in found if rename.old in passing}
    return [_last(rename, onward) for rename in found]


def _last(rename: Rename, onward: Mapping[str, Rename]) -> Rename:
    seen = {rename.old}
    while rename.new in onward and rename.new not in seen:
        seen.add(rename.new)
        step = onward[rename.new]
        rename = replace(rename, new=step.new, inverted=rename.inverted != step.inverted)
    return rename


# Of several successors, the one with most lines is for every use, the others for kinds that are theirs alone.
def _told_apart(found: Sequence[Rename], votes: Mapping[Pair, Sequence[Substitution]]) -> tuple[Rename, ...]:
    by_old: dict[str, list[Rename]] = defaultdict(list)
    for rename in found:
        by_old[rename.old].append(rename)
    return tuple(_told(rename, by_old[rename.old], votes) for rename in found)


def _told(rename: Rename, group: Sequence[Rename], votes: Mapping[Pair, Sequence[Substitution]]) -> Rename:
    if len(group) == 1:
        return rename
    kinds = {one.new: {line.kind for line in votes.get((one.old, one.new), ())} for one in group}
    most = max(group, key=lambda one: len(votes.get((one.old, one.new), ())))
    others = set().union(*(found for new, found in kinds.items() if new != rename.new))
    own = kinds[rename.new] - others
    return rename if rename is most or not own else replace(rename, kinds=tuple(sorted(own)))
