import dataclasses

import pytest
from toy_tree import FILES, TOY, Off, Tree, mutant

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Location, Verdict
from patchtool.gather.machine.machine import PROPERTIES
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import SCENARIOS, concerns, run_configuration, run_model, supported

GATHER = "mm/mmu_gather.c"
NO_TLBI = mutant(GATHER, "\tif (tlb_needs_table_invalidate())\n\t\ttlb_flush_mmu_tlbonly(tlb);\n", "")


def verdicts(runs):
    return {
        run.scenario: {p.name: p.verdict for p in run.properties if p.verdict is not Verdict.HOLDS}
        for run in runs
    }


def test_scenarios_tell_what_it_takes():
    hurt = {"order": Verdict.VIOLATED, "hw-uaf": Verdict.VIOLATED}
    assert verdicts(run_configuration(NO_TLBI, TOY, Off())) == {
        "munmap": hurt,
        "munmap no-alloc-fail": {},
        "munmap alloc-fail": hurt,
        "munmap batch-full": hurt,
        "exit": hurt,
        "zap": {},
        "nested": hurt,
    }


def test_runs_carry_program_states_and_every_property():
    runs = run_configuration(Tree(FILES), TOY, Off())
    assert [run.scenario for run in runs] == [scenario.name for scenario in SCENARIOS[:7]]
    assert {tuple(p.name for p in run.properties) for run in runs} == {PROPERTIES}
    assert (runs[0].arch, runs[0].config, runs[0].states) == ("toy", "SMP", 14238)
    assert len(runs[0].program) == 16


def test_traces_name_function_and_place_in_this_tree():
    trace = next(p for p in run_configuration(NO_TLBI, TOY, Off())[0].properties if p.name == "order").trace
    allocates = "\t\t*batch = (void *)__get_free_page(GFP_NOWAIT);"
    line = NO_TLBI.read(GATHER).decode().split("\n").index(allocates) + 1
    assert [(s.thread, s.action, s.function) for s in trace] == [
        ("U", "table batch: never-full", ""),
        ("U", "unhooks the page", "zap_pte_range"),
        ("U", "unhooks table 1", "free_pte_range"),
        ("U", "fails to allocate a batch page", "tlb_remove_table"),
        ("U", "interrupts the other CPUs and waits", "tlb_remove_table"),
        ("U", "frees table 1", "__tlb_remove_table"),
    ]
    assert trace[3].at == Location(GATHER, line, "toy, changed")


def test_order_may_be_waived_with_its_reason():
    row = dataclasses.replace(TOY, hardware="hashed", waive_order="by design")
    order = run_configuration(NO_TLBI, row, Off())[0].properties[0]
    assert (order.name, order.verdict, order.reason) == ("order", Verdict.WAIVED, "by design")
    assert order.trace


def test_a_walker_that_is_not_there_is_said():
    row = dataclasses.replace(TOY, hardware="none")
    run = run_configuration(Tree(FILES), row, Off())[0]
    found = next(p for p in run.properties if p.name == "hw-uaf")
    assert (found.verdict, found.reason) == (Verdict.HOLDS, "no such walker of Linux page tables here")


def test_the_bound_leaves_undecided_what_was_not_violated():
    run = run_configuration(Tree(FILES), TOY, Off(), Explorer(bound=50))[0]
    assert {p.verdict for p in run.properties} == {Verdict.UNDECIDED}
    assert run.properties[0].reason == f"the search was cut at {run.states} states"


def test_what_cannot_be_extracted_is_undecided_in_every_property():
    tree = mutant("arch/toy/include/asm/tlb.h", "#define TOY_LEAF 0", "#error no")
    for run in run_configuration(tree, TOY, Off()):
        assert (run.states, run.program) == (0, "")
        assert {(p.verdict, p.reason) for p in run.properties} == {
            (Verdict.UNDECIDED, "arch/toy/include/asm/tlb.h:6: #error no (reached)")
        }


def test_an_architecture_without_a_row_is_a_sentence():
    report = run_model(Tree(FILES | {"Makefile": "VERSION = 5\nPATCHLEVEL = 5\nSUBLEVEL =\n"}), ["toy"])
    assert (report.ref, report.version, report.runs) == ("toy", "5.5.0", ())
    assert report.undecided == ("toy: not examined; its walkers are not in the table of architectures yet",)


def test_an_architecture_that_is_not_there_is_an_error():
    with pytest.raises(PatchtoolError, match=r"the tree has no arch/vax \(hint: name a folder of arch/\)"):
        run_model(Tree(FILES), ["vax"])


def test_supported_architectures_are_those_of_the_table():
    assert supported() == (
        "alpha", "arc", "arm", "arm64", "c6x", "csky", "h8300", "hexagon", "ia64", "loongarch", "m68k",
        "microblaze", "mips", "nds32", "nios2", "openrisc", "parisc", "powerpc", "riscv", "s390", "sh",
        "sparc", "um", "unicore32", "x86", "xtensa",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("mm/mmu_gather.c", True),
        ("mm/memory.c", True),
        ("mm/gup.c", False),
        ("include/asm-generic/tlb.h", True),
        ("include/linux/mm.h", True),
        ("include/linux/gfp.h", False),
        ("Kconfig", True),
        ("arch/powerpc/platforms/Kconfig.cputype", True),
        ("arch/powerpc/mm/book3s64/radix_tlb.c", True),
        ("arch/powerpc/include/asm/tlb.h", True),
        ("arch/powerpc/kernel/setup.c", False),
        ("arch/arm/kernel/smp_tlb.c", True),
        ("arch/x86/kernel/kvm.c", True),
        ("arch/x86/xen/mmu_pv.c", True),
        ("include/linux/huge_mm.h", True),
        ("arch/vax/include/asm/tlb.h", False),
        ("README", False),
    ],
)
def test_a_change_concerns_the_model_where_it_reads(path, expected):
    assert concerns([path]) is expected
    assert concerns(["README", path]) is expected
