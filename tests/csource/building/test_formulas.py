from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patchtool.core.expr import Compare, is_set, negated, value
from patchtool.csource.building.formulas import ALWAYS, NEVER, Formulas

NAMES = ("A", "B", "C")
ATOMS = st.sampled_from([("atom", name) for name in NAMES])
TREES = st.recursive(
    ATOMS,
    lambda inner: st.tuples(st.just("not"), inner) | st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    max_leaves=12,
)


def built(formulas, tree):
    if tree[0] == "atom":
        return formulas.atom(is_set(tree[1]))
    parts = [built(formulas, part) for part in tree[1:]]
    return {"not": formulas.negated, "and": formulas.both, "or": formulas.either}[tree[0]](*parts)


def holds(tree, values):
    if tree[0] == "atom":
        return values[tree[1]]
    parts = [holds(part, values) for part in tree[1:]]
    return not parts[0] if tree[0] == "not" else all(parts) if tree[0] == "and" else any(parts)


@given(TREES, TREES)
def test_equal_conditions_are_equal_numbers_and_print_as_what_they_are(one, two):
    formulas = Formulas()
    a, b = built(formulas, one), built(formulas, two)
    worlds = [dict(zip(NAMES, row, strict=True)) for row in product((True, False), repeat=3)]
    assert (a == b) == all(holds(one, w) == holds(two, w) for w in worlds)
    assert (formulas.without(a, b) == NEVER) == all(holds(two, w) for w in worlds if holds(one, w))
    for world in worlds:
        kconfig = {name: "y" if on else "n" for name, on in world.items()}
        assert (value(formulas.expr(a), kconfig) == "y") == holds(one, world)


def test_a_test_and_its_opposite_are_each_others_negation():
    formulas = Formulas()
    assert formulas.atom(negated(is_set("A"))) == formulas.negated(formulas.atom(is_set("A")))
    assert formulas.both(formulas.atom(is_set("A")), formulas.atom(negated(is_set("A")))) == NEVER


@pytest.mark.parametrize(("join", "free", "certain"), [("both", "a", "n"), ("either", "y", "a")])
def test_what_cannot_be_read_counts_as_either(join, free, certain):
    formulas = Formulas()
    a, unread = formulas.atom(is_set("A")), formulas.atom(Compare("?x.h:1", "=", '"y"'))
    whole = getattr(formulas, join)(a, unread)
    named = {"a": a, "y": ALWAYS, "n": NEVER}
    assert formulas.freed(whole) == named[free]
    assert formulas.certain(whole) == named[certain]
    assert [test.left for test in formulas.tests(whole)] == ["A", "?x.h:1"]
