"""The mmu_gather model on Debian's linux-source-6.1, wherever that package is installed: about a minute.

Read against the C of 6.1 by hand. riscv frees a PMD page at once (asm/pgalloc.h: __pmd_free_tlb); of powerpc
only the radix MMU has hardware that walks Linux page tables.
"""

from __future__ import annotations

import subprocess

from gather.tables import short
from modern import FolderTree, archive

from patchtool.gather.run import run_model

ARCHS = ("arm64", "powerpc", "riscv")
PARTS = ("Makefile", "*Kconfig*", "include/*", "mm/*", *(f"arch/{arch}/*" for arch in ARCHS))
PASS, WAIVED, HURT = {"PASS"}, {"(order)", "PASS"}, {"order hw-uaf", "PASS"}
EXPECTED = {
    "arm64 4K 48-bit": PASS,
    "arm64 4K 39-bit": PASS,
    "arm64 64K 42-bit": PASS,
    "powerpc radix SMP": PASS,
    "powerpc radix !SMP": PASS,
    "powerpc hash SMP": WAIVED,
    "powerpc hash !SMP": WAIVED,
    "powerpc Book3E 64-bit SMP, software walk": WAIVED,
    "powerpc e500 32-bit SMP": WAIVED,
    "powerpc 44x !SMP": WAIVED,
    "powerpc 8xx !SMP": WAIVED,
    "powerpc 32-bit hash SMP": WAIVED,
    "powerpc 32-bit hash !SMP": WAIVED,
    "riscv 64-bit SMP": HURT,
    "riscv 64-bit !SMP": HURT,
    "riscv 32-bit SMP": PASS,
}


def test_the_verdicts_of_6_1(tmp_path):
    unpack = ["tar", "-xf", str(archive()), "-C", str(tmp_path), "--strip-components=1", "--wildcards"]
    subprocess.run([*unpack, *(f"*/{part}" for part in PARTS)], check=True, timeout=300)
    report = run_model(FolderTree(tmp_path), ARCHS)
    said = {}
    for run in report.runs:
        said.setdefault(f"{run.arch} {run.config}", {})[run.scenario] = short(run)
    assert {name: set(found.values()) for name, found in said.items()} == EXPECTED
    assert report.undecided == (
        "riscv nommu: not in this tree, Kconfig does not allow it: MMU=n: it is y, selected by PORTABLE",
    )
    # Nothing but a table's way makes the difference: pages alone are safe everywhere.
    assert {found[name] for found in said.values() for name in ("zap", "hugetlb") if name in found} == PASS
