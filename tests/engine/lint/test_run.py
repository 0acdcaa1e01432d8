"""A whole report on a small kernel, from the search and from what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, git, kernel, one
from patchtool.core.finding import Severity
from patchtool.core.lint import Defined, LintReport
from patchtool.core.rename import Rename
from patchtool.core.report import Base
from patchtool.engine.lint.run import LintOptions, NoSuchSymbol, lint
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

FILES = {
    "mm/Kconfig": "config SLAB_POINTER\n\tbool\n\ttristate\nconfig FOO\n\tselect OLD_NAME\n",
    "mm/a.c": "#ifdef CONFIG_SLAB_POINTERS\n#endif /* CONFIG_GONE_SAID */\n",
    "mm/b.c": "CONFIG_PASTED_##x\n",
}
OLD = Rename("OLD_NAME", "NEW_NAME", version="v5.6", source="table")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


def report(repo: Path, options: LintOptions) -> LintReport:
    with Scratch(repo) as scratch:
        tree = Snapshot(scratch, scratch.head, "HEAD")
        return lint(tree, Base("HEAD", scratch.head, "5.5.0", "as asked"), options)


def test_the_whole_report(repo: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    options = LintOptions(renames=(OLD, Rename("X", "Y")), cache=tmp_path / "cache", progress=steps.append)
    first = report(repo, options)
    assert [(s.name, s.severity, s.near, s.renames) for s in first.symbols] == [
        ("GONE_SAID", Severity.NOTE, "", ()),
        ("OLD_NAME", Severity.ERROR, "", (OLD,)),
        ("SLAB_POINTERS", Severity.ERROR, "SLAB_POINTER", ()),
    ]
    assert first.worst() is Severity.ERROR
    assert first.checked == (
        "3 Kconfig files, which define 2 symbols",
        "3 names that stand behind CONFIG_ somewhere",
    )
    assert first.undecided == ("1 name that is put together, as CONFIG_FOO_##x",)
    assert first.left_out[0].startswith("tools/ ")
    assert (first.defined, first.asked) == ((), ())
    assert steps == ["searching the tree", "reading what uses undefined symbols"]
    assert report(repo, options) == first
    assert len(steps) == 2


def test_a_commit_of_the_same_tree_is_the_same_answer(repo: Path, tmp_path: Path) -> None:
    options = LintOptions(cache=tmp_path / "cache")
    report(repo, options)
    git(repo, "commit", "-q", "--allow-empty", "-m", "y")
    report(repo, options)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    commit(repo, {"mm/a.c": "\n"})
    assert [symbol.name for symbol in report(repo, options).symbols] == ["OLD_NAME"]


@pytest.mark.parametrize("broken", ["", "{}", '{"places": 1}'])
def test_a_broken_cache_file_is_as_good_as_none(repo: Path, tmp_path: Path, broken: str) -> None:
    options = LintOptions(cache=tmp_path / "cache")
    first = report(repo, options)
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_text(broken)
    assert report(repo, options) == first


def test_asked_for_some(repo: Path) -> None:
    found = report(repo, LintOptions(symbols=("CONFIG_SLAB_POINTERS", "FOO", "FOO")))
    assert [symbol.name for symbol in found.symbols] == ["SLAB_POINTERS"]
    assert found.defined == (Defined("FOO", ("arch/Kconfig:1", "mm/Kconfig:4")),)
    assert found.asked == ("SLAB_POINTERS", "FOO")


def test_asked_for_one_that_is_nowhere(repo: Path) -> None:
    with pytest.raises(NoSuchSymbol, match="NOWHERE is neither defined nor used"):
        report(repo, LintOptions(symbols=("NOWHERE",)))


def test_what_was_absent_is_searched_when_it_is_there(repo: Path, tmp_path: Path) -> None:
    oid = one(repo, "rev-parse", "HEAD:mm/a.c")
    place = repo / ".git/objects" / oid[:2] / oid[2:]
    place.rename(tmp_path / "blob")
    options = LintOptions(cache=tmp_path / "cache")
    for _ in range(2):
        without = report(repo, options)
        assert [symbol.name for symbol in without.symbols] == ["OLD_NAME"]
        assert without.undecided[0] == "mm/a.c: its content is absent from the object store"
    (tmp_path / "blob").rename(place)
    assert [symbol.name for symbol in report(repo, options).symbols][-1] == "SLAB_POINTERS"
