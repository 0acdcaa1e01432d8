"""A small kernel tree in memory, for tests of what its C code says."""

from __future__ import annotations

import difflib

from patchtool.core.kconfig import Answer, Outcome
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.visibility.hidden import Asked
from patchtool.csource.visibility.inspect import CodeState
from patchtool.csource.visibility.uses import uses
from patchtool.kconfig.parser import parse
from patchtool.mail.diff import parse_diff

ALL = [{}, {"MMU": "n"}, {"SMP": "y"}, {"SMP": "y", "LPAE": "y"}]

KERNEL = {
    "Makefile": "VERSION = 5\n",
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\n',
    "mm/Kconfig": 'config MMU_GATHER\n\tbool\n\nconfig DRIVER\n\ttristate "driver"\n',
    "mm/Makefile": (
        "mmu-y := nommu.o\nmmu-$(CONFIG_MMU) := memory.o\nobj-y += fork.o "
        "$(mmu-y)\nobj-$(CONFIG_DRIVER) += driver.o\n"
    ),
    "arch/arm/Kconfig": (
        "config ARM\n\tdef_bool y\n\tselect MMU_GATHER if SMP && LPAE\n\n"
        'config MMU\n\tbool "MMU"\n\tdefault y\n\nconfig SMP\n\tbool "SMP"\n\n'
        'config LPAE\n\tbool "LPAE"\n\tdepends on MMU\n'
    ),
    "arch/arm/include/asm/Kbuild": "generic-y += page.h\n",
    "arch/arm/include/asm/tlb.h": "#ifndef T\n#define T\nstruct mmu_gather { int fullmm; };\n#endif\n",
    "arch/x86/Kconfig": "config X86\n\tdef_bool y\n\nconfig MMU\n\tdef_bool y\n\nconfig SMP\n\tdef_bool y\n",
    "arch/x86/include/asm/tlb.h": "#include <asm-generic/tlb.h>\n",
    "arch/x86/include/asm/page.h": "#define PAGE_SHIFT 12\n",
    "include/linux/kconfig.h": "#define IS_ENABLED(x) 1\n",
    "include/linux/compiler_types.h": "#define __user\n",
    "include/linux/mm.h": (
        "#ifndef MM_H\n#define MM_H\n#include <asm/page.h>\nextern void "
        "flush(int);\n#ifdef CONFIG_SMP\nint cpus(void);\n"
        "#else\n#define cpus() 1\n#endif\n#endif\n"
    ),
    "include/asm-generic/page.h": "#ifdef CONFIG_MMU\n#define PAGE_SHIFT 14\n#endif\n",
    "include/asm-generic/tlb.h": (
        "#pragma once\nstruct mmu_gather { int fullmm; int freed_tables; "
        "};\n#ifdef CONFIG_MMU_GATHER\nvoid invalidate(void);\n"
        "#else\n#ifdef needs_gather\n#error needs_gather requires MMU_GATHER\n#endif\n#endif\n"
    ),
    "mm/memory.c": (
        "#include <linux/mm.h>\n#include <asm/tlb.h>\nvoid zap(struct "
        "mmu_gather *tlb)\n{\n\tflush(tlb->fullmm);\n}\n"
    ),
    "mm/nommu.c": "#include <linux/mm.h>\n",
    "mm/fork.c": "#include <linux/mm.h>\n#include <asm/tlb.h>\n",
    "mm/driver.c": "#include <linux/mm.h>\n",
}


class Files:
    """A tree of texts; what a series adds is given as keywords-like updates."""

    name = "base"

    def __init__(self, *updates: dict[str, str | None]) -> None:
        files = dict(KERNEL)
        for update in updates:
            files |= update
        self.files = {path: text.encode() for path, text in files.items() if text is not None}

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        return tuple(sorted(path for path in self.files if path.startswith(prefix)))

    def read_all(self, paths):
        return {path: self.files[path] for path in paths if path in self.files}, ()

    def find(self, words):
        return sorted(
            path for path, data in self.files.items() if any(word.encode() in data for word in words)
        )


class Kconfig:
    """Configurations of a small tree, found by trying all values of what can be set."""

    def __init__(self, files: Files, arch: str, *tried: dict[str, str]) -> None:
        self._parsed = parse(files, arch)
        self._tried = tried

    def possible(self, expr) -> Answer:
        from patchtool.core.expr import symbols, value

        for assignment in self._tried:
            values = self._parsed.with_values(assignment)
            if not values.refused and value(expr, {s: values.value(s) for s in symbols(expr)}) != "n":
                return Answer(Outcome.YES, tuple(assignment.items()))
        return Answer(Outcome.NO)

    def values(self, assignment):
        return self._parsed.with_values(assignment)

    def facts(self, symbol):
        from patchtool.core.symbol import SymbolFacts

        return SymbolFacts(symbol, self._parsed.arch)


def tree(*updates: dict[str, str | None]) -> SourceTree:
    return SourceTree(Files(*updates))


def asked(path, body):
    lines = frozenset(range(1, body.count("\n") + 2))
    return Asked(path, uses(path, body.encode(), lines))


def diff(path, before, after):
    lines = difflib.unified_diff(before.splitlines(1), after.splitlines(1), f"a/{path}", f"b/{path}")
    return parse_diff(f"diff --git a/{path} b/{path}\n{''.join(lines)}".encode(), "x")


def step(inspection, before, path, after_text):
    old = before.get(path, KERNEL.get(path, ""))
    after = {**before, path: after_text}

    def state(files):
        kconfigs = {}
        return CodeState(
            tree(files),
            Files(files).find,
            lambda arch: kconfigs.setdefault(arch, Kconfig(Files(files), arch, *ALL)),
        )

    return inspection.step(state(before), state(after), diff(path, old, after_text)), after
