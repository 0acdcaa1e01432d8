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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict
from patchtool.core.tree import TreeReader
from patchtool.csource.preprocess import Symbols
from patchtool.gather.architectures import Configuration, configurations, known_architectures
from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.extract import Runs, Undecided, source_for
from patchtool.gather.extraction.memo import Task
from patchtool.gather.extraction.packing import Extracted
from patchtool.gather.extraction.retelling import Retelling
from patchtool.gather.extraction.scenarios import KINDS, possible
from patchtool.gather.extraction.source import FAST_GUP, Source
from patchtool.gather.extraction.witness import Witness
from patchtool.gather.judging import judged
from patchtool.gather.machine.machine import PROPERTIES, Machine
from patchtool.gather.machine.program import Allowed, Program, allowed_runs, assemble
from patchtool.gather.machine.verdicts import Explorer, Share
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
_KIND_OF = {scenario.name: scenario.kind for scenario in SCENARIOS}
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
    tasks = {arch: _tasks(reader, arch, wanted) for arch in archs or architectures(reader)}
    made = _made(reader, explorer, tasks, wanted)
    elsewhere = () if archs else (arch for arch in supported() if arch not in tasks)
    for arch in elsewhere:
        if reader.paths(f"arch/{arch}/"):
            undecided.append(f"{arch}: not examined; the tree has no arch/{arch}/Kconfig")
    for arch, rows in tasks.items():
        if not configurations(arch):
            undecided.append(f"{arch}: not examined; its walkers are not in the table of architectures yet")
        for (row, asked), extracted in zip(rows, made.get(arch, []), strict=True):
            found, why = _examined(row, asked, extracted, explorer, reader.name)
            runs += found
            undecided += [why] if why else _sentences(found)
    return ModelReport(reader.name, _version(reader), tuple(runs), tuple(undecided))


def _tasks(reader: CachedReader, arch: str, wanted: Wanted | None) -> list[Task]:
    if not reader.paths(f"arch/{arch}/"):
        raise PatchtoolError(f"the tree has no arch/{arch}", at=reader.name, hint="name a folder of arch/")
    return [(row, asked) for row in configurations(arch) if (asked := _asked(row, wanted))]


# What is extracted for each architecture, and explored on the way; in several processes where there is much.
def _made(
    reader: CachedReader, explorer: Explorer, tasks: Mapping[str, list[Task]], wanted: Wanted | None
) -> dict[str, list[Extracted]]:
    found = {arch: explorer.memo.seen(reader, arch, rows) for arch, rows in tasks.items() if rows}
    made = {arch: seen for arch, seen in found.items() if seen is not None}
    open_ = {arch: 1 + len(tasks[arch]) for arch in found if arch not in made}
    if len(open_) > 1:
        explorer.memo.prepare(reader)
    for share in explorer.crew.run(reader.source, open_, partial(_share, explorer, wanted), wanted):
        explorer.learn(share.explored)
        for arch, extracted in share.extracted.items():
            explorer.memo.learn(reader, arch, tasks[arch], extracted)
            made[arch] = extracted
    return made


def _share(explorer: Explorer, wanted: Wanted | None, tree: TreeReader, archs: Sequence[str]) -> Share:
    reader = CachedReader(tree)
    made: dict[str, list[Extracted]] = {}
    for arch in archs:
        tasks = _tasks(reader, arch, wanted)
        made[arch] = explorer.memo.extracted(reader, arch, tasks, partial(_extracted, explorer.retelling))
        for (row, _), extracted in zip(tasks, made[arch], strict=True):
            for name, program in extracted.programs:
                if isinstance(program, Program):
                    explorer.look(_machine(replace(row, software=extracted.software), name, program))
    return Share(made, explorer.news())


def _asked(row: Configuration, wanted: Wanted | None) -> tuple[str, ...]:
    return tuple(s.name for s in SCENARIOS if wanted is None or wanted(row, s))


# All that a tree and its Kconfig have a say in: kept, and reused where they say the same.
def _extracted(told: Retelling, tree: Witness, row: Configuration, names: Sequence[str]) -> Extracted:
    # An architecture that has no symbol for it has never had several CPUs.
    several = ("SMP",) if ("SMP", "y") in row.symbols else ()
    lacking = tuple(name for name in dict.fromkeys((*row.needs, *several)) if not tree.defined(name))
    if lacking:
        return Extracted(lacking=lacking)
    given = {name: value for name, value in row.symbols if tree.defined(name)}
    wished = {name: "y" for name in _WISHED if row.mmu and tree.defined(name) and name not in given}
    refused = tree.assign(given | wished)
    left = tuple(sentence for sentence in refused if sentence.partition("=")[0] not in wished)
    return Extracted(refused=left) if left else _programs(told, row, (tree, tree), names)


def _examined(
    row: Configuration, names: Sequence[str], made: Extracted, explorer: Explorer, ref: str
) -> tuple[list[ModelRun], str]:
    if made.lacking:
        said = f"{row.arch} {row.name}: not in this tree, Kconfig has no {', '.join(made.lacking)}"
        return [], "" if row.optional else said
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
    made = _programs(Retelling(), row, (reader, symbols), names)
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


def _programs(
    told: Retelling, row: Configuration, text: tuple[TreeReader, Symbols], names: Sequence[str]
) -> Extracted:
    if not row.mmu:
        return Extracted()
    reader, symbols = text
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
            extracted[kind.name] = told.extract(source, row, kind)
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
    result = explorer.explore(_machine(row, scenario.name, program))
    row = replace(row, software=row.software and not kind.whole)
    verdicts = judged(row, result, program, ref, whole=kind.whole)
    return ModelRun(row.arch, row.name, scenario.name, verdicts, result.states, program.id)


def _machine(row: Configuration, scenario: str, program: Program) -> Machine:
    kind = KINDS[_KIND_OF[scenario]]
    # A software walk starts in a thread of the mm; in exit there is none.
    software = row.software and not kind.whole
    hardware = "page-table" if row.hardware == "unknown" else row.hardware
    return Machine(program, 2 if row.smp else 1, hardware, software, kind.nested)


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
