"""What a patch needs that a target does not have: commits where the history holds them, else names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from patchtool.core.finding import Location, Verdict


class Need(StrEnum):
    """What a commit is to the patch: it brings what the patch uses, only its context, or nothing of it."""

    REQUIRED = "required"
    TEXTUAL = "textual"
    INCIDENTAL = "incidental"


class LackKind(StrEnum):
    """What a name is: a C identifier (function, macro, type), a member, a Kconfig symbol, or an include."""

    IDENTIFIER = "identifier"
    MEMBER = "member"
    SYMBOL = "symbol"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Lack:
    """A name that a patch uses, that its own tree has, and that the target does not have.

    `name` is bare: a symbol without CONFIG_, a member without its structure, whose tag is `owner` ("" where
    unknown or no member). `used` is the place in the patch's own tree, `declared` the place there that
    brings the name (None where that tree is not at hand). `patch` is the number of the earlier patch of the
    series that brings it, 0 for none.
    """

    kind: LackKind
    name: str
    used: Location
    owner: str = ""
    declared: Location | None = None
    patch: int = 0

    @property
    def sentence(self) -> str:
        """`struct mmu_gather has no member freed_tables`, as a maintainer would say it of the target."""
        if self.kind is LackKind.MEMBER:
            owner = f"struct {self.owner} has no" if self.owner else "no structure has a"
            return f"{owner} member {self.name}"
        if self.kind is LackKind.SYMBOL:
            return f"no Kconfig entry defines {self.name}"
        if self.kind is LackKind.HEADER:
            return f"there is no file {self.name}"
        return f"nothing declares {self.name}"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that was looked at, or an earlier patch of the same series.

    `oid` is 40 hex, "" for a patch, whose number is `patch` (0 for a commit). `needed_by` is the commit that
    needs it, `patch 2` for such a patch, "" for the patch itself; `why` a clause on what it brings ("brings
    struct mmu_gather's freed_tables, which the patch uses"). `three_way`: it went in by a three-way merge.
    `files`, `added` and `removed` count what it changes.
    """

    oid: str
    subject: str
    need: Need
    needed_by: str
    why: str
    patch: int = 0
    three_way: bool = False
    files: int = 0
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What the commits together change: how many they are, distinct files, lines added and removed."""

    commits: int = 0
    files: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The commits to take first, in the order to apply them, and how far that is proven.

    HOLDS: with them the patch applies, has every name that it uses, and passed the check; without any one of
    them it does not. VIOLATED: no set of the history's commits does; `obstacles` say what stands in the way,
    `commits` are what was tried last. UNDECIDED: a bound was hit, or something could not be read; `undecided`
    says which. `tree` is the 40-hex tree with the commits and the patch, "" where there is none. `dropped`
    were tried and are not needed, INCIDENTAL. `lacks` are the names that the target does not have.
    """

    verdict: Verdict
    commits: tuple[Commit, ...]
    cost: Cost
    tree: str = ""
    dropped: tuple[Commit, ...] = ()
    lacks: tuple[Lack, ...] = ()
    obstacles: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    three_way: bool = False

    @property
    def required(self) -> tuple[Commit, ...]:
        """Those that bring what is used; where there is none, adapting the patch is the other way."""
        return tuple(commit for commit in self.commits if commit.need is Need.REQUIRED)


@dataclass(frozen=True, slots=True)
class NoHistory:
    """The repository has no commits between target and patch: what is missing, by name.

    `reason` says what kind of repository it is, `commands` are the git commands that bring the history, in
    order. `lacks` is empty where the patch uses nothing that the target does not have, or where
    `undecided` says that this could not be found out.
    """

    reason: str
    commands: tuple[str, ...]
    lacks: tuple[Lack, ...]
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check says of a result. `wants` are names that it found missing: C identifiers, `T.x` for a
    member, `CONFIG_X` for a symbol; commits that bring them are tried.
    """

    verdict: Verdict
    reason: str = ""
    wants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """One thing that went in: a commit's `oid`, "" for the patch; its subject, the tree after it (40 hex),
    and the diff that leads there in the target.

    For an earlier patch of the series `oid` is a commit that only the scratch has.
    """

    oid: str
    subject: str
    tree: str
    diff: bytes


# Judges the trees after the target's own: the commits in order, the patch last.
Check = Callable[[tuple[Applied, ...]], Checked]


@dataclass(frozen=True, slots=True)
class Budget:
    """How far a search goes: commits looked at, trial runs of `git apply` over all of them, seconds.

    Time is looked at between git commands, none of which is stopped.
    """

    commits: int = 60
    trials: int = 400
    seconds: float = 120.0
