"""What an item uses that its own tree has and the target does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from patchtool.backport.prerequisites.items import Item
from patchtool.backport.prerequisites.known import Known
from patchtool.backport.prerequisites.names import Name, Used, brought_by, is_mentioned, used_by
from patchtool.core.finding import Location
from patchtool.core.prerequisite import Lack, LackKind
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable


class Lacking:
    """Compares a target's names with those of the trees that items were made on. `base` None: not at hand."""

    def __init__(self, target: Snapshot, base: Snapshot | None, grep: Grep) -> None:
        self._target = Known(target, grep)
        self._base = Known(base, grep) if base else None
        self._grep = grep
        self._absent: dict[str, tuple[Used, ...]] = {}
        self._brought: dict[str, frozenset[Name]] = {}
        self._earlier: dict[str, Known] = {}

    @property
    def scratch(self) -> Scratch:
        return self._target.tree.scratch

    @property
    def undecided(self) -> tuple[str, ...]:
        """What was not looked through, as sentences."""
        return tuple(dict.fromkeys((*self._target.undecided, *(self._base.undecided if self._base else ()))))

    def of(self, item: Item, taken: Iterable[Item]) -> tuple[Lack, ...]:
        """The names that an item uses and that neither the target nor what is taken before it has.

        A name that the item's own tree does not declare either (one that macros or a build make) is none.
        """
        gained = frozenset().union(*(self.brought(one) for one in taken))
        left = [used for used in self._not_there(item) if used.name not in gained]
        return self._declared(item, left)

    def brought(self, item: Item) -> frozenset[Name]:
        """`names.brought_by`, kept."""
        if item.oid not in self._brought:
            self._brought[item.oid] = brought_by(item)
        return self._brought[item.oid]

    def wanted(self, name: Name) -> Lack | None:
        """A name that a check asks for, where the patch's own tree declares it."""
        place = self._base.places([name], ()).get(name) if self._base else None
        return Lack(name.kind, name.word, place, name.owner, place) if place else None

    def starts(self, lack: Lack, item: Item) -> Iterator[tuple[str, str]]:
        """Where to look back from for what brought a name: revisions, and the file that declares it there.

        The tree that the patch was made on; then that of the item's own time, where the name may have stood
        elsewhere, or was another one that went again.
        """
        name, near = Name(lack.kind, lack.name, lack.owner), sorted(item.paths)
        trees = (self._base, self._own(item))
        for known in filter(None, trees):
            place = known.places([name], near).get(name)
            if place:
                yield known.tree.oid, place.path

    def _own(self, item: Item) -> Known | None:
        if self._base is None or not item.oid or not item.parent:
            return None
        if item.parent not in self._earlier:
            tree = self._base.tree.derive(item.parent, item.parent[:12])
            self._earlier[item.parent] = Known(tree, self._grep)
        return self._earlier[item.parent]

    # Those that the target does not declare, and does not use in the same file.
    def _not_there(self, item: Item) -> tuple[Used, ...]:
        if item.oid not in self._absent:
            doubtful = [used for used in used_by(item) if not self._used_already(used, item)]
            names = {used.name for used in doubtful}
            there = self._target.places(names, sorted(item.paths))
            self._absent[item.oid] = tuple(used for used in doubtful if used.name not in there)
        return self._absent[item.oid]

    def _used_already(self, used: Used, item: Item) -> bool:
        paths = {used.path, *(c.old_path for c in item.changes if c.path == used.path and c.old_path)}
        texts = ((path, readable(self._target.tree, path)) for path in sorted(paths))
        return any(is_mentioned(used.name, path, data) for path, data in texts if data)

    def _declared(self, item: Item, left: Collection[Used]) -> tuple[Lack, ...]:
        if self._base is None:
            return tuple(_lack(used, None) for used in left if self._is_unheard(used.name))
        places = dict(self._base.places({used.name for used in left}, sorted(item.paths)))
        rest = {used.name for used in left if used.name not in places}
        own = self._own(item) if rest else None
        if own:  # gone again since: the tree of its own time is asked
            places |= own.places(rest, sorted(item.paths))
        return tuple(_lack(used, places[used.name]) for used in left if used.name in places)

    # Without the patch's own tree: a word that stands nowhere, or a member of a structure that is known.
    def _is_unheard(self, name: Name) -> bool:
        if name.kind is LackKind.MEMBER:
            return bool(name.owner) and self._target.stands(name.owner)
        return name.kind is not LackKind.IDENTIFIER or not self._target.stands(name.word)


def _lack(used: Used, declared: Location | None) -> Lack:
    name = used.name
    return Lack(name.kind, name.word, Location(used.path, used.line), name.owner, declared)
