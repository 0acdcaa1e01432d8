"""A Kconfig symbol's change of name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rename:
    """`old` became `new` (both without `CONFIG_`); `inverted` where the polarity changed with it.

    `commit` is the upstream id (or `link` the mail that made it) and `version` the first release with it,
    all "" for a rename inferred from a series; `source` says where it is known from:
    "rules/renames.toml", or "patch 6/9, 12 lines".
    `patch` is the number of the patch it was inferred from, None for a declared one.

    An old name can have several successors, one `Rename` each. `kinds` are then the uses that this one is
    for, each a Kconfig keyword (`select`, `depends`, `if` ...) or the value of a `UseKind` (`code`,
    `makefile` ...); () is every use. `around` narrows code to conditions whose block has one of these words.
    `kept`: the old entry stays on purpose, for old configurations. `merged`: `new` was there before.
    """

    old: str
    new: str
    inverted: bool = False
    commit: str = ""
    link: str = ""
    version: str = ""
    note: str = ""
    source: str = ""
    patch: int | None = None
    kinds: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    kept: bool = False
    merged: bool = False


def in_flux(renames: Iterable[Rename], defined: Callable[[str], bool]) -> frozenset[str]:
    """Names whose absence a rename explains: every old one, and new ones while the old entry still stands.

    What is wrong with them is one defect, an incomplete rename, and not also an undefined symbol.
    """
    pairs = [(rename.old, rename.new) for rename in renames]
    return frozenset({old for old, _ in pairs} | {new for old, new in pairs if defined(old)})


def fitting(
    renames: Sequence[Rename], kind: str, block: str, defined: Callable[[str], bool]
) -> tuple[Rename, ...]:
    """Which of one symbol's renames are meant at a place, best first; never empty unless `renames` is.

    `kind` is the place's keyword or kind, as in `Rename.kinds`; `block` the code that it guards, "" for none.
    Names that the tree defines come before those that it does not; of these, the one that is made for such
    a place alone is given, where there is one.
    """
    there = [rename for rename in renames if defined(rename.new)] or list(renames)
    special = [rename for rename in there if kind in rename.kinds and _is_around(rename, block)]
    general = [rename for rename in there if not rename.kinds]
    return tuple(special or general or there)


def _is_around(rename: Rename, block: str) -> bool:
    return not rename.around or any(word in block for word in rename.around)
