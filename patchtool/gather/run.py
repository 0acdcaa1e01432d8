"""The model over one tree: every configuration of the asked architectures, every scenario, every property.

| scenario             | kind         | the table batch                       | allocation of a batch page |
|----------------------|--------------|---------------------------------------|----------------------------|
| munmap               | munmap       | anything below                        | succeeds or fails          |
| munmap no-alloc-fail | munmap       | never full                            | succeeds                   |
| munmap alloc-fail    | munmap       | never full                            | succeeds or fails          |
| munmap batch-full    | munmap       | full after one table, or after two    | succeeds                   |
| exit, zap, nested, munmap upper, munmap top, zap huge, hugetlb: the kind of that name, anything, either   |

The kinds are in scenarios.py; one that a configuration cannot do (no such level, no such pages) has no run.
The batch of data pages is full after one page wherever the table batch may be, and never in exit. A
configuration without an MMU has one run, `none`: there is no gather to examine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict, TraceStep
from patchtool.core.tree import TreeReader
from patchtool.csource.preprocess import Symbols
from patchtool.gather.architectures import Configuration, configurations, known_architectures
from patchtool.gather.extraction.extract import Runs, Undecided, extract, source_for
from patchtool.gather.extraction.packing import Extracted
from patchtool.gather.extraction.scenarios import KINDS, possible
from patchtool.gather.extraction.source import FAST_GUP, CachedReader, Source
from patchtool.gather.extraction.witness import Witness
from patchtool.gather.machine.explorer import Exploration
from patchtool.gather.machine.explorer import TraceStep as Taken
from patchtool.gather.machine.machine import PROPERTIES, Machine, names
from patchtool.gather.machine.program import Allowed, Effect, Kind, Program, allowed_runs, assemble
from patchtool.gather.machine.verdicts import Explorer
from patchtool.kconfig.atlas import architectures

_OK = frozenset({"ok"})
_NEVER_FULL = frozenset({"never-full"})
_FULL = frozenset({"full-at-1", "full-at-2"})


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the table above."""

    name: str
    kind: str
    allowed: Allowed


SCENARIOS = (
    Scenario("munmap", "munmap", {}),
    Scenario("munmap no-alloc-fail", "munmap", {"batch": _NEVER_FULL, "alloc": _OK}),
    Scenario("munmap alloc-fail", "munmap", {"batch": _NEVER_FULL}),
    Scenario("munmap batch-full", "munmap", {"batch": _FULL, "alloc": _OK}),
    Scenario("exit", "exit", {}),
    Scenario("zap", "zap", {}),
    Scenario("nested", "nested", {}),
    Scenario("munmap upper", "munmap upper", {}),
    Scenario("munmap top", "munmap top", {}),
    Scenario("zap huge", "zap huge", {}),
    Scenario("hugetlb", "hugetlb", {}),
)
# Those that every configuration can do.
_ALWAYS = SCENARIOS[:7]
Wanted = Callable[[Configuration, Scenario], bool]
# Set where Kconfig lets them be: the pages that some scenarios need.
_WISHED = ("TRANSPARENT_HUGEPAGE", "HUGETLBFS")
_NO_MMU = "no MMU: there are no page tables to free"


# Where everything that the extraction reads lives, the architecture's own folder apart.
_READ = re.compile(
    r"(?:mm/(?:mmu_gather|memory|pgtable-generic)\.c|include/asm-generic/.*|(?:.*/)?Kconfig[^/]*|mm/Makefile"
    r"|include/linux/(?:pagemap|mm|mm_types|mm_inline|pgtable|huge_mm|hugetlb_inline|sizes|const)\.h"
    r"|arch/[^/]+/kernel/[^/]*(?:smp|tlb|cache|kvm|paravirt|sbi)[^/]*\.c"
    r"|arch/x86/(?:xen|hyperv)/mmu[^/]*\.c|arch/x86/um/asm/.*)\Z"
)


def supported() -> tuple[str, ...]:
    """The architectures that the table of walkers has a row for, sorted."""
    return known_architectures()


def concerns(paths: Iterable[str]) -> bool:
    """Whether a change of these files can change what the model says of a supported architecture.

    Errs on the side of yes: a Kconfig file anywhere, and anything below arch/X/mm or arch/X/include, count.
    """
    own = tuple(f"arch/{arch}/{part}" for arch in supported() for part in ("mm/", "include/", "Makefile"))
    return any(_READ.match(path) is not None or path.startswith(own) for path in paths)


def run_model(
    reader: TreeReader,
    archs: Sequence[str] = (),
    explorer: Explorer | None = None,
    *,
    wanted: Wanted | None = None,
) -> ModelReport:
    """Run the model for the architectures named, as their folders under arch/ are called; none: all there.

    An architecture without a row in the table of walkers, and whatever could not be extracted, is a
    sentence in `undecided`. `explorer` keeps what was explored before, for other trees too, and bounds the
    searches: what a search that was cut did not violate is UNDECIDED. `wanted` says which scenarios of
    which configurations are run; None: all.

    Raises:
        PatchtoolError: the tree has no such architecture, or its Kconfig does not parse.
        MissingBlob: a file's content is absent.

    Cost: per architecture one Kconfig parse, and a few seconds for programs not seen before.
    """
    runs: list[ModelRun] = []
    undecided: list[str] = []
    reader = CachedReader(reader)
    explorer = explorer or Explorer()
    for arch in archs or architectures(reader):
        if not reader.paths(f"arch/{arch}/"):
            message = f"the tree has no arch/{arch}"
            raise PatchtoolError(message, at=reader.name, hint="name a folder of arch/")
        if not configurations(arch):
            undecided.append(f"{arch}: not examined; its walkers are not in the table of architectures yet")
        rows = [(row, names) for row in configurations(arch) if (names := _asked(row, wanted))]
        made = explorer.memo.extracted(reader, arch, rows, _extracted) if rows else []
        for (row, names), extracted in zip(rows, made, strict=True):
            found, why = _examined(row, names, extracted, explorer, reader.name)
            runs += found
            undecided += [why] if why else _sentences(found)
    return ModelReport(reader.name, _version(reader), tuple(runs), tuple(undecided))


def _asked(row: Configuration, wanted: Wanted | None) -> tuple[str, ...]:
    return tuple(s.name for s in SCENARIOS if wanted is None or wanted(row, s))


# All that a tree and its Kconfig have a say in: kept, and reused where they say the same.
def _extracted(tree: Witness, row: Configuration, names: Sequence[str]) -> Extracted:
    lacking = tuple(name for name in row.needs if not tree.defined(name))
    if lacking:
        return Extracted(lacking=lacking)
    given = {name: value for name, value in row.symbols if tree.defined(name)}
    wished = {name: "y" for name in _WISHED if row.mmu and tree.defined(name) and name not in given}
    refused = tree.assign(given | wished)
    left = tuple(sentence for sentence in refused if sentence.partition("=")[0] not in wished)
    return Extracted(refused=left) if left else _programs(tree, row, tree, names)


def _examined(
    row: Configuration, names: Sequence[str], made: Extracted, explorer: Explorer, ref: str
) -> tuple[list[ModelRun], str]:
    if made.lacking:
        return [], f"{row.arch} {row.name}: not in this tree, Kconfig has no {', '.join(made.lacking)}"
    if made.refused:
        reason = Undecided(f"Kconfig does not allow it: {'; '.join(made.refused)}")
        if row.optional:
            return [], f"{row.arch} {row.name}: not in this tree, {reason}"
        made = Extracted(undecided=reason)
    return _runs(row, names, made, explorer, ref), ""


def run_configuration(
    reader: TreeReader,
    row: Configuration,
    symbols: Symbols,
    explorer: Explorer | None = None,
    wanted: Wanted | None = None,
) -> list[ModelRun]:
    """The scenarios of one configuration, in the order of SCENARIOS; `symbols` are its Kconfig values."""
    names = _asked(row, wanted)
    made = _programs(reader, row, symbols, names)
    return _runs(row, names, made, explorer or Explorer(), reader.name)


def _runs(
    row: Configuration, names: Sequence[str], made: Extracted, explorer: Explorer, ref: str
) -> list[ModelRun]:
    asked = [scenario for scenario in SCENARIOS if scenario.name in names]
    if made.undecided:
        return [_undecided_run(row, scenario, made.undecided) for scenario in asked if scenario in _ALWAYS]
    if not row.mmu:
        verdicts = tuple(PropertyVerdict(name, Verdict.HOLDS, _NO_MMU) for name in PROPERTIES)
        return [ModelRun(row.arch, row.name, "none", verdicts, 0)]
    row = replace(row, software=made.software)
    programs = dict(made.programs)
    found: list[ModelRun] = []
    for scenario in asked:
        program = programs.get(scenario.name)
        if isinstance(program, Undecided):
            found.append(_undecided_run(row, scenario, program))
        elif program is not None:
            found.append(_explored(row, scenario, program, explorer, ref))
    return [replace(run, notes=made.notes) if run.states else run for run in found]


def _programs(reader: TreeReader, row: Configuration, symbols: Symbols, names: Sequence[str]) -> Extracted:
    if not row.mmu:
        return Extracted()
    source = source_for(reader, row, symbols)
    if isinstance(source, Undecided):
        return Extracted(undecided=source)
    row = replace(row, software=row.software or _fast_gup(source))
    extracted: dict[str, Runs | Undecided] = {}
    programs: list[tuple[str, Program | Undecided]] = []
    for scenario in SCENARIOS:
        kind = KINDS[scenario.kind]
        if scenario.name not in names or not possible(kind, source, row):
            continue
        if kind.name not in extracted:
            extracted[kind.name] = extract(source, row, kind)
        runs = extracted[kind.name]
        if isinstance(runs, Undecided):
            programs.append((scenario.name, runs))
        else:
            programs.append((scenario.name, assemble(allowed_runs(runs, scenario.allowed))))
    return Extracted(tuple(programs), row.software, tuple(source.left_out))


# Whether mm/gup.c, or the architecture's own, walks with interrupts off in this configuration.
def _fast_gup(source: Source) -> bool:
    if any(source.primary.macros.get(f"CONFIG_{name}") is not None for name in FAST_GUP):
        return True
    return f"{source.folder}/mm/gup.c" in source.built()


def _explored(
    row: Configuration, scenario: Scenario, program: Program, explorer: Explorer, ref: str
) -> ModelRun:
    kind = KINDS[scenario.kind]
    # A software walk starts in a thread of the mm; in exit there is none.
    software = row.software and not kind.whole
    hardware = "page-table" if row.hardware == "unknown" else row.hardware
    machine = Machine(program, 2 if row.smp else 1, hardware, software, kind.nested)
    result = explorer.explore(machine)
    row = replace(row, software=software)
    verdicts = tuple(_verdict(name, row, result, program, ref) for name in PROPERTIES)
    if row.hardware == "unknown":
        verdicts = tuple(map(_unless_known, verdicts))
    if kind.whole:
        verdicts = tuple(_unused(found, row) for found in verdicts)
    return ModelRun(row.arch, row.name, scenario.name, verdicts, result.states, program.id)


def _unless_known(found: PropertyVerdict) -> PropertyVerdict:
    if found.name == "hw-uaf" and found.verdict is Verdict.VIOLATED:
        reason = "it is not known whether hardware walks Linux page tables here and what it caches of them"
        return PropertyVerdict(found.name, Verdict.UNDECIDED, f"{reason}; if it does, it reads a freed one")
    return found


# Where the mm has no user any more, an entry of a freed page may stay in a TLB: nothing uses it. And where
# only an access of such a user starts a walk, none is under way.
def _unused(found: PropertyVerdict, row: Configuration) -> PropertyVerdict:
    if found.verdict is not Verdict.VIOLATED:
        return found
    if found.name == "page-uaf":
        return PropertyVerdict(found.name, Verdict.HOLDS, "no thread of the mm is left to use a TLB entry")
    if found.name == "order" and row.hardware not in ("page-table", "unknown"):
        reason = "no thread of the mm is left to start a walk, and no hardware walks by itself"
        return replace(found, verdict=Verdict.WAIVED, reason=reason)
    return found


def _verdict(
    name: str, row: Configuration, result: Exploration, program: Program, ref: str
) -> PropertyVerdict:
    taken = result.traces.get(name)
    if taken is not None:
        trace = tuple(_step(step, program, ref) for step in taken)
        if name == "order" and row.waive_order:
            return PropertyVerdict(name, Verdict.WAIVED, row.waive_order, trace)
        return PropertyVerdict(name, Verdict.VIOLATED, "", trace)
    if not result.complete:
        return PropertyVerdict(name, Verdict.UNDECIDED, f"the search was cut at {result.states} states")
    walker = {"hw-uaf": row.hardware in ("page-table", "unknown"), "sw-uaf": row.software}.get(name, True)
    if not walker:
        return PropertyVerdict(name, Verdict.HOLDS, "no such walker of Linux page tables here")
    needed = {"hw-uaf": "hw-deep", "sw-uaf": "sw-deep"}.get(name)
    if needed is not None and needed not in result.witnesses:
        return PropertyVerdict(name, Verdict.UNDECIDED, "vacuous: the walker never reads the last table")
    return PropertyVerdict(name, Verdict.HOLDS)


def _step(step: Taken, program: Program, ref: str) -> TraceStep:
    effect = program.nodes[step.pc].effect if step.pc >= 0 else None
    if effect is None:
        return TraceStep(step.thread, step.action)
    at = replace(effect.at, ref=ref) if effect.at is not None else None
    return TraceStep(step.thread, _say(effect, step.action), effect.function, at)


def _say(effect: Effect, action: str) -> str:
    if effect.kind is Kind.CHOICE:
        known = {"ok": "allocates a batch page", "fail": "fails to allocate a batch page"}
        what = "page" if effect.question == "size" else "table batch"
        return known.get(action, f"{what}: {action}")
    objects = names(effect.objects)
    return {
        Kind.UNHOOK: f"unhooks {objects}",
        Kind.FLUSH: "calls tlb_flush()",
        Kind.TLBI: f"invalidates ({effect.scope}, {effect.reach})",
        Kind.FREE: f"frees {objects}",
        Kind.CALL_RCU: f"call_rcu() for {objects}",
        Kind.IPI: "interrupts the other CPUs and waits",
    }[effect.kind]


def _undecided_run(row: Configuration, scenario: Scenario, reason: Undecided) -> ModelRun:
    verdicts = tuple(PropertyVerdict(name, Verdict.UNDECIDED, str(reason)) for name in PROPERTIES)
    return ModelRun(row.arch, row.name, scenario.name, verdicts, 0)


# One sentence per configuration and reason, naming the scenarios it stopped, or a note on the verdicts.
def _sentences(runs: Sequence[ModelRun]) -> list[str]:
    stopped: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        for reason in dict.fromkeys(p.reason for p in run.properties if p.verdict is Verdict.UNDECIDED):
            stopped.setdefault((f"{run.arch} {run.config}", reason), []).append(run.scenario)
    sentences = [f"{where} ({', '.join(names)}): {reason}" for (where, reason), names in stopped.items()]
    notes = dict.fromkeys(f"{run.arch} {run.config}: {note}" for run in runs for note in run.notes)
    return [*sentences, *notes]


def _version(reader: TreeReader) -> str:
    text = (reader.read("Makefile") or b"").decode("utf-8", "surrogateescape")
    line = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(\S*)", re.MULTILINE)
    parts: dict[str, str] = dict(line.findall(text))
    if "VERSION" not in parts:
        return ""
    numbers = ".".join(parts.get(name) or "0" for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))
    return numbers + parts.get("EXTRAVERSION", "")
