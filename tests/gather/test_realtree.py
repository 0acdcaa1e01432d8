"""The model on real kernels: what it says of the series that this project grew from, for powerpc."""

import pytest
from toy_tree import Overlay

from patchtool.core.finding import Verdict
from patchtool.gather.architectures import configurations
from patchtool.gather.extraction.extract import extract, source_for
from patchtool.gather.extraction.scenarios import KINDS
from patchtool.gather.machine.explorer import explore
from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.program import assemble
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import run_model
from patchtool.kconfig.parser import parse

from .kernels import States, diffs

pytestmark = pytest.mark.realtree
HURT = ("hw-uaf", "order")


@pytest.fixture
def states(kernels, tmp_path):
    made = States(kernels, tmp_path)
    yield made
    made.close()


# One for all tests: most programs come up again and again.
EXPLORER = Explorer()
KEEPS_TABLES = ("zap", "zap huge", "hugetlb")


def model(reader):
    return run_model(reader, ["powerpc"], EXPLORER)


def violated(report, config, scenario):
    run = next(r for r in report.runs if (r.config, r.scenario) == (config, scenario))
    if {p.verdict for p in run.properties} == {Verdict.UNDECIDED}:
        return "undecided"
    return tuple(sorted(p.name for p in run.properties if p.verdict is Verdict.VIOLATED))


def table(report, config):
    names = [run.scenario for run in report.runs if run.config == config]
    return {name: violated(report, config, name) for name in names}


def programs(report):
    return {(run.config, run.scenario): run.program for run in report.runs}


RADIX = {
    0: {
        "munmap": HURT, "munmap no-alloc-fail": (), "munmap alloc-fail": HURT, "munmap batch-full": HURT,
        "exit": HURT, "zap": (), "nested": HURT, "munmap upper": HURT, "zap huge": (), "hugetlb": (),
    },
    2: {
        "munmap": (), "munmap no-alloc-fail": (), "munmap alloc-fail": (), "munmap batch-full": (),
        "exit": ("2flush",), "zap": (), "nested": (), "munmap upper": (), "zap huge": (), "hugetlb": (),
    },
}  # fmt: skip
RADIX[1], RADIX[3] = RADIX[0], RADIX[2] | {"exit": ()}
UP = {
    0: (HURT, HURT, HURT, HURT, HURT),
    1: (HURT, HURT, (), HURT, HURT),
    2: (("2flush",), (), (), (), ()),
    3: ((), (), (), (), ()),
}
UP_SCENARIOS = ("exit", "munmap", "munmap no-alloc-fail", "munmap alloc-fail", "munmap batch-full")
# The tree itself does not build there: the function exists with SMP only.
COMPILED_OUT = {"mainline": ("__flush_all_mm",), "linux-5.4.y": ("radix__flush_tlb_pwc", "__flush_all_mm")}


def said_of_up(report, ref):
    said = [f"powerpc radix !SMP: {name}() is called and compiled out" for name in COMPILED_OUT[ref]]
    return [sentence.split(" (its body")[0] for sentence in report.undecided] == said


def holds_for_hash(report):
    for run in (run for run in report.runs if run.config.startswith("hash")):
        verdicts = {p.name: p.verdict for p in run.properties if p.verdict is not Verdict.HOLDS}
        assert verdicts == ({} if run.scenario in KEEPS_TABLES else {"order": Verdict.WAIVED}), run.scenario


def test_mainline_with_the_whole_series(states, real_mails):
    patches = diffs(real_mails)
    reports = [model(r) for r in states.after("mainline", [patches[n] for n in range(1, 10)])]
    for n in range(4):
        assert table(reports[n], "radix SMP") == RADIX[n], n
        assert tuple(violated(reports[n], "radix !SMP", name) for name in UP_SCENARIOS) == UP[n], n
        holds_for_hash(reports[n])
        assert said_of_up(reports[n], "mainline")
    for n in range(4, 10):
        assert programs(reports[n]) == programs(reports[3]), n
    assert reports[9].version == "5.5.0-rc5"
    assert [run.states for run in reports[0].runs if run.config == "radix SMP"] == [
        41512, 2904, 8436, 14046, 6920, 1872, 41080, 17482, 1872, 1872,
    ]  # fmt: skip


def test_5_4_with_the_patches_for_stable(states, real_mails):
    patches = diffs(real_mails)
    reports = [model(r) for r in states.after("linux-5.4.y", [patches[n] for n in (1, 2, 3)])]
    for n, report in enumerate(reports):
        assert table(report, "radix SMP") == RADIX[n], n
        assert tuple(violated(report, "radix !SMP", name) for name in UP_SCENARIOS) == UP[n], n
        holds_for_hash(report)
        assert said_of_up(report, "linux-5.4.y")


def test_patch_2_without_patch_1_reaches_the_error_directive(states, real_mails):
    patches = diffs(real_mails)
    after = states.after("mainline", [patches[1], patches[2]])[-1]
    select = "select HAVE_RCU_TABLE_FREE\n"
    report = model(Overlay(after, {"arch/powerpc/Kconfig": (select, select.replace("\n", " if SMP\n"))}))
    message = "#error tlb_needs_table_invalidate() requires HAVE_RCU_TABLE_FREE"
    line = after.read("include/asm-generic/tlb.h").decode().split("\n").index(message) + 1
    names = "munmap, munmap no-alloc-fail, munmap alloc-fail, munmap batch-full, exit, zap, nested"
    assert report.undecided == tuple(
        f"powerpc {config} ({names}): include/asm-generic/tlb.h:{line}: {message} (reached)"
        for config in ("radix !SMP", "hash !SMP", "44x !SMP", "8xx !SMP", "32-bit hash !SMP")
    )


# What breaks -> file, text, text instead, what must fail. None of them touches Kconfig.
MUTANTS = {
    "no RCU": (
        "mm/mmu_gather.c", "call_rcu(&(*batch)->rcu, tlb_remove_table_rcu)",
        "tlb_remove_table_rcu(&(*batch)->rcu)", ["sw-uaf"],
    ),
    "walk cache not flushed though tables were freed": (
        "arch/powerpc/mm/book3s64/radix_tlb.c", "psize, true);\n}\n\n#ifdef",
        "psize, false);\n}\n\n#ifdef", ["hw-uaf", "order"],
    ),
    "table flush left out": ("mm/mmu_gather.c", "\ttlb_table_flush(tlb);\n#endif", "#endif", ["leak"]),
    "batch pointer not cleared": ("mm/mmu_gather.c", "\t\t*batch = NULL;\n", "", ["dfree"]),
    "free before TLBI": (
        "mm/mmu_gather.c", "\ttlb_flush_mmu_tlbonly(tlb);\n\ttlb_flush_mmu_free(tlb);",
        "\ttlb_flush_mmu_free(tlb);\n\ttlb_flush_mmu_tlbonly(tlb);", ["page-uaf"],
    ),
}  # fmt: skip


def test_mutants_of_the_mended_tree_fail(states, real_mails):
    patches = diffs(real_mails)
    after = states.after("mainline", [patches[n] for n in (1, 2, 3)])[-1]
    row = configurations("powerpc")[0]
    values = parse(after, "powerpc").with_values(dict(row.symbols))
    for name, (path, old, new, expected) in MUTANTS.items():
        source = source_for(Overlay(after, {path: (old, new)}), row, values)
        program = assemble(extract(source, row, KINDS["munmap"]))
        result = explore(Machine(program, 2, row.hardware, row.software), 400_000)
        assert sorted(result.traces) == expected, name


def test_4_19_has_its_gather_code_elsewhere_and_the_same_programs(states):
    old, base = (model(states.after(ref, [])[0]) for ref in ("linux-4.19.y", "linux-5.4.y"))
    known = programs(base)
    for key, program in programs(old).items():
        assert program == known[key], key
    assert table(old, "radix SMP") == RADIX[0]


def test_patch_3_on_4_19_applies_and_reads_what_the_struct_lacks(states, real_mails):
    report = model(states.after("linux-4.19.y", [diffs(real_mails)[3]])[-1])
    assert "struct mmu_gather has no member freed_tables" in report.undecided[0]
    assert violated(report, "radix SMP", "munmap") == "undecided"
