"""Invalidations by address, by other CPUs, by way of another function: what is left of each."""

import dataclasses

import pytest
from toy_tree import ARCH, FILES, TOY, Tree, runs

from patchtool.gather.architectures import Invalidation
from patchtool.gather.extraction.extract import Undecided
from patchtool.gather.machine.program import Kind, Reach, Scope

PLACE = "arch/toy/include/asm/tlb.h"
CALL = "toy_invalidate(tlb->freed_tables || tlb->fullmm ? TOY_ALL : TOY_LEAF);"


def toy(call, **row):
    """What the toy invalidates in munmap, where tlb_flush() is one call of a function with this row."""
    given = {"name": "toy_flush", "reach": Reach.BROADCAST} | row
    configuration = dataclasses.replace(TOY, invalidations=(Invalidation(**given),))
    text = ARCH.replace(CALL, call.replace("(mm,", "(tlb->mm,"))
    assert text != ARCH
    found = runs(Tree(FILES | {PLACE: text}), configuration=configuration)
    if isinstance(found, Undecided):
        return found.reason
    return [(e.scope, e.reach) for e in found[-1] if e.kind is Kind.TLBI]


@pytest.mark.parametrize(
    ("call", "row", "expected"),
    [
        ("toy_flush(tlb)", {"scope": Scope.ALL}, [Scope.ALL]),
        ("toy_flush(vale1, 0)", {"scope_word": 0, "scopes": (("vale1", Scope.LEAF),)}, [Scope.LEAF]),
        # The page lies three pages behind the start of its tables' range.
        ("toy_flush((1 << 30) + 3 * PAGE_SIZE)", {"scope": Scope.LEAF, "address": 0}, [Scope.LEAF]),
        ("toy_flush((1 << 30) + 2 * PAGE_SIZE)", {"scope": Scope.LEAF, "address": 0}, []),
        ("toy_flush(1 << 30)", {"scope": Scope.ALL, "address": 0}, [Scope.TABLES]),
        ("toy_flush(1 << 30)", {"scope": Scope.ALL, "address": 0, "tables": "address"}, [Scope.TABLES]),
        ("toy_flush(1 << 29)", {"scope": Scope.ALL, "address": 0, "tables": "address"}, []),
        (
            "toy_flush((1 << 30) >> 12)",
            {"scope": Scope.ALL, "address": 0, "address_shift": 12}, [Scope.TABLES],
        ),
        ("toy_flush(1 << 30, (1 << 30) + 4 * PAGE_SIZE)", {"scope": Scope.ALL, "span": (0, 1)}, [Scope.ALL]),
        ("toy_flush(tlb->end, tlb->end)", {"scope": Scope.ALL, "span": (0, 1)}, []),
        ("toy_flush(1 << 30, 1 << 20)", {"scope": Scope.ALL, "span": (0, 1), "sized": True}, [Scope.ALL]),
        ("toy_flush(0, 1 << 40)", {"scope": Scope.ALL, "span": (0, 1), "tables": "unbounded"}, [Scope.LEAF]),
        ("toy_flush(0, -1)", {"scope": Scope.ALL, "span": (0, 1), "tables": "unbounded"}, [Scope.ALL]),
        (
            "struct info info = { .start = 1 << 30, .end = -1 }; toy_flush(&info)",
            {"scope": Scope.ALL, "span_of": 0}, [Scope.ALL],
        ),
        # Once a hook took a struct with the range, before the range itself.
        (
            "struct info info = { .start = 1 << 30, .end = -1 }; toy_flush(&info)",
            {"scope": Scope.ALL, "span_of": 0, "span": (1, 2)}, [Scope.ALL],
        ),
        (
            "toy_flush(mm, 1 << 30, (1 << 30) + PAGE_SIZE)",
            {"scope": Scope.ALL, "span_of": 0, "span": (1, 2)}, [Scope.TABLES],
        ),
        ("toy_flush(tlb)", {"scope": Scope.ALL, "unless": "toy_lower"}, [Scope.ALL]),
    ],
)  # fmt: skip
def test_an_invalidation_drops_what_its_addresses_map(call, row, expected):
    assert toy(f"{call};", **row) == [(scope, Reach.BROADCAST) for scope in expected]


@pytest.mark.parametrize(
    ("call", "row", "reason"),
    [
        # A tree that has the lower function is followed to there.
        (
            "toy_flush(tlb)", {"scope": Scope.ALL, "unless": "__tlb_remove_table"},
            "calls toy_flush(), which was not found",
        ),
        ("toy_flush(odd)", {"scope_word": 0}, "toy_flush() with the unknown operation odd"),
        (
            "toy_flush(tlb)", {"scope": Scope.ALL, "address": 0},
            "toy_flush() of an address that cannot be followed",
        ),
        (
            "toy_flush(tlb->mm)", {"scope": Scope.ALL, "span_of": 0},
            "toy_flush() of a range that cannot be followed",
        ),
        (
            "toy_flush(3)", {"scope": Scope.ALL, "span_of": 0},
            "toy_flush() of a range that cannot be followed",
        ),
        (
            "toy_flush((1 << 30) + PMD_SIZE)", {"scope": Scope.ALL, "address": 0, "tables": "address"},
            "toy_flush() drops walk-cache entries of some tables only",
        ),
    ],
)  # fmt: skip
def test_an_invalidation_that_cannot_be_followed_is_named(call, row, reason):
    assert toy(f"{call};", **row) == reason


def test_a_function_on_other_cpus_invalidates_there():
    ipi = "static void toy_flush(void *info)\n{\n}\n"
    ipi += "static void toy_ipi(void *info)\n{\n\ttoy_flush(info);\n}\n"

    def reaches(call):
        row = Invalidation("toy_flush", Reach.LOCAL, Scope.ALL)
        detour = Invalidation("toy_detour", Reach.BROADCAST, runs="toy_kick")
        kick = f"{ipi}static void toy_kick(void *info)\n{{\n\tsmp_call_function(toy_ipi, info, 1);\n}}\n"
        own = "#define tlb_flush tlb_flush"
        text = ARCH.replace(CALL, call).replace(own, f"{kick}{own}")
        configuration = dataclasses.replace(TOY, invalidations=(row, detour))
        found = runs(Tree(FILES | {PLACE: text}), configuration=configuration)[-1]
        return [(e.kind, e.scope, e.reach) for e in found if e.kind in (Kind.TLBI, Kind.IPI)]

    ipi_sent = (Kind.IPI, None, None)
    assert reaches("toy_kick(tlb);") == [ipi_sent, (Kind.TLBI, Scope.ALL, Reach.OTHERS)]
    assert reaches("smp_call_function_many(1, toy_flush, tlb, 1);") == [
        ipi_sent, (Kind.TLBI, Scope.ALL, Reach.OTHERS),
    ]  # fmt: skip
    assert reaches("on_each_cpu_mask(1, toy_ipi, tlb, 1);") == [(Kind.TLBI, Scope.ALL, Reach.IPI)]
    # CPUs in lazy mode are left out: no walk cache is sure to be dropped.
    assert reaches("on_each_cpu_cond_mask(never, toy_ipi, tlb, 1, 0, 1);") == [
        (Kind.TLBI, Scope.LEAF, Reach.IPI)
    ]
    assert reaches("toy_detour(tlb);") == [(Kind.TLBI, Scope.ALL, Reach.BROADCAST)]
