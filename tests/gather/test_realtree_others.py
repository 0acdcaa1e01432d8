"""The model on 4.9 and 6.12, where PATCHTOOL_KERNELS names a repository with refs v4.9 and v6.12.

Read against the C of these trees by hand. What 4.9 shows: arm frees tables through RCU without an
invalidation, and at once when no batch page is to be had (mm/memory.c: tlb_remove_table); Xen's hypercall
waits for no walker, and x86 had no RCU for tables; arm64 and powerpc invalidate walk caches as each table is
unhooked (asm/tlbflush.h: __flush_tlb_pgtable; mm/tlb-radix.c: radix__flush_tlb_pwc).
"""

import subprocess

import pytest

from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import run_model

from .kernels import States
from .tables import short

pytestmark = pytest.mark.realtree
EXPLORER = Explorer()
TWO = ("munmap alloc-fail", "exit")
FAILS, PASSES, WAIVED = ["order hw-uaf"] * 2, ["PASS"] * 2, ["(order)"] * 2
ONCE_MORE = ["2flush", "PASS"]
IN_4_9 = {
    "arm": {
        "v7 LPAE SMP": FAILS, "v7 LPAE !SMP": ONCE_MORE, "v7 SMP": PASSES, "v7 !SMP": PASSES,
        "v6K SMP": PASSES,
    },
    "arm64": {"4K 48-bit": PASSES, "4K 39-bit": PASSES, "64K 42-bit": PASSES},
    "powerpc": {
        "radix SMP": PASSES, "radix !SMP": PASSES, "hash SMP": WAIVED, "hash !SMP": WAIVED,
        "Book3E 64-bit SMP, software walk": WAIVED, "e500 32-bit SMP": WAIVED, "44x !SMP": WAIVED,
        "8xx !SMP": WAIVED, "32-bit hash SMP": WAIVED, "32-bit hash !SMP": WAIVED,
    },
    "x86": {
        "64-bit SMP": ONCE_MORE, "64-bit !SMP": ONCE_MORE, "64-bit PARAVIRT SMP, bare metal": ONCE_MORE,
        "64-bit KVM SMP": ONCE_MORE, "64-bit Hyper-V SMP": ONCE_MORE, "32-bit PAE SMP": ONCE_MORE,
        "64-bit Xen PV SMP": ["sw-uaf 2flush", "PASS"], "32-bit SMP": PASSES,
    },
    "openrisc": {"!SMP": PASSES},
}  # fmt: skip
IN_6_12 = {
    "arm": {
        "v7 LPAE SMP": PASSES, "v7 LPAE !SMP": PASSES, "v7 SMP": ONCE_MORE, "v7 !SMP": ONCE_MORE,
    },
    "arm64": IN_4_9["arm64"],
    "powerpc": IN_4_9["powerpc"],
    "x86": dict.fromkeys(IN_4_9["x86"], PASSES),
    "s390": {"SMP": PASSES},
    "loongarch": {"64-bit SMP": ["order sw-uaf", "(order)"], "64-bit !SMP": ["order", "(order)"]},
    "riscv": {"64-bit SMP": PASSES, "64-bit !SMP": PASSES, "32-bit SMP": PASSES},
}  # fmt: skip


@pytest.mark.parametrize(
    ("ref", "arch", "expected"),
    [(ref, arch, row) for ref, rows in (("v4.9", IN_4_9), ("v6.12", IN_6_12)) for arch, row in rows.items()],
)
def test_the_verdicts_of_each_architecture(kernels, tmp_path, ref, arch, expected):
    command = ["git", "-C", str(kernels), "rev-parse", "-q", "--verify", f"{ref}^{{commit}}"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        # Right: a repository of other kernels is as good for the other tests; 6.1 runs in CI.
        pytest.skip(f"PATCHTOOL_KERNELS has no {ref}: it was NOT examined")
    states = States(kernels, tmp_path)
    try:
        report = run_model(
            states.after(ref, [])[0], [arch], EXPLORER, wanted=lambda row, s: row.mmu and s.name in TWO
        )
    finally:
        states.close()
    said = {}
    for run in report.runs:
        said.setdefault(run.config, []).append(short(run))
    assert said == expected
