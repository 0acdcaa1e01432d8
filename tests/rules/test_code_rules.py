from dataclasses import dataclass

from patchtool.core.code import Configuration, HiddenUse, ReachedError
from patchtool.core.finding import Location, Verdict
from patchtool.rules import guard_mismatch, invisible_identifier

ARM = Configuration("arm", (("LPAE", "y"),), (("LPAE", "y"), ("SMP", "y")))
M68K = Configuration("m68k", (("MMU", "n"),), (("MMU", "n"),))


@dataclass
class Code:
    hidden: tuple = ()
    errors: tuple = ()


@dataclass
class State:
    code: Code
    name: str = "v5.5+1/1"


def use(where, verdict=Verdict.VIOLATED, **more):
    at = Location("mm/memory.c", 330)
    fields = {"at": at, "name": "invalidate", "owner": "", "member": False, "unit": "mm/memory.c", **more}
    return HiddenUse(where=where, verdict=verdict, **fields)


def test_one_finding_names_every_architecture_and_where_the_name_is_defined():
    place = Location("include/asm-generic/tlb.h", 196)
    (finding,) = invisible_identifier.check(
        State(Code((use(ARM, defined=(place,)), use(M68K, defined=(place,))))), None
    )
    assert finding.message == (
        "invalidate is used here and not declared on arm (LPAE=y, SMP=y); m68k (MMU=n)."
    )
    assert finding.hint == "include or guard it: defined at include/asm-generic/tlb.h:196"
    assert str(finding.at) == "v5.5+1/1:mm/memory.c:330"
    assert finding.evidence == ("arm (LPAE=y, SMP=y): mm/memory.c:330", "m68k (MMU=n): mm/memory.c:330")


def test_a_name_that_a_macro_stands_for_is_named_with_the_macro_and_apart_from_one_that_is_written():
    written = use(M68K, name="PGDIR_SHIFT")
    meant = use(M68K, name="PGDIR_SHIFT", through=("PUD_SHIFT", "P4D_SHIFT"))
    messages = [one.message for one in invisible_identifier.check(State(Code((written, meant))), None)]
    assert messages == [
        "PGDIR_SHIFT is used here and not declared on m68k (MMU=n).",
        "PGDIR_SHIFT, which PUD_SHIFT stands for, is used here and not declared on m68k (MMU=n).",
    ]


def test_a_member_is_called_one_and_doubt_is_a_note():
    doubtful = use(M68K, Verdict.UNDECIDED, member=True, owner="mmu_gather", reason="a limit")
    (finding,) = invisible_identifier.check(State(Code((doubtful,))), None)
    assert finding.message == (
        "member invalidate of struct mmu_gather may be used here and not declared on m68k (a limit)."
    )
    assert (finding.severity, finding.verdict) == ("note", Verdict.UNDECIDED)
    assert finding.hint == "add what defines it: no file of this tree does"


def test_a_reached_error_quotes_the_line():
    error = ReachedError(Location("a.h", 7), "needs GATHER", "mm/memory.c", M68K, Verdict.VIOLATED)
    (finding,) = guard_mismatch.check(State(Code(errors=(error,))), None)
    assert finding.message == "`#error needs GATHER` is reached on m68k (MMU=n)."
    assert finding.evidence == ("m68k (MMU=n): a.h:7 when mm/memory.c is compiled",)


def test_a_header_that_is_not_there_is_called_one():
    lost = use(ARM, name="<linux/batch.h>")
    (finding,) = invisible_identifier.check(State(Code((lost,))), None)
    assert finding.message == "<linux/batch.h> is included here and not there on arm (LPAE=y, SMP=y)."
    assert finding.hint.startswith("add the header, or drop the #include")
