"""What is retold is what a new run would say, places included; retold it is where nothing else was heard."""

import dataclasses

import pytest
from toy_tree import FILES, TOY, Off, Tree

from patchtool.gather.extraction.extract import Undecided, extract, source_for
from patchtool.gather.extraction.retelling import Retelling
from patchtool.gather.extraction.scenarios import KINDS

GATHER, HEADER, ARCH = "mm/mmu_gather.c", "include/asm-generic/tlb.h", "arch/toy/include/asm/tlb.h"
MUNMAP = KINDS["munmap"]


class Only:
    """One Kconfig symbol is on."""

    def __init__(self, name):
        self.name = name

    def value(self, symbol):
        return "y" if symbol == self.name else "n"


def source(files, symbols=None):
    found = source_for(Tree(files), TOY, symbols or Off())
    assert not isinstance(found, Undecided), str(found)
    return found


def changed(path, old, new):
    assert old in FILES[path]
    return FILES | {path: FILES[path].replace(old, new)}


def twice(files, symbols=None):
    """What a retelling gives after the toy kernel's own runs, what a new run gives, and if it was retold."""
    retelling = Retelling()
    first = retelling.extract(source(FILES), TOY, MUNMAP)
    again = retelling.extract(source(files, symbols), TOY, MUNMAP)
    # A run whose effects are the same objects was not made anew.
    same = not isinstance(again, Undecided) and again[0][0] is first[0][0]
    return again, extract(source(files, symbols), TOY, MUNMAP), same


ALIKE = {
    "nothing": FILES,
    "lines": changed(HEADER, "\nstatic inline void tlb_f", "/* new */\n\nstatic inline void tlb_f"),
    "lines of all files": {path: "\n\n" + text for path, text in FILES.items()},
    "another function": FILES | {GATHER: FILES[GATHER] + "void other(void)\n{\n\tx();\n}\n"},
    "off": changed(GATHER, "\n#include", "\n#ifdef CONFIG_X\n#error no\n#endif\n#include"),
    "a macro unused": changed(ARCH, "#define PAGE_SIZE", "#define UNUSED 1\n#define PAGE_SIZE"),
}


@pytest.mark.parametrize("files", ALIKE.values(), ids=ALIKE)
def test_what_answers_alike_is_not_run_again(files):
    again, new, same = twice(files)
    assert (again, same) == (new, True)


OTHERWISE = {
    "a body": changed(GATHER, "\t\ttlb_flush_mmu_tlbonly(tlb);\n", "\t\t;\n"),
    "a macro": changed(HEADER, "() (true)", "() (false)"),
    "a member": changed(HEADER, "freed_tables : 1;", "freed : 1;"),
    "hid": changed(ARCH, "#define tlb_flush tlb_flush", "#define tlb_flush(t) toy_invalidate(2)"),
    "earlier": changed(ARCH, "#include", "#define tlb_needs_table_invalidate() (0)\n#include"),
    "unknown": changed(GATHER, "tlb_table_invalidate(tlb);\n\t\tcall", "mystery();\n\t\tcall"),
}


@pytest.mark.parametrize("files", OTHERWISE.values(), ids=OTHERWISE)
def test_what_answers_otherwise_is_run_again(files):
    again, new, same = twice(files)
    assert (again, same) == (new, False)


def test_another_configuration_is_heard():
    files = changed(HEADER, "() (true)", "() (IS_ENABLED(CONFIG_NEEDED))")
    retelling = Retelling()
    off = retelling.extract(source(files), TOY, MUNMAP)
    assert retelling.extract(source(files, Only("NEEDED")), TOY, MUNMAP) != off
    assert retelling.extract(source(files, Only("OTHER")), TOY, MUNMAP) == off


def test_rows_and_kinds_are_apart():
    retelling, up = Retelling(), dataclasses.replace(TOY, smp=False)
    for row in (TOY, up):
        for kind in (MUNMAP, KINDS["exit"], KINDS["nested"]):
            for _ in range(2):
                assert retelling.extract(source(FILES), row, kind) == extract(source(FILES), row, kind)


def test_a_reason_with_its_place_is_retold_where_nothing_moved():
    files = changed(GATHER, "tlb_table_invalidate(tlb);\n\t\tcall", "mystery();\n\t\tcall")
    retelling = Retelling()
    first = retelling.extract(source(files), TOY, MUNMAP)
    assert retelling.extract(source(files), TOY, MUNMAP) is first
    moved = files | {GATHER: "\n" + files[GATHER]}
    assert str(retelling.extract(source(moved), TOY, MUNMAP)) != str(first)
    assert retelling.extract(source(moved), TOY, MUNMAP) == extract(source(moved), TOY, MUNMAP)


def test_the_toy_kernel_less_any_one_line():
    retelling = Retelling()
    retelling.extract(source(FILES), TOY, MUNMAP)
    for path, text in FILES.items():
        lines = text.split("\n")
        for at in range(0, len(lines), 3):
            files = FILES | {path: "\n".join([*lines[:at], *lines[at + 1 :]])}
            found = source_for(Tree(files), TOY, Off())
            if not isinstance(found, Undecided):
                new = extract(source(files), TOY, MUNMAP)
                assert retelling.extract(found, TOY, MUNMAP) == new, f"{path}:{at + 1}"
