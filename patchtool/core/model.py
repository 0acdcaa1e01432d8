"""What the mmu_gather model reports: one verdict a property, one run a configuration."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.finding import Finding, Location, Verdict


@dataclass(frozen=True, slots=True)
class ObjectState:
    """A page table or the data page at one moment: `hooked` while an entry above leads to it.

    `holders` are those who still know its address: `CPU0 walk cache`, `CPU0 reads next`, `RCU callback`.
    """

    name: str
    hooked: bool
    freed: bool
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a counterexample: which thread did what, in which C function, at which line of the tree.

    `objects` are all objects after the step, top table first and the page last; () where none asked.
    """

    thread: str
    action: str
    function: str = ""
    at: Location | None = None
    objects: tuple[ObjectState, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyVerdict:
    """`name` as in the table of properties (`order`, `hw-uaf` ...); `reason` for WAIVED and UNDECIDED.

    `trace` is the shortest counterexample, empty unless VIOLATED (or WAIVED after a violation).
    """

    name: str
    verdict: Verdict
    reason: str = ""
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One program explored: `arch` as its folder under arch/ is called, `config` e.g. `radix SMP`.

    `scenario` names what the unmapping CPU does (`munmap`, `exit` ...) and the batch behaviour; `states`
    counts distinct states (0 where no program could be extracted); `program` is an id equal for equal
    programs, independent of names, files and hash seeds. `notes` are conditions on the verdicts, such as
    code that the configuration calls and compiles out.
    """

    arch: str
    config: str
    scenario: str
    properties: tuple[PropertyVerdict, ...]
    states: int
    program: str = ""
    notes: tuple[str, ...] = ()

    def verdict(self, name: str) -> Verdict:
        """The verdict of one property; UNDECIDED where it was not examined."""
        return next((p.verdict for p in self.properties if p.name == name), Verdict.UNDECIDED)


@dataclass(frozen=True, slots=True)
class ModelReport:
    """All runs over one tree state, and what was not decided, in words."""

    ref: str
    version: str
    runs: tuple[ModelRun, ...]
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What runs came to in one state: `verdict` over all properties, and which are not plain HOLDS.

    `changed` says that the program is another one than in the state before.
    """

    verdict: Verdict
    violated: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    changed: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Runs that fare alike: every (arch, config) with every scenario named, a cell for each group of states.

    A cell is None where the state has no such configuration.
    """

    configs: tuple[tuple[str, str], ...]
    scenarios: tuple[str, ...]
    cells: tuple[MatrixCell | None, ...]

    @property
    def flips(self) -> bool:
        """Whether some state has another outcome than the one before."""
        said = [
            (cell.verdict, cell.violated, cell.undecided, cell.waived) if cell else None
            for cell in self.cells
        ]
        return len(set(said)) > 1


@dataclass(frozen=True, slots=True)
class PatchEffect:
    """What one patch did to the programs, by configuration, as (arch, config).

    `unchanged` have the same program in every scenario, `changed` another one in those that follow,
    `unknown` have a scenario without a program before or after, and no change in the others.
    """

    state: str
    unchanged: tuple[tuple[str, str], ...]
    changed: tuple[tuple[tuple[str, str], tuple[str, ...]], ...]
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """A series through the model: `groups` are names of states that follow one another with equal programs.

    `base` and `last` are the first and the last state's reports; `findings` are about patches; `undecided`
    says what was not decided in the last state and which states were not reached.
    """

    groups: tuple[tuple[str, ...], ...]
    rows: tuple[MatrixRow, ...]
    patches: tuple[PatchEffect, ...]
    base: ModelReport
    last: ModelReport
    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = ()
