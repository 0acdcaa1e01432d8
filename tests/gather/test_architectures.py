import tomllib
from importlib import resources

from patchtool.gather.architectures import configurations
from patchtool.gather.program import Reach, Scope

TABLE = tomllib.loads(resources.files("patchtool.gather").joinpath("architectures.toml").read_text("utf-8"))


def test_powerpc_has_its_four_machines():
    found = [(c.name, c.smp, c.hardware, c.software, bool(c.waive_order)) for c in configurations("powerpc")]
    assert found == [
        ("radix SMP", True, "page-table", True, False),
        ("radix !SMP", False, "page-table", True, False),
        ("hash SMP", True, "hashed", True, True),
        ("hash !SMP", False, "hashed", True, True),
    ]
    radix = configurations("powerpc")[0]
    assert dict(radix.predicates) == {"cpu_has_feature": 0, "radix_enabled": 1}
    row = next(row for row in radix.invalidations if row.name == "__tlbie_va")
    assert (row.reach, row.scope_argument, row.address) == (Reach.BROADCAST, 3, 0)
    assert row.scopes == (("0", Scope.LEAF), ("1", Scope.TABLES), ("2", Scope.ALL))


def test_an_architecture_without_a_row_has_no_machines():
    assert configurations("vax") == ()


def test_every_cell_has_a_source():
    for row in TABLE.values():
        cells = [*row.get("environment", ()), *row.get("constants", {}).values()]
        cells += row.get("predicates", {}).values()
        for kind in row["configuration"]:
            cells += [kind["hardware"], kind["software"], *kind.get("predicates", {}).values()]
            cells += [*kind.get("environment", ()), *kind.get("zap", ())]
            cells += [kind["waive_order"]] if "waive_order" in kind else []
        assert cells
        for value, source in cells:
            assert value != ""
            assert len(source) > 3
