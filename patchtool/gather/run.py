"""The model over one tree: every configuration of the asked architectures, every scenario, every property.

| scenario             | kind   | the table batch                       | allocation of a batch page |
|----------------------|--------|---------------------------------------|----------------------------|
| munmap               | munmap | anything below                        | succeeds or fails          |
| munmap no-alloc-fail | munmap | never full                            | succeeds                   |
| munmap alloc-fail    | munmap | never full                            | succeeds or fails          |
| munmap batch-full    | munmap | full after one table, or after two    | succeeds                   |
| exit                 | exit   | anything                              | succeeds or fails          |
| zap                  | zap    | anything                              | succeeds or fails          |
| nested               | nested | anything                              | succeeds or fails          |

The kinds are in extract.py. The batch of data pages is full after one page wherever the table batch may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict, TraceStep
from patchtool.core.tree import TreeReader
from patchtool.csource.preprocess import Symbols
from patchtool.gather.architectures import Configuration, configurations, known_architectures
from patchtool.gather.explorer import Exploration
from patchtool.gather.explorer import TraceStep as Taken
from patchtool.gather.extract import KINDS, Undecided, extract, source_for
from patchtool.gather.machine import PROPERTIES, Machine, names
from patchtool.gather.program import Allowed, Effect, Kind, Program, allowed_runs, assemble
from patchtool.gather.source import CachedReader
from patchtool.gather.verdicts import Explorer
from patchtool.kconfig.parser import Parsed, parse

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
)


# Where everything that the extraction reads lives, the architecture's own folder apart.
_READ = re.compile(
    r"(?:mm/(?:mmu_gather|memory)\.c|include/asm-generic/.*|include/linux/(?:pagemap|mm|mm_types|pgtable)\.h"
    r"|(?:.*/)?Kconfig[^/]*|mm/Makefile)\Z"
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


def run_model(reader: TreeReader, archs: Sequence[str], explorer: Explorer | None = None) -> ModelReport:
    """Run the model for the architectures named, as their folders under arch/ are called.

    An architecture without a row in the table of walkers, and whatever could not be extracted, is a
    sentence in `undecided`. `explorer` keeps what was explored before, for other trees too, and bounds the
    searches: what a search that was cut did not violate is UNDECIDED.

    Raises:
        PatchtoolError: the tree has no such architecture, or its Kconfig does not parse.
        MissingBlob: a file's content is absent.

    Cost: per architecture one Kconfig parse, and a few seconds for programs not seen before.
    """
    runs: list[ModelRun] = []
    undecided: list[str] = []
    reader = CachedReader(reader)
    explorer = explorer or Explorer()
    for arch in archs:
        if not reader.paths(f"arch/{arch}/"):
            message = f"the tree has no arch/{arch}"
            raise PatchtoolError(message, at=reader.name, hint="name a folder of arch/")
        rows = configurations(arch)
        if not rows:
            undecided.append(f"{arch}: not examined; its walkers are not in the table of architectures yet")
            continue
        kconfig = parse(reader, arch)
        for row in rows:
            lacking = [name for name in row.needs if not kconfig.defined(name)]
            if lacking:
                undecided.append(f"{arch} {row.name}: not in this tree, Kconfig has no {', '.join(lacking)}")
                continue
            found = _configured(reader, row, kconfig, explorer)
            runs += found
            undecided += _sentences(found)
    return ModelReport(reader.name, _version(reader), tuple(runs), tuple(undecided))


def _configured(
    reader: TreeReader, row: Configuration, kconfig: Parsed, explorer: Explorer
) -> list[ModelRun]:
    values = kconfig.with_values({name: value for name, value in row.symbols if kconfig.defined(name)})
    if values.refused:
        reason = Undecided(f"Kconfig does not allow it: {'; '.join(values.refused)}")
        return [_undecided_run(row, scenario, reason) for scenario in SCENARIOS]
    return run_configuration(reader, row, values, explorer)


def run_configuration(
    reader: TreeReader, row: Configuration, symbols: Symbols, explorer: Explorer | None = None
) -> list[ModelRun]:
    """All scenarios of one configuration, in the order of SCENARIOS; `symbols` are its Kconfig values."""
    source = source_for(reader, row, symbols)
    if isinstance(source, Undecided):
        return [_undecided_run(row, scenario, source) for scenario in SCENARIOS]
    extracted = {kind: extract(source, row, kind) for kind in KINDS}
    explorer = explorer or Explorer()
    found: list[ModelRun] = []
    for scenario in SCENARIOS:
        runs = extracted[scenario.kind]
        if isinstance(runs, Undecided):
            found.append(_undecided_run(row, scenario, runs))
            continue
        program = assemble(allowed_runs(runs, scenario.allowed))
        machine = Machine(program, 2 if row.smp else 1, row.hardware, row.software, scenario.kind == "nested")
        result = explorer.explore(machine)
        verdicts = tuple(_verdict(name, row, result, program, reader.name) for name in PROPERTIES)
        found.append(ModelRun(row.arch, row.name, scenario.name, verdicts, result.states, program.id))
    notes = tuple(source.left_out)
    return [replace(run, notes=notes) if run.states else run for run in found]


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
    walker = {"hw-uaf": row.hardware == "page-table", "sw-uaf": row.software}.get(name, True)
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
        return known.get(action, f"table batch: {action}")
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
