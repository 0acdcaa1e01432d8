import os
import signal

import pytest

from patchtool.gather.crew import Crew

WEIGHTS = {"a": 1, "b": 3, "c": 2}


class State:
    """A tree that another process can open by its id."""

    def __init__(self, oid, name="state"):
        self.oid = oid
        self.name = name

    def read(self, path):
        return None

    def paths(self, prefix=""):
        return ()

    def derive(self, oid, name):
        return State(oid, name)


class Plain:
    """A tree without an id."""

    name = "plain"

    def read(self, path):
        return None

    def paths(self, prefix=""):
        return ()


def job(tree, archs):
    return (os.getpid(), tree.name, tuple(archs))


def fails_elsewhere(here):
    def work(tree, archs):
        if os.getpid() != here:
            raise ValueError(archs)
        return job(tree, archs)

    return work


@pytest.fixture
def crew():
    made = Crew(2)
    yield made
    made.close()


def test_shares_are_even_and_stay_where_they_are(crew):
    (here, name, mine), (there, other, theirs) = crew.run(State("1"), WEIGHTS, job, None)
    assert here == os.getpid() != there
    assert (name, mine, other, theirs) == ("state", ("b",), "state", ("a", "c"))
    assert list(crew.run(State("2", "next"), {"c": 2, "b": 1}, job, None)) == [
        (here, "next", ("b",)),
        (there, "next", ("c",)),
    ]


def test_one_process_and_a_tree_without_an_id_are_worked_here(crew):
    here = os.getpid()
    assert list(Crew(1).run(State("1"), WEIGHTS, job, None)) == [(here, "state", ("a", "b", "c"))]
    assert list(crew.run(Plain(), WEIGHTS, job, None)) == [(here, "plain", ("a", "b", "c"))]
    assert list(crew.run(State("1"), {}, job, None)) == []


def test_what_a_helper_fails_at_is_done_here(crew):
    here = os.getpid()
    found = list(crew.run(State("1"), WEIGHTS, fails_elsewhere(here), None))
    assert found == [(here, "state", ("b",)), (here, "state", ("a", "c"))]
    assert len({pid for pid, _, _ in crew.run(State("1"), WEIGHTS, job, None)}) == 2


def test_another_question_has_new_helpers(crew):
    (_, first), (_, again), (_, other) = (
        [pid for pid, _, _ in crew.run(State("1"), WEIGHTS, job, about)] for about in ("x", "x", "y")
    )
    assert first == again != other


def test_an_interrupt_is_not_the_helpers(crew):
    _, (helper, _, _) = crew.run(State("1"), WEIGHTS, job, None)
    os.kill(helper, signal.SIGINT)
    assert [pid for pid, _, _ in crew.run(State("2"), WEIGHTS, job, None)] == [os.getpid(), helper]


def test_no_helper_is_left(crew):
    _, (helper, _, _) = crew.run(State("1"), WEIGHTS, job, None)
    crew.close()
    with pytest.raises(ProcessLookupError):
        os.kill(helper, 0)


def test_a_crew_that_is_gone_leaves_no_helper():
    made = Crew(2)
    _, (helper, _, _) = made.run(State("1"), WEIGHTS, job, None)
    del made
    with pytest.raises(ProcessLookupError):
        os.kill(helper, 0)
