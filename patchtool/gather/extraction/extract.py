"""From a tree to programs: the tree's own mmu_gather code, run once for every choice it can meet.

What is run is in scenarios.py. Choices are: after how many tables a table batch is full, whether a batch page
can be allocated, and what size the page has where the kind of scenario leaves that open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from patchtool.core.tree import TreeReader
from patchtool.csource.preprocess import Symbols
from patchtool.gather.architectures import Configuration
from patchtool.gather.extraction.scenarios import ABOVE, Kind, base_of, sizes, statements
from patchtool.gather.extraction.source import GATHER_FILES, Source
from patchtool.gather.machine.program import Effect
from patchtool.gather.reading.frame import Frame
from patchtool.gather.reading.interpreter import Interpreter
from patchtool.gather.reading.primitives import Primitives
from patchtool.gather.reading.values import MASK, Obj, Unknown
from patchtool.gather.reading.world import LIMITS, PAGE, World

_MAX_RUNS = 512
_BATCH = {"never-full": (3, 2), "full-at-1": (1, 1), "full-at-2": (2, 1)}
_SETS = re.compile(r"(\w+)(?:([.\[]|->)|\s*=)")
# Since a page may be queued with its count, two places are needed for the next one.
_SPARE = re.compile(rb"batch->nr\s*>=\s*batch->max\s*-\s*(\d+)\b")
# In exit every flush covers everything, so one more at the end of a batch that is just full tells nothing.
_NEVER_FULL = 4


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why no program could be extracted: one sentence, with its place where there is one."""

    reason: str
    at: str = ""

    def __str__(self) -> str:
        return f"{self.at}: {self.reason}" if self.at else self.reason


Runs = Sequence[Sequence[Effect]]


def gather_file(reader: TreeReader) -> str | None:
    """The file of the tree that defines tlb_gather_mmu(); None where neither known place does."""
    for path in GATHER_FILES:
        if re.search(rb"^\w[^\n;]*\b(?:arch_)?tlb_gather_mmu\s*\(", reader.read(path) or b"", re.MULTILINE):
            return path
    return None


def source_for(reader: TreeReader, configuration: Configuration, symbols: Symbols) -> Source | Undecided:
    """The C text of a configuration; Undecided where an `#error` is reached or no gather code found."""
    path = gather_file(reader)
    if path is None:
        return Undecided(f"tlb_gather_mmu() was found in none of {', '.join(GATHER_FILES)}")
    source = Source(reader, configuration, symbols, path)
    if source.errors:
        at, text = source.errors[0]
        return Undecided(f"{text} (reached)", str(at))
    return source


def extract(source: Source, configuration: Configuration, kind: Kind) -> Runs | Undecided:
    """Every run of one kind of scenario, each a list of effects.

    Undecided where the tree's code could not be followed to its end; the sentence names the place. Cost:
    one interpretation per combination of choices, some ten to thirty of a few milliseconds each.
    """
    located = configuration.located(source.unhooks())
    runs: list[Sequence[Effect]] = []
    waiting: list[tuple[int, ...]] = [()]
    try:
        while waiting:
            world = World(configuration.smp, kind.nested, waiting.pop())
            _run(source, located, world, kind)
            runs.append(world.effects)
            given = world.answers()
            for at in range(len(world.script), len(world.asked)):
                waiting += [(*given[:at], other) for other in range(1, world.asked[at])]
            if len(runs) > _MAX_RUNS:
                return Undecided(f"more than {_MAX_RUNS} combinations of choices")
    except Unknown as unknown:
        return Undecided(unknown.message, unknown.at or "")
    except RecursionError:
        return Undecided("the code nests too deep to be followed")
    # New errors may turn up in files that were read on the way.
    if source.errors:
        return Undecided(f"{source.errors[0][1]} (reached)", str(source.errors[0][0]))
    return sorted(runs, key=lambda run: [effect.answer for effect in run if effect.answer])


def _run(source: Source, configuration: Configuration, world: World, kind: Kind) -> None:
    run = Interpreter(source, Primitives(world, configuration).table())
    run.harmless_asm = configuration.harmless_asm
    frame = run.top(source.primary, f"({kind.name})")
    tables, pages = _BATCH[world.choose("batch", tuple(_BATCH), "", None)]
    pages = (_NEVER_FULL if kind.whole else pages) + _spare(source)
    given = sizes(kind, source, configuration)
    size = world.choose("size", tuple(given), "", None) if len(given) > 1 else next(iter(given))
    run.globals.fields.update(
        {
            "MAX_TABLE_BATCH": tables,
            "MMU_GATHER_BUNDLE": pages,
            "MAX_GATHER_BATCH": pages,
            "TASK_SIZE": 1 << 62,
            **LIMITS,
            "nr_cpu_ids": 2 if configuration.smp else 1,
            "NR_CPUS": 2 if configuration.smp else 1,
            **dict(configuration.constants),
        }
    )
    _prepare(run, frame, configuration, world, kind)
    _place(run, frame, world, kind, given[size])
    for statement in configuration.environment:
        _declare(run, frame, statement)
        with suppress(Unknown):  # a tree without the thing; code that needs it all the same will say so
            run.run_text(f"{statement};", frame)
    for statement in statements(source, configuration, kind, size):
        run.run_text(f"{statement};", frame)


# How many places of a batch of pages stay free when it counts as full.
def _spare(source: Source) -> int:
    found = _SPARE.search(source.primary.files.get(source.primary.path, b""))
    return int(found.group(1)) if found else 0


def _prepare(run: Interpreter, frame: Frame, configuration: Configuration, world: World, kind: Kind) -> None:
    mm, whole = Obj("struct mm_struct"), kind.whole
    tlb = Obj("mmu_gather", members=run.source.members("mmu_gather"))
    tlb.arrays = run.source.arrays("mmu_gather")
    vma = Obj("struct vm_area_struct", {"vm_mm": mm, "vm_flags": 0, "vm_file": 1, "vm_ops": 0})
    cpus = 2 if configuration.smp else 1
    frame.local.fields.update(
        tlb=tlb, mm=mm, vma=vma, page=world.pages[PAGE], cpus=cpus, h=Obj("struct hstate"),
        users=0 if whole else cpus, upper=world.table(0), lower=world.table(1),
        upper_page=world.pages[0], lower_page=world.pages[1], base=base_of(run.source),
    )  # fmt: skip
    run.globals.fields["init_mm"] = Obj("init_mm")
    run.globals.fields["current"] = Obj("struct task_struct", {"mm": 0 if whole else mm, "active_mm": mm})
    if kind.page == "hugetlb":
        run.run_text("vma->vm_flags = VM_HUGETLB;", frame)


# The variable that a statement of the environment sets, where it is none of the scenario's own.
def _declare(run: Interpreter, frame: Frame, statement: str) -> None:
    match = _SETS.match(statement)
    if match is not None and match.group(1) not in frame.local.fields:
        name, member = match.groups()
        run.globals.fields.setdefault(name, Obj(name) if member else 0)


# Where everything lies: see scenarios.py.
def _place(run: Interpreter, frame: Frame, world: World, kind: Kind, expression: str) -> None:
    def measured(text: str) -> int:
        run.run_text(f"patchtool_size = {text};", frame)
        found = frame.local.fields.pop("patchtool_size")
        if not isinstance(found, int):
            raise Unknown(f"`{text}` is no number", None)
        return found

    size = measured(expression)
    base = base_of(run.source)
    address = base + 3 * size
    world.spans[PAGE] = (address, address + size)
    for number, level in ((1, kind.lower), (0, kind.upper)):
        with suppress(Unknown):  # a level that the tree does not know has no bounds that matter
            world.spans[number] = (base, base + measured(f"{ABOVE[level]}_SIZE"))
    whole = kind.whole
    run.globals.fields["patchtool_huge_page_size"] = size
    vma = frame.local.fields["vma"]
    if isinstance(vma, Obj):
        vma.fields.update(vm_start=address, vm_end=address + size)
    frame.local.fields.update(
        address=address, size=size, start=0 if whole else address, end=MASK if whole else address + size
    )
