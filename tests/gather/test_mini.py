"""The model on the mini kernel: what it says of every patch of v1, for powerpc, as on the real kernel.

| configuration                | base            | after 1         | after 1-2      | after 1-3 .. 9 |
|------------------------------|-----------------|-----------------|----------------|----------------|
| radix SMP, munmap and nested | order, hw-uaf   | order, hw-uaf   | pass           | pass           |
| - no allocation fails        | pass            | pass            | pass           | pass           |
| - exit                       | order, hw-uaf   | order, hw-uaf   | 2flush         | pass           |
| radix !SMP, munmap           | order, hw-uaf   | order, hw-uaf   | pass           | pass           |
| - no allocation fails        | order, hw-uaf   | pass            | pass           | pass           |
| hash                         | order is waived, no walker is hurt, in every state                 |
"""

import pytest

from patchtool.core.finding import Verdict
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import run_model
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack

# The same few programs come back after most patches, and on most branches.
EXPLORER = Explorer()
HURT = ("order", "hw-uaf")
TWICE = ("2flush",)
# in the order of the model's scenarios
SCENARIOS = (
    "munmap", "munmap no-alloc-fail", "munmap alloc-fail", "munmap batch-full", "exit", "zap", "nested",
)  # fmt: skip
PASS = ((),) * 7
FAIL = (HURT, (), HURT, HURT, HURT, (), HURT)
RADIX_SMP = (FAIL, FAIL, ((), (), (), (), TWICE, (), ()), PASS)
# Before 1 a table is freed at once on !SMP, whatever is allocated or not.
AT_ONCE = (HURT, HURT, HURT, HURT, HURT, (), HURT)
RADIX_UP = (AT_ONCE, FAIL, ((), (), (), (), TWICE, (), ()), PASS)


@pytest.fixture(scope="module")
def scratch(mini):
    with Scratch(mini) as opened:
        yield opened


@pytest.fixture(scope="module")
def diffs(request):
    folder = request.config.rootpath / "fixtures" / "series"
    return [patch.diff for patch in read_series(str(folder / "v1.mbox")).patches]


def states(scratch, ref, diffs):
    """The ref, then the tree after each of the diffs."""
    base = Snapshot(scratch, scratch.resolve(ref), ref)
    stack = Stack(scratch, base.oid)
    return [base, *(base.derive(stack.apply(diff), f"{ref}+{n}") for n, diff in enumerate(diffs, 1))]


def model(reader):
    """Every run of powerpc; nothing may be left undecided."""
    report = run_model(reader, ["powerpc"], EXPLORER)
    assert report.undecided == ()
    return report


def table(report, config):
    """What is violated, a tuple a scenario."""
    runs = [run for run in report.runs if run.config == config and run.scenario in SCENARIOS]
    assert tuple(run.scenario for run in runs) == SCENARIOS
    return tuple(tuple(p.name for p in run.properties if p.verdict is Verdict.VIOLATED) for run in runs)


def others(report, config):
    """Every verdict but HOLDS and VIOLATED, with its property, a tuple a scenario."""
    plain = (Verdict.HOLDS, Verdict.VIOLATED)
    return tuple(
        tuple((p.name, p.verdict) for p in run.properties if p.verdict not in plain)
        for run in report.runs
        if run.config == config and run.scenario in SCENARIOS
    )


def programs(report):
    return {(run.config, run.scenario): run.program for run in report.runs}


def assert_hash_is_waived(report):
    waived = (("order", Verdict.WAIVED),)
    for config in ("hash SMP", "hash !SMP"):
        assert table(report, config) == PASS
        assert others(report, config) == (waived,) * 5 + ((), waived)


def assert_table(reports):
    for n, report in enumerate(reports):
        at = min(n, 3)
        assert table(report, "radix SMP") == RADIX_SMP[at], n
        assert table(report, "radix !SMP") == RADIX_UP[at], n
        assert others(report, "radix SMP") == others(report, "radix !SMP") == PASS, n
        assert_hash_is_waived(report)


@pytest.fixture(scope="module")
def mainline(scratch, diffs):
    return [model(reader) for reader in states(scratch, "mainline", diffs)]


def test_mainline_after_every_patch_of_v1(mainline):
    assert_table(mainline)
    assert len(mainline) == 10
    for n, report in enumerate(mainline[4:], 4):
        assert programs(report) == programs(mainline[3]), n


def test_5_4_after_every_patch_of_v1_that_applies(scratch, diffs):
    reports = [model(reader) for reader in states(scratch, "linux-5.4.y", diffs[:5])]
    assert_table(reports)
    for n, report in enumerate(reports[4:], 4):
        assert programs(report) == programs(reports[3]), n


def test_5_5_is_as_mainline(scratch, mainline):
    (report,) = (model(reader) for reader in states(scratch, "linux-5.5.y", []))
    assert programs(report) == programs(mainline[0])


def test_4_19_is_hurt_as_mainline_is(scratch):
    assert_table([model(reader) for reader in states(scratch, "linux-4.19.y", [])])


def test_patch_3_alone_on_4_19_reads_what_the_struct_lacks(scratch, diffs):
    after = states(scratch, "linux-4.19.y", [diffs[2]])[-1]
    report = run_model(after, ["powerpc"], EXPLORER)
    assert {p.verdict for run in report.runs for p in run.properties} == {Verdict.UNDECIDED}
    assert report.undecided
    for sentence in report.undecided:
        assert "struct mmu_gather has no member freed_tables" in sentence


def test_4_9_invalidates_the_walk_cache_before_each_table_is_let_go(scratch):
    """Nothing is wrong yet: a table's entries leave the walk cache when it is unhooked, not at the end."""
    (report,) = (model(reader) for reader in states(scratch, "linux-4.9.y", []))
    assert table(report, "radix SMP") == table(report, "radix !SMP") == PASS
    assert others(report, "radix SMP") == others(report, "radix !SMP") == PASS
    assert_hash_is_waived(report)


def test_the_change_that_v1_mends_is_the_one_that_hurts(scratch):
    """Patch 2 of v1 names it in its Fixes."""
    subject = "powerpc/mm/radix: Improve TLB/PWC flushes"
    log = scratch.out("log", "--format=%H", f"--grep=^{subject}$", "mainline")
    commit = log.decode().strip()
    before, after = (model(states(scratch, ref, [])[0]) for ref in (f"{commit}^", commit))
    assert (table(before, "radix SMP"), table(after, "radix SMP")) == (PASS, FAIL)


def munmap(_row, scenario):
    return scenario.name == "munmap"


def test_two_processes_say_what_one_does(scratch, diffs, tmp_path):
    """State by state; and what they keep is taken up by a later run."""
    trees, archs = states(scratch, "mainline", diffs[:2]), ("powerpc", "sparc", "arm64")
    alone, together = Explorer(processes=1), Explorer(tmp_path, processes=2)
    expected = [run_model(tree, archs, alone, wanted=munmap) for tree in trees]
    assert {run.arch for run in expected[0].runs} == set(archs)
    assert [run_model(tree, archs, together, wanted=munmap) for tree in trees] == expected
    together.crew.close()
    later = Explorer(tmp_path, processes=2)
    assert [run_model(tree, archs, later, wanted=munmap) for tree in trees] == expected
