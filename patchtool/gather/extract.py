"""From a tree to programs: the tree's own mmu_gather code, run once for every choice it can meet.

| kind   | what the unmapping CPU does                                                               |
|--------|-------------------------------------------------------------------------------------------|
| munmap | gathers one VMA: clears a PTE and queues its page, unhooks and frees two tables, finishes |
| zap    | the same without tables                                                                   |
| exit   | as munmap, over the whole address space (fullmm), with no user of the mm left             |
| nested | as munmap, and tlb_finish_mmu sees another gather on the same mm                          |

The data page goes through tlb_remove_page(), as huge pages do in mm/; the extra tlb_flush_mmu_tlbonly()
that zap_pte_range() makes when its batch is full is not run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.core.tree import TreeReader
from patchtool.csource.preprocess import Symbols
from patchtool.gather.architectures import Configuration
from patchtool.gather.frame import Frame
from patchtool.gather.interpreter import Interpreter
from patchtool.gather.primitives import Primitives
from patchtool.gather.program import Effect
from patchtool.gather.source import GATHER_FILES, Source
from patchtool.gather.values import Obj, Unknown
from patchtool.gather.world import PAGE, World

KINDS = ("munmap", "zap", "exit", "nested")
# Aligned to every level, so that one address stands for the page and for both tables.
_ADDRESS = 1 << 30
_MAX_RUNS = 512
_BATCH = {"never-full": (3, 2), "full-at-1": (1, 1), "full-at-2": (2, 1)}
# Where mm/memory.c clears the entry of each object: function, then the call.
_UNHOOKS = (
    ("free_pmd_range", "pud_clear"),
    ("free_pte_range", "pmd_clear"),
    ("zap_pte_range", "ptep_get_and_clear_full"),
)


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
    source = Source(reader, f"arch/{configuration.arch}", symbols, configuration.predefined, path)
    if source.errors:
        at, text = source.errors[0]
        return Undecided(f"{text} (reached)", str(at))
    return source


def extract(source: Source, configuration: Configuration, kind: str) -> Runs | Undecided:
    """Every run of one kind of scenario (see the table above), each a list of effects.

    Undecided where the tree's code could not be followed to its end; the sentence names the place. Cost:
    one interpretation per combination of choices, some ten to thirty of a few milliseconds each.
    """
    located = configuration.located(_unhook_places(source))
    runs: list[Sequence[Effect]] = []
    waiting: list[tuple[int, ...]] = [()]
    try:
        while waiting:
            world = World(configuration.smp, kind == "nested", waiting.pop())
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


def _run(source: Source, configuration: Configuration, world: World, kind: str) -> None:
    run = Interpreter(source, Primitives(world, configuration).table())
    run.harmless_asm = configuration.harmless_asm
    frame = run.top(source.primary, f"({kind})")
    answer = world.choose("batch", tuple(_BATCH), "", None)
    tables, pages = _BATCH[answer]
    _prepare(run, frame, configuration, world, kind)
    run.globals.fields.update(
        {
            "MAX_TABLE_BATCH": tables,
            "MMU_GATHER_BUNDLE": pages,
            "MAX_GATHER_BATCH": pages,
            "TASK_SIZE": 1 << 46,
            "patchtool_address": _ADDRESS,
            **dict(configuration.constants),
        }
    )
    for statement in configuration.environment:
        with suppress(Unknown):  # a tree without the thing; code that needs it all the same will say so
            run.run_text(f"{statement};", frame)
    for statement in _statements(source, configuration, kind):
        run.run_text(f"{statement};", frame)


def _prepare(run: Interpreter, frame: Frame, configuration: Configuration, world: World, kind: str) -> None:
    mm, whole = Obj("struct mm_struct"), kind == "exit"
    tlb = Obj("mmu_gather", members=run.source.members("mmu_gather"))
    vma = Obj("struct vm_area_struct", {"vm_mm": mm, "vm_start": _ADDRESS, "vm_flags": 0})
    vma.fields["vm_end"] = _ADDRESS + 4096
    cpus = 2 if configuration.smp else 1
    frame.local.fields.update(
        tlb=tlb, mm=mm, vma=vma, address=_ADDRESS, page=world.pages[PAGE], cpus=cpus,
        users=0 if whole else cpus, upper=world.table(0), lower=world.table(1),
        upper_page=world.pages[0], lower_page=world.pages[1],
        start=0 if whole else _ADDRESS, end=(1 << 64) - 1 if whole else _ADDRESS + 4096,
    )  # fmt: skip
    for name in ("mmu_psize_defs", "ppc64_tlb_batch"):
        run.globals.fields[name] = Obj(name)
    run.globals.fields["current"] = Obj("struct task_struct", {"mm": 0 if whole else mm, "active_mm": mm})


def _statements(source: Source, configuration: Configuration, kind: str) -> list[str]:
    # The order of mm/mmap.c (unmap_region, exit_mmap) and of the functions it calls in mm/memory.c.
    size, lazy = _page_size_hook(source), _lazy_mode_end(source)
    found = ["tlb_gather_mmu(tlb, mm, start, end)", size, "tlb_start_vma(tlb, vma)"]
    found += [f"patchtool_unhook({PAGE})", *configuration.zap]
    found += ["tlb_remove_tlb_entry(tlb, 0, address)", lazy, "tlb_remove_page(tlb, page)"]
    found += ["tlb_end_vma(tlb, vma)"]
    if kind != "zap":
        found += [size, "patchtool_unhook(1)", "pte_free_tlb(tlb, lower, address)"]
        found += ["patchtool_unhook(0)", "pmd_free_tlb(tlb, upper, address)"]
    return [*(f for f in found if f), "tlb_finish_mmu(tlb, start, end)"]


# The second is the older name; a tree may have neither: "".
def _page_size_hook(source: Source) -> str:
    for name in ("tlb_change_page_size", "tlb_remove_check_page_size_change"):
        if source.function(name, source.primary) or source.primary.macros.get(name):
            return f"{name}(tlb, PAGE_SIZE)"
    return ""


# zap_pte_range() leaves lazy MMU mode before any page that it queued is freed.
def _lazy_mode_end(source: Source) -> str:
    name = "arch_leave_lazy_mmu_mode"
    known = source.function(name, source.primary) or source.primary.macros.get(name)
    return f"{name}()" if known else ""


def _unhook_places(source: Source) -> tuple[tuple[str, Location | None], ...]:
    text = source.reader.read("mm/memory.c") or b""
    found: list[tuple[str, Location | None]] = []
    for function, call in _UNHOOKS:
        start = re.search(rb"^[^\n;#]*\b" + function.encode() + rb"\([^;]*?\)\s*\n\{", text, re.MULTILINE)
        at = text.find(call.encode() + b"(", start.end()) if start else -1
        line = text.count(b"\n", 0, at) + 1
        found.append((function, Location("mm/memory.c", line) if at >= 0 else None))
    return tuple(found)
