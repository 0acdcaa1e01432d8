from __future__ import annotations

from dataclasses import replace

from kit import patch as kit_patch
from patchtool.backport.message import PLACEHOLDER, worded
from patchtool.backport.taken import Outcome, Taken
from patchtool.core.adapt import Adapted, Dropped
from patchtool.core.finding import Verdict
from patchtool.core.plan import Decision, How, PatchPlan
from patchtool.core.prerequisite import Commit, Cost, Found, Need
from patchtool.core.series import Person, upstream_named

MAJA = Person("Maja Tainer", "maja@example.org")
TEXT = "Why.\n\nSigned-off-by: B <b@x>\n"
CELL = PatchPlan(1, "mm: It", Decision.TAKE, ("applies",), How.CLEAN, upstream="ab" * 20)
DONE = Taken(replace(kit_patch(b""), subject="mm: It", message=TEXT), "c" * 40, b"", " a | 1 +")


def body(done: Taken = DONE, cell: PatchPlan = CELL, sender: Person | None = MAJA) -> str:
    return worded(Outcome((cell,), (done,)), sender)[0].body


def test_upstream_first_sign_off_last() -> None:
    assert body() == (
        f"[ Upstream commit {'ab' * 20} ]\n\nWhy.\n\nSigned-off-by: B <b@x>\n"
        "Signed-off-by: Maja Tainer <maja@example.org>\n"
    )


def test_nobody_signs_twice_or_for_another() -> None:
    signed = replace(
        DONE, patch=replace(DONE.patch, message=TEXT + "Signed-off-by: Maja Tainer <maja@example.org>\n")
    )
    assert body(signed).count("Maja") == 1
    assert body(sender=None).endswith("Signed-off-by: B <b@x>\n")


def test_an_unknown_id_has_a_place_and_is_no_id() -> None:
    cell = replace(CELL, upstream="")
    (found,) = worded(Outcome((cell,), (DONE,)), MAJA)
    assert found.lacks_upstream
    assert found.body.startswith(f"{PLACEHOLDER}\n\nWhy.\n")
    assert upstream_named(found.body) == ""


def test_a_message_that_names_its_commit_keeps_that_line_alone() -> None:
    line = f"commit {'cd' * 20} upstream."
    named = replace(DONE, patch=replace(DONE.patch, message=f"{line}\n\n{TEXT}"))
    assert body(named).startswith(f"{line}\n\nWhy.\n")
    (found,) = worded(Outcome((replace(CELL, upstream=""),), (named,)), MAJA)
    assert (found.lacks_upstream, found.body.count("pstream")) == (False, 1)


def test_what_differs_stands_above_the_new_sign_off() -> None:
    note = (
        "mm/mmu_gather.c is part of mm/memory.c here; part of arch/arm/include/asm/tlb-and-others.h left out"
    )
    adapted = Adapted(b"", "c" * 40, (), interdiff="--- upstream/a\n+++ here/b\n-+x\n", note=note)
    (found,) = worded(Outcome((replace(CELL, how=How.ADAPTED),), (replace(DONE, adapted=adapted),)), MAJA)
    assert found.how is How.ADAPTED
    assert found.body.endswith(
        "Signed-off-by: B <b@x>\n"
        "[ mm/mmu_gather.c is part of mm/memory.c here; part of\n"
        "  arch/arm/include/asm/tlb-and-others.h left out ]\n"
        "Signed-off-by: Maja Tainer <maja@example.org>\n"
    )
    assert found.remarks == (
        "Changed lines that differ from upstream:\n\n  --- upstream/a\n  +++ here/b\n  -+x\n\n a | 1 +"
    )


def test_what_is_left_out_says_why() -> None:
    dropped = (Dropped("a.c", 0, "+x", "no such file here"), Dropped("b.c", 2, "-y", "gone already"))
    adapted = Adapted(b"", "c" * 40, (), dropped)
    (found,) = worded(Outcome((CELL,), (replace(DONE, adapted=adapted),)), MAJA)
    assert found.remarks == ("Left out:\n  a.c: no such file here\n  b.c (hunk 2): gone already\n\n a | 1 +")


def test_a_long_interdiff_is_not_sent() -> None:
    long = Adapted(b"", "c" * 40, (), interdiff="".join(f"+{n}\n" for n in range(61)))
    for upstream, see in (
        ("ab" * 20, "git range-diff abababababab^! and this commit^!"),
        ("", "the original patch"),
    ):
        cell = replace(CELL, upstream=upstream)
        (found,) = worded(Outcome((cell,), (replace(DONE, adapted=long),)), None)
        assert found.remarks == f"61 changed lines differ from upstream; compare with {see}.\n\n a | 1 +"
        assert found.body.endswith("[ context adjusted ]\n")


def test_a_merged_one_says_so() -> None:
    assert "[ context differs from upstream, resolved by a three-way merge ]\nSigned-off-by: Maja" in body(
        cell=replace(CELL, how=How.THREE_WAY)
    )


def test_a_prerequisite_says_what_for() -> None:
    oid = "cd" * 20
    first = Commit(oid, "mm: First", Need.REQUIRED, "", "brings x", three_way=True)
    needs = Found(Verdict.HOLDS, (first,), Cost(1))
    before = replace(DONE, patch=replace(DONE.patch, subject="mm: First"), commit=oid, needed_by=1)
    found, _ = worded(Outcome((replace(CELL, needs=needs),), (before, DONE)), MAJA)
    assert (found.how, found.upstream) == (How.THREE_WAY, oid)
    assert found.body == (
        f"[ Upstream commit {oid} ]\n\nWhy.\n\nSigned-off-by: B <b@x>\n"
        'Stable-dep-of: abababababab ("mm: It")\n'
        "[ context differs from upstream, resolved by a three-way merge ]\n"
        "Signed-off-by: Maja Tainer <maja@example.org>\n"
    )
    unknown = replace(CELL, upstream="")
    found, _ = worded(Outcome((unknown,), (before, DONE)), MAJA)
    assert (found.how, '[ prerequisite of "mm: It" ]\n' in found.body) == (How.CLEAN, True)
