"""What the mmu_gather model reports: one verdict a property, one run a configuration."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.finding import Location, Verdict


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a counterexample: which thread did what, in which C function, at which line of the tree."""

    thread: str
    action: str
    function: str = ""
    at: Location | None = None


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
