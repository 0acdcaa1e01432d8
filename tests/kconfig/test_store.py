import json

import pytest

import kit
from patchtool.core.expr import Sym, Y
from patchtool.kconfig.parser import KconfigError
from patchtool.kconfig.store import FactStore
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

FILES = {
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\nsource "arch/Kconfig"\n',
    "arch/one/Kconfig": "config ONE\n\tbool\n\tselect A if SMP\n",
    "arch/two/Kconfig": "config TWO\n\tbool\n\tselect A\n",
    "mm/Kconfig": "config A\n\tbool\nconfig OTHER\n\tbool\n",
}


class States:
    """A repository with a commit for each set of changes, as the states of a series are."""

    def __init__(self, folder, *changes):
        repo = kit.kernel(folder, FILES)
        ids = [kit.one(repo, "rev-parse", "HEAD"), *(kit.commit(repo, change) for change in changes)]
        self.scratch = Scratch(repo)
        base = Snapshot(self.scratch, ids[0], "base")
        self.trees = [base, *(base.derive(oid, f"base+{n}") for n, oid in enumerate(ids[1:], 1))]


@pytest.fixture
def states(tmp_path):
    made = []

    def make(*changes):
        made.append(States(tmp_path / "repo", *changes))
        return made[-1].trees

    yield make
    for one in made:
        one.scratch.close()


def whens(store, tree, arch, symbol="A"):
    return [edge.when for edge in store.facts(tree, arch, (symbol,))[symbol].selected]


CHANGES = (
    {"arch/one/Kconfig": "config ONE\n\tbool\n\tselect A\n"},
    {"mm/Kconfig": "config A\n\tbool\nconfig OTHER\n\tbool\n\tdefault y\n"},
    {"arch/two/Kconfig": "config TWO\n\tbool\n\tselect A if\n"},
    {"arch/three/Kconfig": "config THREE\n\tbool\n"},
)


def check_all(store, trees):
    assert [store.architectures(tree) for tree in trees] == [("one", "two")] * 4 + [("one", "three", "two")]
    assert [whens(store, tree, "one") for tree in trees] == [[Sym("SMP")], [Y], [Y], [Y], [Y]]
    assert [whens(store, tree, "two") for tree in trees[:3]] == [[Y]] * 3
    assert whens(store, trees[4], "three") == []
    for tree in trees[3:]:
        with pytest.raises(KconfigError) as caught:
            store.facts(tree, "two", ("A",))
        assert (caught.value.at, caught.value.message[:9]) == ("arch/two/Kconfig:3", "couldn't ")


def test_every_state_and_architecture_with_and_without_a_cache(states, tmp_path):
    trees = states(*CHANGES)
    for folder in (None, tmp_path / "cache", tmp_path / "cache"):
        check_all(FactStore(folder), trees)


def test_a_second_run_reads_answers_only(states, tmp_path):
    trees = states(*CHANGES)
    check_all(FactStore(tmp_path / "cache"), trees)

    class Named:
        """Of a tree, its id and nothing else."""

        def __init__(self, oid):
            self.oid = oid

    check_all(FactStore(tmp_path / "cache"), [Named(tree.oid) for tree in trees])


def test_a_damaged_cache_is_as_good_as_none(states, tmp_path):
    trees = states(*CHANGES)
    check_all(FactStore(tmp_path / "cache"), trees)
    for n, file in enumerate(sorted((tmp_path / "cache").iterdir())):
        value = json.loads(file.read_text())
        file.write_text(("{", "{}", "[[1]]", json.dumps(str(value)), "null")[n % 5])
    check_all(FactStore(tmp_path / "cache"), trees)


def test_the_facts_of_all_that_decides(states):
    (tree,) = states()
    store = FactStore()
    found = store.closed(tree, "one", ("A",))
    assert sorted(found) == ["A", "MODULES", "ONE", "SMP"]
    assert sorted(store.closed(tree, "one", ("A",), limit=2)) == ["A", "MODULES"]


def test_the_names_of_all_files_and_single_outlines(states, tmp_path):
    (tree,) = states()
    for folder in (None, tmp_path / "cache", tmp_path / "cache"):
        names = FactStore(folder).names(tree)
        assert names.defined == {"FOO": 1, "ONE": 1, "TWO": 1, "A": 1, "OTHER": 1}
        assert names.mentioned == {"SMP"}
    store = FactStore()
    assert store.outline(tree, "mm/Kconfig").defined == {"A", "OTHER"}
    assert store.outline(tree, "gone").statements == ()


def test_values_of_a_state(states):
    trees = states(CHANGES[0], {"arch/one/Kconfig": "config ONE\n\tdef_bool y\n\tselect A\n"})
    store = FactStore()
    assert [store.partial(tree, "one").with_values({}).value("A") for tree in trees] == ["n", "n", "y"]
    assert store.partial(trees[0], "one") is store.partial(trees[0], "one")
