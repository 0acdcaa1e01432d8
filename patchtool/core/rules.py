"""The shape of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from patchtool.core.code import Code
from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.freed import DirectFree
from patchtool.core.kconfig import Architecture, Broken
from patchtool.core.order import Constraint
from patchtool.core.orphan import Orphan
from patchtool.core.rename import Rename
from patchtool.core.series import Patch, Series
from patchtool.core.tree import FunctionPlace, Use, UseKind


@dataclass(frozen=True, slots=True)
class CommitFact:
    """A commit of the repository: 40-hex id, subject, and whether the base descends from it (or is it).

    `in_base` is UNDECIDED where a shallow history ends before it could be met.
    """

    commit: str
    subject: str
    in_base: Verdict


@dataclass(frozen=True, slots=True)
class Releases:
    """Where a commit came out, by the repository's version tags (`v5.4-rc1`); "" where none says.

    `first` is the oldest tag that holds it, candidates (-rc) included. `final` is the oldest tag of a
    finished release that holds it and that the base descends from.
    """

    first: str = ""
    final: str = ""


class History(Protocol):
    """What the tree's commits say; empty answers where there is no history."""

    @property
    def at_hand(self) -> bool:
        """Whether there is a repository to ask at all; without one, nothing it lacks means anything."""
        ...

    def commit(self, oid: str) -> CommitFact | None:
        """The commit of an (abbreviated) hex id; None where the repository has none, or several."""
        ...

    def releases(self, oid: str) -> Releases:
        """The releases that hold a commit of the repository (40 hex)."""
        ...

    def prefixes(self, path: str) -> tuple[str, ...]:
        """Subject prefixes (`mm/mmu_gather`) of commits that touched a path, most frequent first."""
        ...

    def has_path(self, path: str) -> bool | None:
        """Whether the base has a file or folder of that name; None where no tree is at hand."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a patch does not apply: `path:line` in the tree, what the hunk wants there and what stands there.

    `hunk` is 1-based within its file, 0 where the file itself is the trouble (absent, exists already).
    `present`: nothing is wrong but that the tree holds the whole patch already.
    """

    path: str
    line: int
    hunk: int
    hunks: int
    wants: tuple[str, ...]
    found: tuple[str, ...]
    reason: str
    present: bool = False


class State(Protocol):
    """The tree after patch n of the series (n = 0: the base), and what the engine knows about it."""

    n: int
    name: str

    @property
    def patch(self) -> Patch | None:
        """The patch that led here; None for the base."""
        ...

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why `patch` did not apply; empty where it did."""
        ...

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths that differ between this state and the base, sorted."""
        ...

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where the state has no such file. Raises MissingBlob."""
        ...

    def uses(self, symbol: str) -> tuple[Use, ...]:
        """Every occurrence of one of `Facts.subjects` in the state (with and without CONFIG_), sorted."""
        ...

    def defined(self, symbol: str) -> bool:
        """Whether any Kconfig file of the state has a `config` or `menuconfig` entry for the symbol."""
        ...

    @property
    def architectures(self) -> tuple[str, ...]:
        """The folders of arch/ whose Kconfig files parse, sorted."""
        ...

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Architectures whose Kconfig files do not parse, or could not be read; sorted by name."""
        ...

    def kconfig(self, arch: str) -> Architecture:
        """What one of `architectures` says about the series' symbols."""
        ...

    def functions(self, name: str) -> tuple[FunctionPlace, ...]:
        """Every declaration and definition of a C function in the state, sorted."""
        ...

    def made_by_macro(self, name: str) -> str:
        """`path:line` where a macro may define the function by pasting its name together; "" if nowhere."""
        ...

    @property
    def direct_frees(self) -> tuple[DirectFree, ...]:
        """Page tables that headers free before the TLB flush, where the series touches these headers."""
        ...

    @property
    def code(self) -> Code:
        """What the state's C code gets wrong; costs seconds to a minute a patch on a kernel."""
        ...


class Facts(Protocol):
    """What holds for the series as a whole."""

    @property
    def series(self) -> Series: ...

    @property
    def renames(self) -> tuple[Rename, ...]:
        """Declared renames and those inferred from the series (`Rename.patch` set)."""
        ...

    @property
    def states(self) -> Sequence[State]:
        """The base and every state reached, in order; at least the base."""
        ...

    @property
    def symbols(self) -> frozenset[str]:
        """Kconfig symbols of the series that are renamed, or undefined in some state; without CONFIG_."""
        ...

    @property
    def subjects(self) -> frozenset[str]:
        """Those of `touched` whose uses are known: all but the ones that are merely named, as SMP may be.

        Renamed by the series, undefined in some state, or asked for in no Kconfig file of the base.
        """
        ...

    @property
    def touched(self) -> frozenset[str]:
        """Every Kconfig symbol on the series' changed lines, or whose entry they change; without CONFIG_."""
        ...

    @property
    def pending(self) -> frozenset[str]:
        """Every word on added lines of patches that were not reached; symbols with and without CONFIG_.

        What such a patch may still bring is no defect of those before it.
        """
        ...

    @property
    def introduced(self) -> Mapping[str, int]:
        """Symbols that the base does not define, with the patch that first does."""
        ...

    @property
    def functions(self) -> frozenset[str]:
        """C functions that some patch may leave declared and not defined."""
        ...

    @property
    def misplaced(self) -> tuple[Constraint, ...]:
        """What a patch needs of a later one, where the state between them is broken by it."""
        ...

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """Definitions that a patch leaves without a user."""
        ...


def other_end(state: State, facts: Facts) -> State:
    """The base for any later state, the last state for the base: what both have is not the series' own."""
    return facts.states[-1 if state.n == facts.states[0].n else 0]


SeriesCheck = Callable[[Series, History], Iterator[Finding]]
StateCheck = Callable[[State, Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name in kebab-case names the bad pattern. Exactly one of the two checks is set.

    `on_series` needs only the mails and runs once; `on_state` runs on the base and after every patch.
    `doc` is the module's docstring with the fixed heads, from which `patchtool explain` is made.
    `hazard` is the most that a finding weighs which a later patch of the series mends; None: it is none.
    `default`: whether it runs unasked. `rests_on` are the kinds of files all of which must have been read
    for a finding to be decided, because it says that none of them holds something.
    """

    id: str
    name: str
    severity: Severity
    since: str
    doc: str
    on_series: SeriesCheck | None = None
    on_state: StateCheck | None = None
    hazard: Severity | None = Severity.ERROR
    default: bool = True
    rests_on: frozenset[UseKind] = frozenset()
