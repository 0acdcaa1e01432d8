from patchtool.kconfig.solver import TRUE, Solver


def test_models_proofs_and_wishes():
    solver = Solver()
    a, b, c = (solver.new() for _ in range(3))
    solver.add(-a, b)
    solver.add(-b, -c)
    solver.prefer((a, b, -c))
    assert solver.solve([TRUE], 100) is True
    assert solver.model() >= {TRUE, a, b, -c}
    solver.prefer((-a, -b))
    assert solver.solve([c], 100) is True
    assert solver.model() >= {c, -a, -b}
    assert solver.solve([a, c], 100) is False
    solver.add(a)
    solver.add(c)
    assert solver.solve([], 100) is False
    solver.close()


# Ten pigeons in nine holes: short to say, and long to refute.
def test_an_effort_that_is_too_great_is_no_answer():
    solver = Solver()
    sits = [[solver.new() for _ in range(9)] for _ in range(10)]
    for pigeon in sits:
        solver.add(*pigeon)
    for hole in range(9):
        for one in range(10):
            for two in range(one):
                solver.add(-sits[one][hole], -sits[two][hole])
    assert solver.solve([], 50) is None
    solver.close()
