import pytest

from patchtool.gather.architectures import (
    BadRow,
    configurations,
    known_architectures,
    read_architecture,
)
from patchtool.gather.machine.program import Reach, Scope

ROW = """
predicates.is_odd = [true, "as always"]
invalidations = [{ name = "flush", reach = "ipi", scope = "all", range = [1, 2], source = "mm/tlb.c" }]
[[configuration]]
name = "SMP"
smp = true
hardware = ["page-table", "the manual"]
software = [false, "the manual"]
"""


SMP = "configuration `SMP`: "


def test_powerpc_has_its_four_machines():
    found = [
        (c.name, c.smp, c.hardware, c.software, bool(c.waive_order)) for c in configurations("powerpc")[:4]
    ]
    assert found == [
        ("radix SMP", True, "page-table", True, False),
        ("radix !SMP", False, "page-table", True, False),
        ("hash SMP", True, "hashed", True, True),
        ("hash !SMP", False, "hashed", True, True),
    ]
    radix = configurations("powerpc")[0]
    predicates = dict(radix.predicates)
    assert (predicates["cpu_has_feature"], predicates["radix_enabled"]) == (0, 1)
    row = next(row for row in radix.invalidations if row.name == "__tlbie_va")
    assert (row.reach, row.scope_argument, row.address) == (Reach.BROADCAST, 3, 0)
    assert row.scopes == (("0", Scope.LEAF), ("1", Scope.TABLES), ("2", Scope.ALL))


def test_an_architecture_without_a_table_has_no_machines():
    assert configurations("vax") == ()


def test_every_table_reads_and_names_its_machines_apart():
    for arch in known_architectures():
        found = configurations(arch)
        assert found, arch
        assert len({row.name for row in found}) == len(found), arch
        assert {row.arch for row in found} == {arch}


def test_a_row_becomes_a_machine():
    (row,) = read_architecture("toy", ROW)
    assert (row.arch, row.name, row.smp, row.predicates) == ("toy", "SMP", True, (("is_odd", 1),))
    (flush,) = row.invalidations
    assert (flush.name, flush.reach, flush.scope, flush.span, flush.tables) == (
        "flush", Reach.IPI, Scope.ALL, (1, 2), "context",
    )  # fmt: skip


def test_without_an_mmu_no_walker_is_asked_for():
    (row,) = read_architecture("toy", '[[configuration]]\nname = "nommu"\nsmp = false\nmmu = false\n')
    assert (row.mmu, row.hardware, row.software) == (False, "none", False)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("name = \"SMP\"", "name = ", "Invalid value (at line 5, column 8)"),
        ("smp = true", "smp = true\ncolour = 3", SMP + "unknown key `colour`"),
        ("predicates.is_odd", "predicate.is_odd", "the architecture: unknown key `predicate`"),
        ('[true, "as always"]', "[true]", SMP + "`predicates.is_odd` has to be [value, source]"),
        (', source = "mm/tlb.c"', "", SMP + "invalidation `flush` has no source"),
        ('reach = "ipi"', 'reach = "mail"', SMP + "'mail' is not a valid Reach"),
        ('["page-table", "the manual"]', '"page-table"', SMP + "`hardware` has to be [value, source]"),
        ('"page-table"', '"tables"', SMP + "hardware `tables` is none of page-table, hashed,"),
        ('scope = "all", ', "", SMP + "invalidation `flush` needs one of scope, scope_argument,"),
        ("range", "address = true, range", SMP + "`address` is no number"),
        ("software", "software_", SMP + "unknown key `software_`"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named(old, new, reason):
    assert old in ROW
    with pytest.raises(BadRow) as caught:
        read_architecture("toy", ROW.replace(old, new))
    assert caught.value.message.startswith(reason)
    assert caught.value.at == "architectures/toy.toml"
