import itertools

import pytest

from patchtool.core.expr import compared
from patchtool.kconfig.solver import Solver
from patchtool.kconfig.texts import texts

OPS = ("=", "!=", "<", "<=", ">", ">=")


# What any two comparisons with numbers allow together is what some number does to both.
@pytest.mark.parametrize(("one", "two"), [*itertools.product(("3", "0x5"), ("3", "5", "-2"))])
def test_two_comparisons_of_a_number(one, two):
    solver = Solver()
    known = texts(solver, "int")
    for first, second in itertools.product(OPS, OPS):
        asked = [known.literal(first, one), known.literal(second, two)]
        possible = any(compared(str(n), first, one) and compared(str(n), second, two) for n in range(-9, 9))
        assert solver.solve(asked, 100) is possible, (first, second)
        if possible:
            picked = known.pick(solver.model())
            assert compared(picked, first, one) and compared(picked, second, two)


def test_three_comparisons_of_a_number():
    solver = Solver()
    known = texts(solver, "int")
    between = [known.literal(">", "63"), known.literal("<=", "64")]
    assert solver.solve(between, 100) is True
    assert known.pick(solver.model()) == "64"
    assert solver.solve([*between, known.literal("!=", "64")], 100) is False


def test_words_are_equal_to_one_text_and_in_no_order():
    solver = Solver()
    known = texts(solver, "string")
    a, b = known.literal("=", "a"), known.literal("=", "b")
    assert solver.solve([a, b], 100) is False
    assert solver.solve([-a, -b], 100) is True
    assert known.pick(solver.model()) is None
    assert solver.solve([b, known.literal("<", "a"), known.literal(">", "c")], 100) is True


def test_a_default_that_is_in_force():
    solver = Solver()
    known = texts(solver, "int")
    guard, on = solver.new(), solver.new()
    early = known.literal(">", "3")
    known.hold(guard, [(on, "5")])
    late = known.literal("=", "4")
    assert solver.solve([guard, on, -early], 100) is False
    assert solver.solve([guard, on, late], 100) is False
    assert solver.solve([guard, -on, late], 100) is True
    assert solver.solve([on, -early], 100) is True
