"""What the unmapping CPU does, as the C statements that mm/ makes of it.

| kind         | the data page                  | the tables that are freed                            |
|--------------|--------------------------------|------------------------------------------------------|
| munmap       | one PTE's                      | the PTE page, then the PMD page where it is not folded |
| munmap upper | one PMD's                      | the PMD page, then the PUD page; 4 levels or more    |
| munmap top   | one PUD's                      | the PUD page, then the P4D page; 5 levels            |
| zap          | one PTE's                      | none                                                 |
| zap huge     | a PMD's, or a PUD's            | none; transparent huge pages                         |
| hugetlb      | of a size that there is        | none                                                 |
| exit         | as munmap, over the whole address space (fullmm), with no user of the mm left         |
| nested       | as munmap, and tlb_finish_mmu sees another gather on the same mm                      |

A folded level has no table of its own: its free helper is called, as mm/ does, and nothing is unhooked. The
page does not stand at the start of its tables' range, so that an invalidation of the wrong range misses it.
The data page goes through tlb_remove_page(), as huge pages do in mm/; the extra tlb_flush_mmu_tlbonly() that
zap_pte_range() makes when its batch is full is not run.
"""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.gather.architectures import LEVELS, Configuration
from patchtool.gather.extraction.source import Source
from patchtool.gather.reading.world import PAGE

# One level's macros: what it is folded by, and how much one entry of it maps.
_FOLDED = {"pmd": "__PAGETABLE_PMD_FOLDED", "pud": "__PAGETABLE_PUD_FOLDED", "p4d": "__PAGETABLE_P4D_FOLDED"}
_MAPS = {"pte": "PAGE", "pmd": "PMD", "pud": "PUD", "p4d": "P4D"}
# The macro for what a whole table of a level maps.
ABOVE = {"pte": "PMD", "pmd": "PUD", "pud": "P4D", "p4d": "PGDIR"}
_THP, _THP_PUD = "CONFIG_TRANSPARENT_HUGEPAGE", "CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: the level whose entry maps the page, and the levels of the lower and the upper
    table. `page` is `small`, `huge` (transparent) or `hugetlb`."""

    name: str
    level: str = "pte"
    page: str = "small"
    frees: bool = True
    whole: bool = False
    nested: bool = False

    @property
    def lower(self) -> str:
        """The level of the table that maps the page."""
        return self.level

    @property
    def upper(self) -> str:
        """The level of the table above."""
        return LEVELS[LEVELS.index(self.level) + 1]


_ALL = (
    Kind("munmap"),
    Kind("munmap upper", level="pmd"),
    Kind("munmap top", level="pud"),
    Kind("zap", frees=False),
    Kind("zap huge", level="pmd", page="huge", frees=False),
    Kind("hugetlb", level="pmd", page="hugetlb", frees=False),
    Kind("exit", whole=True),
    Kind("nested", nested=True),
)
KINDS = {kind.name: kind for kind in _ALL}


def base_of(source: Source) -> int:
    """The address at which all tables begin, aligned to every level of every architecture."""
    return 1 << 52 if source.primary.macro("CONFIG_64BIT") is not None else 1 << 30


def real_levels(source: Source, configuration: Configuration) -> tuple[str, ...]:
    """The levels below the root that have tables of their own, lowest first."""
    macro = source.primary.macro
    count = macro("CONFIG_PGTABLE_LEVELS")
    found = tuple(level for level in LEVELS if macro(_FOLDED.get(level, "")) is None)
    if count is not None and count.body.isdigit():
        found = LEVELS[: int(count.body) - 1]
    elif macro("P4D_SHIFT") is None:
        found = tuple(level for level in found if level != "p4d")
    if configuration.levels is not None:
        found = tuple(level for level in found if level in configuration.levels)
    return found


def possible(kind: Kind, source: Source, configuration: Configuration) -> bool:
    """Whether the configuration can do this at all: it has the levels and the kinds of pages."""
    macro, levels = source.primary.macro, real_levels(source, configuration)
    if kind.page == "huge":
        return macro(_THP) is not None and "pmd" in levels
    if kind.page == "hugetlb":
        return macro("CONFIG_HUGETLB_PAGE") is not None
    return kind.level == "pte" or kind.upper in levels


def sizes(kind: Kind, source: Source, configuration: Configuration) -> dict[str, str]:
    """What the page may be, to the C expression of its size; the first is the kind's own."""
    if kind.page == "small":
        return {kind.level: f"{_MAPS[kind.level]}_SIZE"}
    levels = real_levels(source, configuration)
    if kind.page == "hugetlb":
        known = {"pmd": "PMD_SIZE", "pud": "PUD_SIZE", "16 pages": "(16 * PAGE_SIZE)"}
        return {n: known[n] for n in configuration.hugetlb if n != "pud" or n in levels}
    found = {"pmd": "PMD_SIZE"}
    if "pud" in levels and source.primary.macro(_THP_PUD) is not None:
        found["pud"] = "PUD_SIZE"
    return found


def statements(source: Source, configuration: Configuration, kind: Kind, size: str) -> list[str]:
    """The scenario in order (mm/mmap.c: unmap_region, exit_mmap; mm/memory.c; mm/huge_memory.c;
    mm/hugetlb.c). The frame supplies tlb, mm, vma, start, end, page, address, size, lower, upper, base."""
    hook = _page_size_hook(source)
    found = [_gather(source, kind), "tlb_start_vma(tlb, vma)", hook.format("size")]
    found += [f"patchtool_unhook({PAGE})", *configuration.zap]
    found += [_entry(source, kind, size), _lazy_mode_end(source), _remove(source, kind)]
    found += ["tlb_end_vma(tlb, vma)"]
    if kind.frees:
        found += [hook.format("PAGE_SIZE"), *_frees(source, configuration, kind)]
    return [*(f for f in found if f), _finish(source)]


def _has(source: Source, name: str) -> bool:
    return source.primary.macro(name) is not None or source.function(name, source.primary) is not None


# tlb_gather_mmu() has had no range of its own since the whole address space has a function of its own.
def _gather(source: Source, kind: Kind) -> str:
    if kind.whole and _has(source, "tlb_gather_mmu_fullmm"):
        return "tlb_gather_mmu_fullmm(tlb, mm)"
    function = source.function("tlb_gather_mmu", source.primary)
    count = len(function.params) if function is not None else 4
    if count == 3:
        return f"tlb_gather_mmu(tlb, mm, {int(kind.whole)})"
    return "tlb_gather_mmu(tlb, mm)" if count == 2 else "tlb_gather_mmu(tlb, mm, start, end)"


def _finish(source: Source) -> str:
    function = source.function("tlb_finish_mmu", source.primary)
    short = function is not None and len(function.params) == 1
    return "tlb_finish_mmu(tlb)" if short else "tlb_finish_mmu(tlb, start, end)"


# The second is the older name; a tree may have neither: "".
def _page_size_hook(source: Source) -> str:
    for name in ("tlb_change_page_size", "tlb_remove_check_page_size_change"):
        if _has(source, name):
            return f"{name}(tlb, {{}})"
    return ""


def _entry(source: Source, kind: Kind, size: str) -> str:
    macro = source.primary.macro("HPAGE_PMD_SIZE")
    known = macro is not None and "BUILD_BUG" not in macro.body
    if kind.page == "hugetlb" and _has(source, "tlb_remove_huge_tlb_entry"):
        return "tlb_remove_huge_tlb_entry(h, tlb, 0, address)"
    huge = kind.page == "huge" or (kind.page == "small" and kind.level != "pte")
    if huge and known and _has(source, f"tlb_remove_{size}_tlb_entry"):
        return f"tlb_remove_{size}_tlb_entry(tlb, 0, address)"
    return "tlb_remove_tlb_entry(tlb, 0, address)"


def _remove(source: Source, kind: Kind) -> str:
    if kind.level != "pte" and _has(source, "tlb_remove_page_size"):
        return "tlb_remove_page_size(tlb, page, size)"
    return "tlb_remove_page(tlb, page)"


# zap_pte_range() leaves lazy MMU mode before any page that it queued is freed.
def _lazy_mode_end(source: Source) -> str:
    name = "arch_leave_lazy_mmu_mode"
    return f"{name}()" if _has(source, name) else ""


def _frees(source: Source, configuration: Configuration, kind: Kind) -> list[str]:
    levels = real_levels(source, configuration)
    found = ["patchtool_unhook(1)", f"{kind.lower}_free_tlb(tlb, lower, base)"]
    if kind.upper in levels:
        found += ["patchtool_unhook(0)", f"{kind.upper}_free_tlb(tlb, upper, base)"]
    else:
        found += [f"{kind.upper}_free_tlb(tlb, upper, base)"]
    return found
