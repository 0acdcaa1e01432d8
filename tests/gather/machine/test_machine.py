"""The toy kernel on the machine: it holds, and every mutant of it fails as it must."""

import dataclasses

import pytest
from toy_tree import FILES, TOY, Tree, mutant, program

from patchtool.gather.machine.explorer import explore
from patchtool.gather.machine.machine import IDLE, ROOT, Machine
from patchtool.gather.machine.program import Effect, Kind, Reach, Scope, assemble

GATHER, HEADER, ARCH = "mm/mmu_gather.c", "include/asm-generic/tlb.h", "arch/toy/include/asm/tlb.h"
IPI = dataclasses.replace(TOY, invalidations=(dataclasses.replace(TOY.invalidations[0], reach=Reach.IPI),))
RCU = "call_rcu(&(*batch)->rcu, tlb_remove_table_rcu);"


def broken(tree, kind="munmap", configuration=TOY, **machine):
    given = {"cpus": 2, "hardware": "page-table", "software": True} | machine
    return sorted(explore(Machine(program(tree, kind, configuration), **given), 100_000).traces)


def test_the_toy_holds():
    for kind in ("munmap", "zap"):
        assert broken(Tree(FILES), kind) == []
        assert broken(Tree(FILES), kind, cpus=1) == []
        assert broken(Tree(FILES), kind, hardware="none") == []
    assert broken(Tree(FILES), "nested", nested=True) == []


def test_the_toy_flushes_twice_on_exit():
    assert broken(Tree(FILES), "exit") == ["2flush"]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        pytest.param(GATHER, RCU, "free_batch(*batch);", ["sw-uaf"], id="no RCU"),
        pytest.param(
            GATHER, "smp_call_function(tlb_remove_table_smp_sync, NULL, 1);", "", ["sw-uaf"], id="no IPI"
        ),
        pytest.param(
            ARCH, "tlb->freed_tables || tlb->fullmm ? TOY_ALL : TOY_LEAF", "TOY_LEAF", ["hw-uaf", "order"],
            id="walk cache not flushed though tables were freed",
        ),
        pytest.param(
            GATHER, "\tif (tlb_needs_table_invalidate())\n\t\ttlb_flush_mmu_tlbonly(tlb);\n", "",
            ["hw-uaf", "order"], id="no invalidation before the tables",
        ),
        pytest.param(
            GATHER, "{\n\ttlb_table_flush(tlb);\n", "{\n", ["leak"],
            id="table flush left out of tlb_flush_mmu_free",
        ),
        pytest.param(GATHER, "*batch = NULL;\n\t}", "}", ["dfree"], id="batch pointer not cleared"),
        pytest.param(
            GATHER, "\ttlb_flush_mmu_tlbonly(tlb);\n\ttlb_flush_mmu_free(tlb);",
            "\ttlb_flush_mmu_free(tlb);\n\ttlb_flush_mmu_tlbonly(tlb);", ["page-uaf"], id="free before TLBI",
        ),
        pytest.param(
            GATHER, "\t\t__tlb_remove_table(batch->tables[i]);", "\t\t;", ["leak"],
            id="callback frees nothing",
        ),
        pytest.param(
            HEADER, "\ttlb_flush(tlb);", "\ttlb_flush(tlb);\n\ttlb_flush(tlb);", ["2flush"],
            id="flushed twice",
        ),
    ],
)  # fmt: skip
def test_mutants_fail(path, old, new, expected):
    assert broken(mutant(path, old, new)) == expected


def test_invalidation_by_ipi_keeps_software_walkers_safe_without_rcu():
    tree = mutant(GATHER, RCU, "free_batch(*batch);")
    assert broken(tree, configuration=IPI) == []
    # With one CPU the walker's interrupts-off section excludes U itself.
    assert broken(tree, cpus=1) == []


def test_a_local_invalidation_does_not_reach_the_other_cpu():
    local = dataclasses.replace(
        TOY, invalidations=(dataclasses.replace(TOY.invalidations[0], reach=Reach.LOCAL),)
    )
    assert broken(Tree(FILES), configuration=local) == ["hw-uaf", "order", "page-uaf"]
    assert broken(Tree(FILES), configuration=local, cpus=1) == []
    everywhere = mutant(
        ARCH,
        "static inline void tlb_flush(struct mmu_gather *tlb)\n{\n\t",
        "static void all(void *info) { toy_invalidate(TOY_ALL); }\n"
        "static inline void tlb_flush(struct mmu_gather *tlb)\n{\n\ton_each_cpu(all, NULL, 1);\n\t",
    )
    assert broken(everywhere, configuration=local) == []


def test_on_a_hashed_mmu_no_walker_is_hurt_and_order_fails():
    define = "#define tlb_needs_table_invalidate() "
    none = mutant(HEADER, f"{define}(true)", f"{define}0")
    assert broken(none, hardware="hashed") == ["order"]


class Stuck(Machine):
    """A software walker that never comes out of its interrupts-off section."""

    def init(self):
        return super().init()._replace(soft=(IDLE, ROOT))


def test_deadlock_is_a_wait_that_nothing_ends():
    unhook, free = Effect(Kind.UNHOOK, (2,)), Effect(Kind.FREE, (2,))
    wait = Effect(Kind.TLBI, scope=Scope.ALL, reach=Reach.IPI)
    trace = explore(Stuck(assemble([[unhook, wait, free]]), 2, "none", False), 100).traces
    assert {name: [(step.thread, step.pc) for step in steps] for name, steps in trace.items()} == {
        "deadlock": [("U", 0)]
    }
    assert explore(Machine(assemble([[unhook, wait, free]]), 2, "none", False), 100).traces == {}


@pytest.mark.parametrize("cpus", [1, 2])
@pytest.mark.parametrize("hardware", ["page-table", "hashed", "none"])
@pytest.mark.parametrize("kind", ["munmap", "exit"])
def test_state_counts_are_those_of_a_naive_search(cpus, hardware, kind):
    machine = Machine(program(Tree(FILES), kind), cpus, hardware, True)
    seen, todo = set(), [machine.init()]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(step.state for step in machine.steps(state))
    result = explore(machine, 100_000)
    assert result.states == len(seen)
    assert result.complete


def test_state_counts_are_exact():
    counts = [
        explore(Machine(program(Tree(FILES), kind), cpus, "page-table", True), 100_000).states
        for kind in ("munmap", "zap", "exit")
        for cpus in (1, 2)
    ]
    assert counts == [1271, 14238, 192, 1872, 1175, 15224]


def test_every_always_has_a_sometimes():
    result = explore(Machine(program(Tree(FILES)), 2, "page-table", True), 100_000)
    assert result.witnesses == {"hw-deep", "sw-deep", "alloc-fail", "late"}
    result = explore(Machine(program(Tree(FILES)), 2, "none", False), 100_000)
    assert result.witnesses == {"alloc-fail", "late"}


def test_the_bound_cuts_and_says_so():
    result = explore(Machine(program(Tree(FILES)), 2, "page-table", True), 50)
    assert not result.complete
    assert 50 < result.states < 70


def test_the_shortest_trace():
    tree = mutant(GATHER, "smp_call_function(tlb_remove_table_smp_sync, NULL, 1);", "")
    trace = explore(Machine(program(tree), 2, "page-table", True), 100_000).traces["sw-uaf"]
    assert [(step.thread, step.action) for step in trace] == [
        ("U", "never-full"),
        ("U", ""),
        ("SW1", "software walk starts, interrupts off"),
        ("SW1", "software walker reads the root"),
        ("SW1", "software walker reads table 0"),
        ("U", ""),
        ("U", "fail"),
        ("U", ""),
        ("U", ""),
        ("U", ""),
        ("SW1", "software walker reads table 1, which is freed"),
    ]
