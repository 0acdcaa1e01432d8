"""What a twin says of its program; SPIN's own opinion of it is in tests/compat."""

import pytest

from patchtool.core.finding import Location
from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.program import Effect, Kind, Reach, Scope, assemble
from patchtool.gather.machine.promela import promela

AT = Location("mm/a.c", 7)
START = (
    Effect(Kind.UNHOOK, (2,), function="zap", at=AT),
    Effect(Kind.UNHOOK, (0,)),
    Effect(Kind.FLUSH),
    Effect(Kind.TLBI, scope=Scope.ALL, reach=Reach.IPI, function="flush", at=AT),
    Effect(Kind.FREE, (2,)),
)
QUEUED = (*START, Effect(Kind.CHOICE, question="alloc", answer="ok"), Effect(Kind.CALL_RCU, (0,)))
AT_ONCE = (*START, Effect(Kind.CHOICE, question="alloc", answer="fail"), Effect(Kind.IPI), *START[:1])
PROGRAM = assemble([QUEUED, AT_ONCE])
BODY = """\
proctype U() {
n0: if :: d_step { RUNS ->  /* unhook 2, zap, mm/a.c:7 */
        unhook(PAGE) } fi;
    goto n1;
n1: if :: d_step { RUNS ->  /* unhook 0 */
        unhook(1) } fi;
    goto n2;
n2: if :: d_step { RUNS ->  /* flush */
        flush() } fi;
    goto n3;
n3: if :: d_step { RUNS && ANSWERED ->  /* tlbi all ipi, flush, mm/a.c:7 */
        invalidate(0, LEAF | BIT(1) | BIT(2)); invalidate(1, LEAF | BIT(1) | BIT(2)) } fi;
    goto n4;
n4: if :: d_step { RUNS ->  /* free 2 */
        release(PAGE) } fi;
    goto n5;
n5: if  /* alloc */
    :: d_step { RUNS -> skip }; goto n6  /* ok */
    :: d_step { RUNS -> printf("witness: alloc-fail\\n") }; goto n7  /* fail */
    fi;
n6: if :: d_step { RUNS ->  /* call-rcu 0 */
        call_rcu(0) } fi;
    goto n8;
n7: if :: d_step { RUNS && ANSWERED ->  /* ipi */
        skip } fi;
    goto n9;
n8: if :: d_step { RUNS -> ended = true } fi;
    if :: d_step { waiting == 0 ->
        if :: (gone & ~freed) -> VIOLATED(leak, "violated: leak\\n") :: else fi } fi;
    goto stop;
n9: if :: d_step { RUNS ->  /* unhook 2, zap, mm/a.c:7 */
        unhook(PAGE) } fi;
    goto n8;
stop: skip
}

proctype Rcu() {
end:
    do
    :: d_step { RUNS && queued[0] && !held[0] ->  /* table 0 */
        release(1); ran(0) }
    od
}
"""
INIT = """\
init {
    atomic {
        run U();
        run Rcu();
        run Software();
        run Hardware(0); run Access(0);
        run Hardware(1); run Access(1);
    }
}
"""


def test_the_program_is_what_u_does_and_callbacks_run_beside_it():
    text = promela(Machine(PROGRAM, 2, "page-table", True))
    assert text[text.index("proctype U()") :] == f"{BODY}\n{INIT}"


def test_with_one_cpu_nobody_is_interrupted():
    text = promela(Machine(PROGRAM, 1, "hashed", False))
    assert "ANSWERED" not in text[text.index("proctype U()") :]
    assert "#define CPUS 1\n" in text
    assert "#define EVERYWHERE (since[0])\n" in text
    run = ["run U();", "run Rcu();", "run Hashed(0); run Access(0);"]
    assert [line.strip() for line in text.splitlines() if line.startswith("        run")] == run


@pytest.mark.parametrize(
    ("reach", "scope", "act"),
    [
        (Reach.LOCAL, Scope.LEAF, "invalidate(0, LEAF)"),
        (Reach.OTHERS, Scope.TABLES, "invalidate(1, BIT(1) | BIT(2))"),
        (Reach.BROADCAST, Scope.LEAF, "invalidate(0, LEAF); invalidate(1, LEAF)"),
    ],
)
def test_an_invalidation_names_the_cpus_that_it_reaches(reach, scope, act):
    program = assemble([[Effect(Kind.TLBI, scope=scope, reach=reach)]])
    text = promela(Machine(program, 2, "none", False))
    assert f"        {act} }} fi;\n" in text


def test_nothing_from_outside_ends_a_comment():
    odd = Location("mm/*/ assert(0) /*.c", 1)
    program = assemble([[Effect(Kind.FLUSH, function="f", at=odd)]])
    text = promela(Machine(program, 1, "none", False, nested=True), "v5.5 */ init { }\nx")
    assert text.count("*/ assert") == text.count("*/ init") == 0
    assert "#define NESTED true\n" in text
