"""An extraction is done again exactly where the tree, or its Kconfig, answers otherwise."""

from __future__ import annotations

import dataclasses

import pytest
from toy_tree import TOY, Tree

from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.memo import Memo
from patchtool.gather.extraction.packing import Extracted

FILES = {
    "Makefile": "VERSION = 5\n",
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n',
    "arch/toy/Kconfig": "config A\n\tdef_bool y\nconfig B\n\tdef_bool A\n",
    "a.c": "int a;\n",
    "folder/one.c": "\n",
}
NAMES = ("munmap",)


class Counted:
    """What the toy extraction asks: a file, one that is not there, a folder, and symbols."""

    def __init__(self):
        self.count = 0

    def __call__(self, tree, row, names):
        self.count += 1
        tree.assign({"A": "y"} if tree.defined("A") else {})
        values = (tree.value("B"), tree.value("NONE"))
        there = (str(tree.read("a.c")), str(tree.read("absent.c")), *tree.paths("folder/"))
        return Extracted(notes=(*values, *there), lacking=(row.name, *names))


class State(Tree):
    """A toy tree with ids, as states of a repository have them; `read` counts."""

    def __init__(self, files, oid):
        super().__init__(files)
        self.oid = oid
        self.reads = 0

    def read(self, path):
        self.reads += 1
        return super().read(path)

    def blob_id(self, path):
        return str(hash(self.files[path])) if path in self.files else None

    def read_all(self, paths):
        return {path: self.files[path] for path in paths if path in self.files}, ()


def ask(memo, tree, make, row=TOY, names=NAMES):
    return memo.extracted(CachedReader(tree), "toy", [(row, names)], make)


@pytest.mark.parametrize(
    ("change", "count"),
    [
        pytest.param({}, 1, id="nothing"),
        pytest.param({"other.c": "\n"}, 1, id="a file that was not asked for"),
        pytest.param({"arch/toy/Kconfig": "\n" + FILES["arch/toy/Kconfig"]}, 1, id="lines of Kconfig"),
        pytest.param({"a.c": "int b;\n"}, 2, id="a file that was read"),
        pytest.param({"absent.c": ""}, 2, id="a file that was not there"),
        pytest.param({"folder/two.c": ""}, 2, id="a folder that was listed"),
        pytest.param({"arch/toy/Kconfig": FILES["arch/toy/Kconfig"].replace("A\n", "n\n")}, 2, id="a value"),
        pytest.param({"arch/toy/Kconfig": "config B\n\tdef_bool y\n"}, 2, id="a symbol that is defined"),
        pytest.param({"arch/toy/Kconfig": "config NONE\n\tdef_bool y\n"}, 2, id="one that was not"),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["same run", "later run"])
def test_what_was_asked_decides(tmp_path, change, count, later):
    make = Counted()
    memo = Memo(tmp_path)
    ask(memo, Tree(FILES), make)
    again = ask(Memo(tmp_path) if later else memo, Tree(FILES | change), make)
    assert make.count == count
    assert again == ask(Memo(), Tree(FILES | change), make)


def test_the_row_and_the_scenarios_are_part_of_the_question(tmp_path):
    make, memo = Counted(), Memo(tmp_path)
    rows = (TOY, dataclasses.replace(TOY, smp=False), dataclasses.replace(TOY, harmless_asm=frozenset({"x"})))
    for row in rows:
        ask(memo, Tree(FILES), make, row)
        ask(memo, Tree(FILES), make, row, (*NAMES, "exit"))
    assert make.count == 6
    for row in rows:
        ask(Memo(tmp_path), Tree(FILES), make, row)
    assert make.count == 6


def test_a_state_that_was_seen_is_not_read_again(tmp_path):
    make = Counted()
    first = ask(Memo(tmp_path), State(FILES, "1" * 40), make)
    seen = State(FILES, "1" * 40)
    assert ask(Memo(tmp_path), seen, make) == first
    assert (make.count, seen.reads) == (1, 0)


def test_the_last_eight_are_kept(tmp_path):
    make, memo = Counted(), Memo(tmp_path)
    trees = [Tree(FILES | {"a.c": f"int a{n};\n"}) for n in range(9)]
    for tree in trees:
        ask(memo, tree, make)
    ask(Memo(tmp_path), trees[1], make)
    assert make.count == 9
    ask(Memo(tmp_path), trees[0], make)
    assert make.count == 10


def test_without_a_folder_nothing_is_written(tmp_path):
    make = Counted()
    for _ in range(2):
        ask(Memo(), Tree(FILES), make)
    assert (make.count, list(tmp_path.iterdir())) == (2, [])


def test_broken_files_count_as_absent(tmp_path):
    make = Counted()
    first = ask(Memo(tmp_path), Tree(FILES), make)
    for place in tmp_path.iterdir():
        place.write_text('[[{}, {}], {"programs": [[1]]}]')
    assert ask(Memo(tmp_path), Tree(FILES), make) == first
    assert make.count == 2
