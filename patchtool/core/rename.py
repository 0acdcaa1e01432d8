"""A Kconfig symbol's change of name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rename:
    """`old` became `new` (both without `CONFIG_`); `inverted` where the polarity changed with it.

    `commit` is the upstream id (or `link` the mail that made it) and `version` the first release with it,
    all "" for a rename inferred from a series; `source` says where it is known from:
    "rules/renames.toml", or "patch 6/9, 12 lines".
    `patch` is the number of the patch it was inferred from, None for a declared one.
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


def in_flux(renames: Iterable[Rename], defined: Callable[[str], bool]) -> frozenset[str]:
    """Names whose absence a rename explains: every old one, and new ones while the old entry still stands.

    What is wrong with them is one defect, an incomplete rename, and not also an undefined symbol.
    """
    pairs = [(rename.old, rename.new) for rename in renames]
    return frozenset({old for old, _ in pairs} | {new for old, new in pairs if defined(old)})
