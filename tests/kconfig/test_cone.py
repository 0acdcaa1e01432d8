import random

import pytest

from patchtool.kconfig.atlas import Atlas, Hashed, Outlines
from patchtool.kconfig.cone import Cone, Cones
from patchtool.kconfig.parser import parse
from patchtool.kconfig.slices import sliced

FILES = {
    "arch/tiny/Kconfig": "",
    "Kconfig": 'if TOP\nmenu "m"\n\tvisible if EYE\nsource "sub/Kconfig"\nendmenu\nendif\n'
    "config PUSH\n\tbool\n\tselect A if WHEN\n\tselect UNRELATED if NOTHING\n\tdepends on PUSHER\n"
    "config PUSHER\n\tdef_bool FAR\nconfig FAR\n\tbool\n",
    "sub/Kconfig": 'config A\n\tbool "a" if ASK\n\tdefault OTHER = 3\n\tselect BELOW if NO_SAY\n'
    'choice\n\tprompt "c" if CHOOSE\nconfig ONE\n\tbool "1"\nsource "sub/more/Kconfig"\nendchoice\n',
    "sub/more/Kconfig": 'config TWO\n\tbool "2"\n',
    "other/Kconfig": "config A\n\tdepends on NOT_READ\n\tbool\n",
}


@pytest.fixture
def cones(tree):
    return Cones(Atlas(Hashed(tree(FILES)), ("tiny",), Outlines()), "tiny")


def test_what_decides_a_symbol(cones):
    assert cones.near("A") == ("ASK", "EYE", "OTHER", "PUSH", "TOP", "WHEN")
    assert cones.near("PUSH") == ("PUSHER",)
    assert cones.near("BELOW") == ("A", "NO_SAY")
    assert cones.near("ONE") == ("CHOOSE", "EYE", "TOP", "TWO")
    assert cones.near("TWO") == ("CHOOSE", "EYE", "ONE", "TOP")
    assert cones.near("NOWHERE") == ()


def test_the_nearest_come_first(cones):
    assert cones.closure(["A"], 100) == Cone(
        ("A", "MODULES", "ASK", "EYE", "OTHER", "PUSH", "TOP", "WHEN", "PUSHER", "FAR"),
        complete=True,
        depths=(2, 8, 9, 10),
    )


def test_a_cone_that_is_cut_says_so(cones):
    assert cones.closure(["A"], 8) == Cone(
        ("A", "MODULES", "ASK", "EYE", "OTHER", "PUSH", "TOP", "WHEN"), complete=False, depths=(2, 8)
    )
    assert cones.closure(["A"], 10).complete


def test_only_files_that_are_read_define(cones):
    assert [cones.defined(name) for name in ("A", "TWO", "UNRELATED", "NOT_READ")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.realtree
@pytest.mark.parametrize("arch", ["x86", "arm", "powerpc"])
def test_values_in_a_closed_slice_are_those_of_the_whole(kernel, arch):
    tree = Hashed(kernel("mainline"))
    atlas = Atlas(tree, (arch,), Outlines())
    cones = Cones(atlas, arch)
    whole = parse(tree, arch)
    chance = random.Random(arch)
    compared = 0
    for symbol in chance.sample(sorted(whole.symbols()), 40):
        cone = cones.closure([symbol], 1000)
        if not cone.complete:
            continue
        part = sliced(atlas, arch, cone.symbols)
        names = [name for name in cone.symbols if whole.defined(name)]
        assert names == [name for name in cone.symbols if part.defined(name)]
        for share in (0, 0.3, 0.9):
            chosen = chance.sample(names, int(len(names) * share))
            assignments = {name: chance.choice("nmy") for name in chosen}
            expected, found = whole.with_values(assignments), part.with_values(assignments)
            assert {n: found.value(n) for n in names} == {n: expected.value(n) for n in names}
            compared += len(names)
    assert compared > 5000
