"""What `*_free_tlb` free themselves: followed through headers, deferred where the gather or RCU has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from patchtool.csource.freeing import directly_freed, is_freeing_header
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot


class Folder:
    """A tree of texts."""

    name = "x"

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def read(self, path: str) -> bytes | None:
        text = self._files.get(path)
        return None if text is None else text.encode()

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        return tuple(sorted(path for path in self._files if path.startswith(prefix)))


def freed(text: str, **more: str) -> list[str]:
    files = {f"arch/x/include/asm/{name.replace('__', '/')}.h": body for name, body in more.items()}
    found = directly_freed(Folder({"arch/x/include/asm/tlb.h": text, **files}), "x")
    return [
        f"{one.at.line} {one.name} {one.frees} {one.frees_at} {' & '.join(one.conditions)}" for one in found
    ]


def test_macros_and_functions() -> None:
    text = (
        "#define __pte_free_tlb(tlb, pte, a)\tpte_free((tlb)->mm, pte)\n"
        "static inline void __pmd_free_tlb(struct mmu_gather *tlb, pmd_t *p, unsigned long a)\n"
        "{\n\tif (p)\n\t\tfree_page(p); /* pud_free(p) */\n}\n"
        "#define __pud_free_tlb(tlb, x, a) do { __free_page(x); } while (0)\n"
        "#define p4d_free_tlb p4d_free_tlb\n"
    )
    assert freed(text) == [
        "1 __pte_free_tlb pte_free arch/x/include/asm/tlb.h:1 ",
        "2 __pmd_free_tlb free_page arch/x/include/asm/tlb.h:5 ",
        "7 __pud_free_tlb __free_page arch/x/include/asm/tlb.h:7 ",
    ]


def test_what_is_left_to_the_flush_is_no_free() -> None:
    text = (
        "#define __pte_free_tlb(tlb, p, a) do { page_dtor(p); tlb_remove_page(tlb, p); } while (0)\n"
        "#define __pmd_free_tlb(tlb, x, a)\tdo { } while (0)\n"
        "#define __pud_free_tlb(tlb, x, a)\tpage_table_free_rcu(tlb, x)\n"
        "#define pud_free(mm, x)\tBUG()\n"
        "#define __p4d_free_tlb(tlb, x, a)\tpud_free(x)\n"
        "#define other(tlb, x)\tpmd_free(x)\n"
    )
    assert freed(text) == []


def test_a_call_is_followed_in_the_headers_of_the_architecture() -> None:
    inner = (
        "#ifdef CONFIG_SMP\n"
        "static inline void table_tlb(void *t)\n{\n\ttlb_remove_table(t);\n}\n"
        "#else\n"
        "static inline void table_tlb(void *t)\n{\n\tpgtable_free(t);\n}\n"
        "#endif\n"
    )
    outer = "#if LEVELS > 2\n#define __pmd_free_tlb(tlb, p, a)\ttable_tlb(p)\n#endif\n"
    assert freed("", deep__pgalloc=outer, pgalloc=inner) == [
        "2 __pmd_free_tlb pgtable_free arch/x/include/asm/pgalloc.h:9 LEVELS > 2 & !defined(CONFIG_SMP)"
    ]
    # A header of another folder is not where it would be found, and a .c file is not followed.
    assert freed("", deep__pgalloc=outer, other__pgalloc=inner) == []


def test_headers() -> None:
    names = ["tlb.h", "pgalloc.h", "pgalloc_64.h", "tlb_32.h", "nohash/64/pgalloc.h", "mcf_pgalloc.h"]
    assert all(is_freeing_header(f"arch/x/include/asm/{name}") for name in names)
    others = ["arch/x/include/asm/tlbflush.h", "include/asm-generic/tlb.h", "arch/x/mm/pgalloc.c", "tlb.h"]
    assert not any(map(is_freeing_header, others))


@pytest.mark.realtree
def test_every_architecture_of_mainline(kernels: Path) -> None:
    with Scratch(kernels) as scratch:
        tree = Snapshot(scratch, scratch.resolve("mainline") or "", "mainline")
        archs = sorted({path.split("/")[1] for path in tree.paths("arch") if path.count("/") > 1})
        found = {arch: [one.name for one in directly_freed(tree, arch)] for arch in archs}
    pte, pmd, pud = "__pte_free_tlb", "__pmd_free_tlb", "__pud_free_tlb"
    assert {arch: names for arch, names in found.items() if names} == {
        "alpha": [pte, pmd],
        "arc": [pte],
        "ia64": [pud, pmd, pte],
        "m68k": [pte, pte, pmd],
        "microblaze": [pte],
        "mips": [pmd, pud],
        "nds32": [pte],
        "parisc": [pmd, pte],
        "powerpc": [pte, pmd, pud, pte],
        "riscv": [pmd],
        "sparc": [pmd, pte, pte, pmd, pud],
        "xtensa": [pte],
    }
