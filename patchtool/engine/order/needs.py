"""What the patches of a series need of each other: names, symbols, files that one brings and another uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from patchtool.core.finding import Location
from patchtool.core.order import Bond, Constraint
from patchtool.csource.brought import brought, still_used
from patchtool.engine.order.compiled import Compiled
from patchtool.engine.order.profile import Change, Profile, Want, profile
from patchtool.engine.states import Step
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

Defined = Callable[[Snapshot, str], bool]


class Needs:
    """The constraints of a series' patches, from their diffs and the states; each kind is worked out once.

    `steps` are the base and the patches that went in. `defined` says whether a tree has a symbol's entry.
    """

    def __init__(self, steps: Sequence[Step], defined: Defined, grep: Grep) -> None:
        self._grep = grep
        self._base = steps[0].tree
        self._steps = steps
        self._defined = defined

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Each patch's doing, in order."""
        return tuple(profile(before.tree, step) for before, step in pairwise(self._steps))

    @cached_property
    def held(self) -> tuple[Constraint, ...]:
        """What a patch uses that an earlier one brings, or takes when an earlier one has let go of it."""
        found = [*self._pairs(adding=True, held=True), *self._pairs(adding=False, held=True)]
        known = self._known(found)
        return tuple(_distinct(c for c, user, _ in found if not known.has(self._base_of(c), c, user)))

    @cached_property
    def violated(self) -> tuple[Constraint, ...]:
        """What a patch uses that only a later one brings, or takes while a later one still uses it.

        Only where the place is compiled in the state between: a file that no Makefile names yet, or one that
        hangs on a Kconfig symbol without an entry, is not. A Kconfig symbol that comes later breaks nothing
        and is not in it; `early` has those.
        """
        found = [*self._pairs(adding=True, held=False), *self._pairs(adding=False, held=False)]
        found = [one for one in found if one[0].bond is not Bond.SYMBOL and self._breaks(*one)]
        known = self._known(found)
        return tuple(_distinct(c for c, user, _ in found if not known.has(user.after, c, user)))

    @cached_property
    def early(self) -> tuple[Constraint, ...]:
        """Kconfig symbols that a patch names before a later one gives them an entry."""
        pairs = self._pairs(adding=True, held=False)
        return tuple(_distinct(one for one, _, _ in pairs if one.bond is Bond.SYMBOL))

    # Where a name must be unknown, so that the patch is what brings it: before the patch that does.
    def _base_of(self, one: Constraint) -> Snapshot:
        if one.removal:
            return next(p for p in self.profiles if p.n == one.then).after
        return next(p for p in self.profiles if p.n == one.first).before

    # Every pair of a patch that uses a name and another that brings it; for removals, of one that stops using
    # it and one that takes it.
    def _pairs(self, *, adding: bool, held: bool) -> Iterator[tuple[Constraint, Profile, Want]]:
        for user in self.profiles:
            half = user.adds if adding else user.takes
            for bond, want in _wants(half):
                other = self._other(user, bond, want, adding=adding, held=held)
                if other is not None:
                    yield _constraint(user, other, bond, want, adding=adding), user, want

    def _other(self, user: Profile, bond: Bond, want: Want, *, adding: bool, held: bool) -> Profile | None:
        giving = [p for p in self.profiles if self._gives(p, bond, want, adding=adding)]
        if any(p.n == user.n for p in giving):
            return None
        before = [p for p in giving if p.n < user.n]
        behind = [p for p in giving if p.n > user.n]
        # What comes is there from the first that brings it; what goes, from the last that takes it.
        if adding:
            chosen = before[:1] if held else ([] if before else behind[:1])
        else:
            chosen = behind[-1:] if held else before[-1:]
        return chosen[0] if chosen else None

    def _gives(self, one: Profile, bond: Bond, want: Want, *, adding: bool) -> bool:
        half = one.adds if adding else one.takes
        if bond is Bond.SYMBOL:
            lacking, having = (one.before, one.after) if adding else (one.after, one.before)
            return (
                want.name in half.symbols
                and self._defined(having, want.name)
                and not self._defined(lacking, want.name)
            )
        place = _place(half, bond, want)
        # What a .c file declares is seen in it alone.
        return place is not None and (
            place.path.endswith(".h") or bond is Bond.FILE or place.path == want.at.path
        )

    # Whether the state after the earlier patch is broken by it.
    def _breaks(self, one: Constraint, user: Profile, want: Want) -> bool:
        if one.removal:
            taker = next(p for p in self.profiles if p.n == one.then)
            state, before = taker.after, taker.before
            data, old = readable(state, want.at.path), readable(before, want.at.path)
            line = still_used(want.at.path, data, want.use) if data and want.use else 0
            if not line or not (old and want.use and still_used(want.at.path, old, want.use)):
                return False
            return Compiled(state, self._base, self._defined).certainly(want, line)
        old = readable(user.before, want.at.path)
        if want.use is not None and old and still_used(want.at.path, old, want.use):
            return False
        return Compiled(user.after, self._base, self._defined).certainly(want, want.at.line)

    def _known(self, found: Iterable[tuple[Constraint, Profile, Want]]) -> _Known:
        words = {want.local for one, _, want in found if one.bond in (Bond.IDENTIFIER, Bond.MEMBER)}
        return _Known(self._base, self._grep.where(self._base, words, ("*.h",)))


class _Known:
    # Whether a state declares a name elsewhere than where the series' patches do.
    def __init__(self, base: Snapshot, headers: Mapping[str, tuple[str, ...]]) -> None:
        self._base = base
        self._headers = headers

    def has(self, state: Snapshot, one: Constraint, user: Profile) -> bool:
        if one.bond is Bond.FILE:
            return any(path.endswith(f"/{_tail(one.name)}") for path in state.paths())
        if one.bond is Bond.SYMBOL:
            return False
        owner, _, name = one.name.rpartition(".")
        places = (one.source.path, one.at.path)
        paths = {*self._headers.get(name, ()), *state.changed(), *places}
        if owner or "." in one.name:
            # A member of a structure that is known is looked for where that is; of another one anywhere.
            paths = {path for path in paths if not owner or path in places}
        return any(
            name_known
            for path in sorted(paths)
            if path.endswith(".h") or path == one.at.path
            for name_known in [_declares(path, readable(state, path) or b"", owner, name, "." in one.name)]
            if name_known
        )


def _declares(path: str, data: bytes, owner: str, name: str, member: bool) -> bool:
    if name.encode() not in data:
        return False
    found = brought(path, data)
    if not member:
        return name in found
    if owner:
        return f"{owner}.{name}" in found or f"{owner}.()" in found
    return any(key.endswith(f".{name}") for key in found)


def _wants(half: Change) -> Iterator[tuple[Bond, Want]]:
    for want in half.wants:
        yield (Bond.MEMBER if "." in want.name else Bond.IDENTIFIER), want
    for want in half.named:
        yield Bond.SYMBOL, want
    for want in half.includes:
        yield Bond.FILE, want


def _place(half: Change, bond: Bond, want: Want) -> Location | None:
    if bond is Bond.SYMBOL:
        return half.symbols.get(want.name)
    if bond is Bond.FILE:
        tail = _tail(want.name)
        return next((at for path, at in half.files.items() if path.endswith(f"/{tail}")), None)
    if want.name.startswith("."):
        return next((at for name, at in half.names.items() if name.endswith(want.name)), None)
    return half.names.get(want.name)


def _tail(spec: str) -> str:
    return "/".join(part for part in spec.split("/") if part not in (".", ".."))


def _constraint(user: Profile, other: Profile, bond: Bond, want: Want, *, adding: bool) -> Constraint:
    place = _place(other.adds if adding else other.takes, bond, want)
    source = place if place is not None else want.at
    shown = _shown(bond, want)
    if adding:
        reason = f"uses {shown}, which patch {other.n} brings"
        return Constraint(other.n, user.n, bond, want.name, want.at, source, reason)
    reason = f"takes {shown} away, which patch {user.n} stops using"
    return Constraint(user.n, other.n, bond, want.name, source, want.at, reason, removal=True)


def _shown(bond: Bond, want: Want) -> str:
    if bond is Bond.SYMBOL:
        return f"CONFIG_{want.name}"
    if bond is Bond.MEMBER:
        return f"the member `{want.name.lstrip('.')}`"
    return want.name


def _distinct(found: Iterable[Constraint]) -> Iterator[Constraint]:
    # One for a name and a pair of patches: the first place says it.
    seen = set()
    for one in sorted(found, key=lambda c: (c.then, c.first, c.bond, c.at)):
        key = (one.first, one.then, one.name.rpartition(".")[2])
        if key not in seen:
            seen.add(key)
            yield one
