"""The model on real kernels, for every architecture: what it says, and why, read against the C by hand."""

from pathlib import Path

import pytest

from patchtool.core.finding import Verdict
from patchtool.gather.machine.verdicts import Explorer
from patchtool.gather.run import run_model, supported

from .kernels import States, diffs, stable_diffs
from .tables import short, table

pytestmark = pytest.mark.realtree
EXPECTED = (Path(__file__).parent / "expected" / "v5.5-rc5.txt").read_text("utf-8")
EXPLORER = Explorer()


@pytest.fixture
def states(kernels, tmp_path):
    made = States(kernels, tmp_path)
    yield made
    made.close()


def expected(arch):
    """The part of the pinned table that is about one architecture."""
    lines, kept = [], False
    for line in EXPECTED.splitlines(keepends=True):
        if not line.startswith(" "):
            kept = line.removeprefix("! ").split()[0] == arch
        if kept and not line.startswith("!"):
            lines.append(line)
    return "".join(lines)


@pytest.mark.parametrize("arch", [arch for arch in supported() if expected(arch)])
def test_every_architecture_of_5_5_rc5(states, arch):
    report = run_model(states.after("mainline", [])[0], [arch], EXPLORER)
    assert table(report) == expected(arch)


def test_no_architecture_with_smp_is_left_undecided():
    heads = [line for line in EXPECTED.splitlines() if line[:1] not in (" ", "!")]
    assert len(heads) == 71
    undecided = [line for line in EXPECTED.splitlines() if "?" in line]
    assert undecided == [
        "    order hw-uaf?: munmap, munmap no-alloc-fail, munmap alloc-fail, munmap batch-full, exit, nested"
    ]


def said(reader, arch, scenarios, **configurations):
    """{configuration: what it says for each of the scenarios}."""
    names = configurations["of"]
    report = run_model(
        reader, [arch], EXPLORER, wanted=lambda row, s: row.name in names and s.name in scenarios
    )
    return {name: [short(run) for run in report.runs if run.config == name] for name in names}


def test_the_series_on_x86_arm64_and_sparc64(states, real_mails):
    patches = diffs(real_mails)
    readers = states.after("mainline", [patches[n] for n in (1, 2, 3)])
    two = ("munmap", "exit")
    x86 = ("64-bit SMP", "64-bit PARAVIRT SMP, bare metal", "64-bit KVM SMP")
    for n, reader in enumerate(readers):
        late = ["PASS", "2flush" if n < 3 else "PASS"]
        assert said(reader, "x86", two, of=x86) == {
            x86[0]: ["PASS", "PASS"], x86[1]: ["PASS", "PASS"], x86[2]: late,
        }, n  # fmt: skip
        assert said(reader, "arm64", two, of=("4K 48-bit",)) == {"4K 48-bit": late}, n
        waived = {"64-bit SMP": ["(order)", "(order)"], "64-bit !SMP": ["(order)", "(order)"]}
        assert said(reader, "sparc", two, of=tuple(waived)) == waived, n


def test_patch_3_no_longer_flushes_hugetlb_pages_that_no_level_maps(states, real_mails):
    """tlb_remove_huge_tlb_entry() marks PMD- and PUD-sized pages only; patch 3 flushes for marks only."""
    patches = diffs(real_mails)
    before, after = states.after("mainline", [patches[n] for n in (1, 2, 3)])[2:]
    for arch, name in (("ia64", "3 levels SMP"), ("sh", "SH-4A SMP")):
        assert said(before, arch, ("hugetlb",), of=(name,)) == {name: ["PASS"]}
        assert said(after, arch, ("hugetlb",), of=(name,)) == {name: ["page-uaf"]}


def test_renaming_patches_leave_the_programs_of_all_architectures(states, real_mails):
    patches = diffs(real_mails)
    readers = states.after("mainline", [patches[n] for n in range(1, 10)])
    for arch, scenarios in (("s390", ("munmap", "nested")), ("arm", ("munmap",)), ("sparc", ("munmap",))):
        found = [
            run_model(reader, [arch], EXPLORER, wanted=lambda _row, s, kept=scenarios: s.name in kept)
            for reader in (readers[3], readers[8], readers[9])
        ]
        programs = [[(run.config, run.scenario, run.program) for run in report.runs] for report in found]
        assert programs[0] == programs[1] == programs[2], arch


def test_s390_frees_a_region_table_without_an_invalidation(states, real_mails):
    """pud_free_tlb() adjusts no range: after a flush in between nothing is flushed, until patch 3."""
    patches = diffs(real_mails)
    readers = states.after("mainline", [patches[n] for n in (1, 2, 3)])
    for reader, expected_verdict in ((readers[2], "order hw-uaf"), (readers[3], "PASS")):
        assert said(reader, "s390", ("munmap upper",), of=("SMP",)) == {"SMP": [expected_verdict]}


def test_the_backport_to_4_19_misses_a_macro_on_arm_and_a_flush_when_nested(states, real_mails):
    before, *_, after = states.after("linux-4.19.y", stable_diffs(real_mails))
    lpae, radix = "v7 LPAE SMP", "radix SMP"
    assert said(before, "arm", ("munmap",), of=(lpae,)) == {lpae: ["order hw-uaf 2flush"]}
    report = run_model(after, ["arm"], EXPLORER, wanted=lambda row, s: (row.name, s.name) == (lpae, "munmap"))
    assert {p.verdict for p in report.runs[0].properties} == {Verdict.UNDECIDED}
    assert report.undecided == (
        "arm v7 LPAE SMP (munmap): mm/memory.c:330: calls tlb_needs_table_invalidate(), which was not found",
    )
    assert said(before, "powerpc", ("nested",), of=(radix,)) == {radix: ["order hw-uaf"]}
    # __tlb_reset_range() clears the marks, and tlb_flush_mmu_tlbonly() flushes for marks only.
    assert said(after, "powerpc", ("munmap", "nested"), of=(radix,)) == {
        radix: ["PASS", "order hw-uaf page-uaf"]
    }


def test_4_19_where_architectures_have_a_gather_of_their_own(states):
    reader = states.after("linux-4.19.y", [])[0]
    two = ("munmap no-alloc-fail", "zap")
    assert said(reader, "sh", two, of=("SH-4A SMP",)) == {"SH-4A SMP": ["order sw-uaf page-uaf", "page-uaf"]}
    assert said(reader, "um", two, of=("64-bit",)) == {"64-bit": ["order page-uaf", "page-uaf"]}
    assert said(reader, "s390", two, of=("SMP",)) == {"SMP": ["PASS", "PASS"]}
    assert said(reader, "ia64", two, of=("3 levels SMP",)) == {
        "3 levels SMP": ["order hw-uaf sw-uaf", "PASS"]
    }
