import random

import pytest

from patchtool.kconfig.atlas import Hashed
from patchtool.kconfig.parser import KconfigError, parse
from patchtool.kconfig.partial import partial
from patchtool.kconfig.values import Base

FILES = {
    "Kconfig": 'config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tdef_bool y\n\tselect C\nconfig C\n\tbool\n'
    'config N\n\tint "n"\n\tdefault 3\nconfig P\n\tdef_bool $(shell,true)\n'
    'source "bad/Kconfig"\nsource "arch/tiny/Kconfig"\n',
    "bad/Kconfig": "config BAD\n\tthis is no Kconfig\n",
    "arch/tiny/Kconfig": "",
}


def test_values_without_what_no_one_asks_for(tree):
    part = partial(tree(FILES), "tiny")
    values = part.with_values({"A": "y", "N": "7"})
    assert [values.value(name) for name in ("A", "B", "C", "N", "NONE")] == ["y", "y", "y", "7", "n"]
    assert part.with_values({}).value("A") == "n"
    assert [part.defined(name) for name in ("A", "NONE", "BAD")] == [True, False, True]


def test_what_is_asked_for_has_to_parse(tree):
    part = partial(tree(FILES), "tiny")
    with pytest.raises(KconfigError) as caught:
        part.with_values({}).value("BAD")
    assert caught.value.at == "bad/Kconfig:2"
    with pytest.raises(KconfigError):
        part.with_values({}).written()


def test_assignments_that_do_not_take(tree):
    part = partial(tree(FILES), "tiny")
    assert part.with_values({"C": "n", "A": "y", "GONE": "y", "N": "x", "OFF": "n"}).refused == (
        "C=n: it is y, selected by B",
        "GONE=y: no such symbol in this architecture",
        "N=x: it is 3, the value is not valid for type int",
    )


def test_facts_and_notes(tree):
    part = partial(tree(FILES), "tiny")
    facts = part.lookup("C")
    assert facts and [edge.by for edge in facts.selected] == ["B"]
    assert part.lookup("P") is None
    nothing = part.lookup("NONE")
    assert nothing and not nothing.defined
    assert part.notes == ("Kconfig:13: $(shell,...) is not run: taken as empty",)


def test_other_bases_and_all_values(tree):
    part = partial(tree(FILES | {"bad/Kconfig": ""}), "tiny")
    assert part.with_values({}, Base.ALLYESCONFIG).value("A") == "y"
    assert part.with_values({"N": "4"}).written() == {"A": "n", "B": "y", "C": "y", "N": "4"}


@pytest.mark.realtree
def test_values_of_a_kernel_equal_those_of_a_whole_parse(kernel):
    tree = Hashed(kernel("mainline"))
    whole, part = parse(tree, "powerpc"), partial(tree, "powerpc")
    chance = random.Random(1)
    asked = chance.sample(sorted(whole.symbols()), 80)
    for base in Base:
        chosen = {name: chance.choice("ny") for name in chance.sample(asked, 20)}
        expected, found = whole.with_values(chosen, base), part.with_values(chosen, base)
        assert {name: found.value(name) for name in asked} == {name: expected.value(name) for name in asked}
        assert found.refused == expected.refused
