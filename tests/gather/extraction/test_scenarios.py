"""Which scenarios a configuration can do, and what is done about levels that are folded."""

import dataclasses

import pytest
from toy_tree import ARCH, FILES, TOY, Off, Tree, program

from patchtool.core.finding import Verdict
from patchtool.gather.extraction.extract import source_for
from patchtool.gather.extraction.scenarios import KINDS, possible, real_levels
from patchtool.gather.run import run_configuration, run_model

PLACE = "arch/toy/include/asm/tlb.h"


class Set:
    """The symbols named are y, or have the value given."""

    def __init__(self, **values):
        self.values = values

    def value(self, symbol):
        return self.values.get(symbol, "n")


def kinds(symbols, text=ARCH, configuration=TOY):
    source = source_for(Tree(FILES | {PLACE: text}), configuration, symbols)
    return [name for name, kind in KINDS.items() if possible(kind, source, configuration)]


ALWAYS = ["munmap", "zap", "exit", "nested"]


@pytest.mark.parametrize(
    ("symbols", "expected"),
    [
        ({}, ALWAYS),
        ({"PGTABLE_LEVELS": "3"}, ALWAYS),
        ({"PGTABLE_LEVELS": "4"}, ["munmap", "munmap upper", "zap", "exit", "nested"]),
        ({"PGTABLE_LEVELS": "5"}, ["munmap", "munmap upper", "munmap top", "zap", "exit", "nested"]),
        ({"TRANSPARENT_HUGEPAGE": "y"}, ["munmap", "zap", "zap huge", "exit", "nested"]),
        ({"TRANSPARENT_HUGEPAGE": "y", "PGTABLE_LEVELS": "2"}, ALWAYS),
        ({"HUGETLB_PAGE": "y"}, ["munmap", "zap", "hugetlb", "exit", "nested"]),
    ],
)
def test_levels_and_pages_decide_what_there_is(symbols, expected):
    assert kinds(Set(**symbols)) == expected


def test_levels_come_from_kconfig_or_from_what_folds_them():
    source = source_for(Tree(FILES), TOY, Off())
    assert real_levels(source, TOY) == ("pte", "pmd")
    folded = ARCH.replace("#define PMD_SIZE", "#define __PAGETABLE_PMD_FOLDED 1\n#define PMD_SIZE")
    source = source_for(Tree(FILES | {PLACE: folded}), TOY, Off())
    assert real_levels(source, TOY) == ("pte",)
    assert real_levels(source, dataclasses.replace(TOY, levels=())) == ()


def test_a_folded_level_is_not_unhooked_and_its_helper_is_called():
    folded = ARCH.replace("#define PMD_SIZE", "#define __PAGETABLE_PMD_FOLDED 1\n#define PMD_SIZE")
    text = FILES["include/asm-generic/tlb.h"]
    helper = "pmd_free_tlb(tlb, pmdp, address) pte_free_tlb(tlb, pmdp, address)"
    nop = text.replace(helper, "pmd_free_tlb(a, b, c)")
    found = program(Tree(FILES | {PLACE: folded, "include/asm-generic/tlb.h": nop}))
    assert {e.objects for node in found.nodes if (e := node.effect) and e.kind == "unhook"} == {(1,), (2,)}


def test_without_an_mmu_there_is_nothing_to_examine_and_that_is_said():
    row = dataclasses.replace(TOY, name="nommu", mmu=False)
    (run,) = run_configuration(Tree(FILES), row, Off())
    assert (run.config, run.scenario, run.states) == ("nommu", "none", 0)
    assert {(p.verdict, p.reason) for p in run.properties} == {
        (Verdict.HOLDS, "no MMU: there are no page tables to free")
    }


def test_the_caller_may_choose():
    found = run_configuration(Tree(FILES), TOY, Off(), wanted=lambda row, s: row.smp and s.name == "zap")
    assert [run.scenario for run in found] == ["zap"]
    report = run_model(Tree({"arch/arm/Kconfig": ""}), ["arm"], wanted=lambda _row, _scenario: False)
    assert (report.runs, report.undecided) == ((), ())


def test_a_walker_that_nobody_knows_leaves_its_harm_undecided():
    broken = ARCH.replace("TOY_ALL : TOY_LEAF", "TOY_LEAF : TOY_LEAF")
    row = dataclasses.replace(TOY, hardware="unknown", software=False)
    run = run_configuration(Tree(FILES | {PLACE: broken}), row, Off())[0]
    said = {p.name: p.verdict for p in run.properties if p.verdict is not Verdict.HOLDS}
    assert said == {"order": Verdict.VIOLATED, "hw-uaf": Verdict.UNDECIDED}


def test_in_exit_nothing_walks_but_hardware():
    flush = "toy_invalidate(tlb->freed"
    tree = Tree(FILES | {PLACE: ARCH.replace(flush, f"if (!tlb->fullmm) {flush}")})
    for hardware, order in (("refill", Verdict.WAIVED), ("page-table", Verdict.VIOLATED)):
        row = dataclasses.replace(TOY, hardware=hardware)
        run = next(r for r in run_configuration(tree, row, Off()) if r.scenario == "exit")
        verdicts = {p.name: p.verdict for p in run.properties}
        assert (verdicts["order"], verdicts["sw-uaf"], verdicts["page-uaf"]) == (
            order, Verdict.HOLDS, Verdict.HOLDS,
        )  # fmt: skip
