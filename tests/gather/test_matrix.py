"""States of a tree through the model: groups, folded rows, what each patch did, what got worse."""

from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.model import (
    MatrixCell,
    MatrixRow,
    ModelReport,
    ModelRun,
    PatchEffect,
    PropertyVerdict,
    TraceStep,
)
from patchtool.gather.matrix import matrix

AT = Location("mm/a.c", 3, "v1+2")
TRACE = (TraceStep("U", "frees table 1", "f", AT), TraceStep("CPU0", "reads table 1, which is freed"))
PASS, FAIL = MatrixCell(Verdict.HOLDS), MatrixCell(Verdict.VIOLATED, ("hw-uaf",))


def run(where, scenario, program, **verdicts):
    arch, _, config = where.partition(" ")
    found = {"order": Verdict.HOLDS, "hw-uaf": Verdict.HOLDS, "2flush": Verdict.HOLDS}
    found |= {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    properties = tuple(
        PropertyVerdict(name.removeprefix("x"), v, "", TRACE if v is Verdict.VIOLATED else ())
        for name, v in found.items()
    )
    return ModelRun(arch, config, scenario, properties, 9 if program else 0, program)


def bad(where, scenario, program):
    return run(where, scenario, program, hw_uaf=Verdict.VIOLATED)


def states(*runs):
    return [("base" if n == 0 else str(n), ModelReport(f"v1+{n}", "", tuple(r))) for n, r in enumerate(runs)]


def changed(cell):
    return MatrixCell(cell.verdict, cell.violated, cell.undecided, cell.waived, changed=True)


def test_states_with_equal_programs_are_one_group_and_equal_rows_one_row():
    before = [bad("arm SMP", "munmap", "p"), bad("sh SMP", "munmap", "p"), run("sh SMP", "zap", "z")]
    after = [run("arm SMP", "munmap", "q"), run("sh SMP", "munmap", "q"), run("sh SMP", "zap", "z")]
    found = matrix(states(before, before, after, after))
    assert found.groups == (("base", "1"), ("2", "3"))
    assert found.rows == (
        MatrixRow((("arm", "SMP"), ("sh", "SMP")), ("munmap",), (FAIL, changed(PASS))),
        MatrixRow((("sh", "SMP"),), ("zap",), (PASS, PASS)),
    )
    assert [row.flips for row in found.rows] == [True, False]
    assert found.findings == ()


def test_scenarios_that_fare_alike_are_one_row_even_with_other_programs():
    before = [bad("arm SMP", "munmap", "p"), bad("arm SMP", "exit", "e")]
    after = [run("arm SMP", "munmap", "q"), run("arm SMP", "exit", "f")]
    (row,) = matrix(states(before, after)).rows
    assert row == MatrixRow((("arm", "SMP"),), ("munmap", "exit"), (FAIL, changed(PASS)))


def test_a_new_program_with_the_old_verdict_is_no_flip():
    (row,) = matrix(states([run("arm SMP", "munmap", "p")], [run("arm SMP", "munmap", "q")])).rows
    assert row.cells == (PASS, changed(PASS))
    assert not row.flips


def test_waived_and_undecided_are_told_from_passed():
    waived = run("arm SMP", "munmap", "p", order=Verdict.WAIVED)
    unsure = run("arm SMP", "munmap", "p", order=Verdict.UNDECIDED)
    (row,) = matrix(states([waived], [unsure])).rows
    assert row.cells == (
        MatrixCell(Verdict.HOLDS, waived=("order",)),
        MatrixCell(Verdict.UNDECIDED, undecided=("order",)),
    )
    assert row.flips


def test_a_configuration_may_come_and_go():
    found = matrix(states([run("arm SMP", "munmap", "p")], [], [bad("arm SMP", "munmap", "p")]))
    assert found.rows == (MatrixRow((("arm", "SMP"),), ("munmap",), (PASS, None, changed(FAIL))),)
    assert [effect.changed for effect in found.patches] == [((("arm", "SMP"), ("munmap",)),)] * 2


def test_each_patch_says_what_it_changed_and_what_it_did_not():
    nothing = run("um SMP", "munmap", "", order=Verdict.UNDECIDED)
    no_mmu = run("c6x UP", "none", "")
    before = [run("arm SMP", "munmap", "p"), run("arm SMP", "zap", "z"), run("sh UP", "zap", "z"), nothing]
    after = [run("arm SMP", "munmap", "q"), run("arm SMP", "zap", "z"), run("sh UP", "zap", "z"), nothing]
    assert matrix(states([*before, no_mmu], [*after, no_mmu])).patches == (
        PatchEffect(
            "1",
            unchanged=(("sh", "UP"), ("c6x", "UP")),
            changed=((("arm", "SMP"), ("munmap",)),),
            unknown=(("um", "SMP"),),
        ),
    )


def finding(patch, fixed_by, more=""):
    return Finding(
        "model-regression",
        Severity.ERROR,
        AT,
        f"hw-uaf held for arm SMP, munmap{more} and is violated after this patch.",
        "hw-uaf:arm:SMP:munmap",
        "patchtool model --series ... --trace --arch arm shows how",
        patch,
        fixed_by,
    )


def test_a_patch_that_hurts_is_a_finding_and_with_its_mend_a_bisect_hazard():
    good, hurt = run("arm SMP", "munmap", "p"), bad("arm SMP", "munmap", "q")
    exits = [run("arm SMP", "exit", "e"), bad("arm SMP", "exit", "f")]
    found = matrix(states([good, exits[0]], [good, exits[0]], [hurt, exits[1]], [good, exits[0]]))
    assert found.findings == (finding(2, 3, " and 1 more"),)
    assert matrix(states([good], [hurt], [hurt])).findings == (finding(1, None),)


def test_another_flush_is_no_finding_and_neither_is_a_verdict_that_nothing_explains():
    twice = run("arm SMP", "munmap", "q", **{"2flush": Verdict.VIOLATED})
    assert matrix(states([run("arm SMP", "munmap", "p")], [twice])).findings == ()
    assert matrix(states([run("arm SMP", "munmap", "p")], [bad("arm SMP", "munmap", "p")])).findings == ()


def test_the_ends_are_handed_on():
    first, last = states([run("arm SMP", "munmap", "p")], [run("arm SMP", "munmap", "p")])
    last = (last[0], ModelReport("v1+1", "", last[1].runs, ("um: not examined",)))
    found = matrix([first, last])
    assert (found.base, found.last, found.undecided) == (first[1], last[1], ("um: not examined",))
