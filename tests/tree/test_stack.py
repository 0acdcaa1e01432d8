"""Patches on a private index: git's own verdict, every kind of change, and nothing left by a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import changed_lines, commit, diff, git, kernel, one
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack

LINES = "".join(f"line {n}\n" for n in range(1, 21))
FILES = {"mm/a.c": LINES, "mm/b.c": "b\n", "mm/crlf.c": "one\r\ntwo\r\n", "mm/blob": b"\0\1\2" * 50}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


@pytest.fixture
def stack(repo: Path):
    with Scratch(repo) as scratch:
        yield Stack(scratch, scratch.head)


def listing(stack: Stack) -> bytes:
    return stack._scratch.out("ls-files", "-s", index=stack.index)


CHANGES = {
    "a changed line": {"mm/a.c": LINES.replace("line 5\n", "five\n")},
    "a new file": {"mm/new.c": "new\n", "mm/deep/down/new.c": "new\n"},
    "a new empty file": {"mm/new.c": ""},
    "a deletion": {"mm/b.c": None},
    "no newline at the end": {"mm/b.c": "b"},
    "carriage returns": {"mm/crlf.c": "one\r\nTWO\r\n"},
    "a carriage return comes": {"mm/b.c": "b\r\n"},
    "a binary file": {"mm/blob": b"\0\1\3" * 60, "mm/blob2": b"\0" * 9},
    "a name that git quotes": {"mm/größe \t.c": "g\n"},
    "blanks at the end": {"mm/b.c": "b   \n\n\n"},
}


@pytest.mark.parametrize("files", CHANGES.values(), ids=CHANGES.keys())
def test_there_and_back(repo: Path, stack: Stack, files: dict) -> None:
    before = stack.tree
    text = diff(repo, files)
    commit(repo, files)
    assert stack.fits(text)
    assert not stack.fits(text, reverse=True)
    assert stack.tree == before
    assert stack.apply(text) == stack.tree == one(repo, "rev-parse", "HEAD^{tree}")
    assert stack.apply(text, reverse=True) == before


def test_renames_and_modes(repo: Path, stack: Stack) -> None:
    start = one(repo, "rev-parse", "HEAD")
    git(repo, "mv", "mm/a.c", "mm/moved.c")
    (repo / "mm/b.c").chmod(0o755)
    commit(repo, {"mm/moved.c": LINES.replace("line 5\n", "five\n")})
    text = git(repo, "diff", "-M", start, "HEAD")
    assert b"rename to mm/moved.c" in text
    assert b"new mode 100755" in text
    assert stack.apply(text) == one(repo, "rev-parse", "HEAD^{tree}")


def test_offsets_are_allowed_and_fuzz_is_not(repo: Path, stack: Stack) -> None:
    shifted = "new\n" * 30 + LINES
    text = diff(repo, {"mm/a.c": LINES.replace("line 10\n", "ten\n")})
    with Scratch(repo) as scratch:
        moved = Stack(scratch, commit(repo, {"mm/a.c": shifted}))
        assert moved.fits(text)
        fuzzy = Stack(scratch, commit(repo, {"mm/a.c": LINES.replace("line 7\n", "seven\n")}))
        assert not fuzzy.fits(text)


def test_a_refusal_leaves_the_index_as_it_was(repo: Path, stack: Stack) -> None:
    good = diff(repo, {"mm/b.c": "c\n", "mm/new.c": "n\n"})
    bad = changed_lines("mm/a.c", (["nowhere"], ["x"]))
    before, tree = listing(stack), stack.tree
    for text in (good + bad, bad, b"", b"no diff at all\n", bad.replace(b"mm/a.c", b"mm/none.c")):
        for options in ({}, {"reverse": True}, {"three_way": True}):
            with pytest.raises(DoesNotApply) as raised:
                stack.apply(text, **options)
            assert raised.value.reason
            assert "\n" not in raised.value.reason
            assert (listing(stack), stack.tree) == (before, tree)
    assert stack.apply(good)


def test_the_reason_is_gits(stack: Stack) -> None:
    with pytest.raises(DoesNotApply) as raised:
        stack.apply(changed_lines("mm/none.c", (["x"], ["y"])))
    assert raised.value.reason == "mm/none.c: does not exist in index"


def test_three_way_merges_and_leaves_nothing_of_a_conflict(repo: Path) -> None:
    text = diff(repo, {"mm/a.c": LINES.replace("line 10\n", "ten\n")})
    apart = LINES.replace("line 14\n", "x\n").replace("line 1\n", "")
    near = LINES.replace("line 8\n", "eight\n")
    clash = LINES.replace("line 10\n", "zehn\n")
    with Scratch(repo) as scratch:
        stack = Stack(scratch, commit(repo, {"mm/a.c": apart}))
        stack.apply(text, three_way=True)
        stack.reset(commit(repo, {"mm/a.c": near}))
        with pytest.raises(DoesNotApply):
            stack.apply(text)
        merged = Snapshot(scratch, stack.apply(text, three_way=True), "x").read("mm/a.c")
        assert merged == near.replace("line 10\n", "ten\n").encode()
        stack.reset(commit(repo, {"mm/a.c": clash}))
        before = listing(stack)
        with pytest.raises(DoesNotApply):
            stack.apply(text, three_way=True)
        assert listing(stack) == before
        assert b"<<<<" not in (Snapshot(scratch, stack.tree, "x").read("mm/a.c") or b"")


def test_attributes_of_the_tree_run_nothing_and_change_nothing(repo: Path) -> None:
    commit(repo, {".gitattributes": "* filter=x diff=x merge=x text eol=crlf\n"})
    text = diff(repo, {"mm/b.c": "c\n"})
    with Scratch(repo) as scratch:
        stack = Stack(scratch, scratch.head)
        assert Snapshot(scratch, stack.apply(text, three_way=True), "x").read("mm/b.c") == b"c\n"


def test_two_stacks_do_not_meet(repo: Path) -> None:
    with Scratch(repo) as scratch:
        one_stack, other = Stack(scratch, scratch.head), Stack(scratch, scratch.head)
        one_stack.apply(diff(repo, {"mm/b.c": None}))
        assert b"mm/b.c" in listing(other)
        assert other.tree != one_stack.tree


def test_absent_blobs_that_no_patch_touches_do_not_matter(repo: Path) -> None:
    text = diff(repo, {"mm/b.c": "c\n"})
    oid = one(repo, "rev-parse", "HEAD:mm/a.c")
    (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    with Scratch(repo) as scratch:
        stack = Stack(scratch, scratch.head)
        assert Snapshot(scratch, stack.apply(text), "x").read("mm/b.c") == b"c\n"
