"""Exactly the hunks that git refuses, where they belong, and what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, diff, git, kernel, one, patch
from patchtool.core.rules import Failure
from patchtool.core.tree import MissingBlob
from patchtool.mail.diff import parse_diff
from patchtool.tree.git import Scratch
from patchtool.tree.misfit import explain, hunk_text
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack

LINES = [f"line {n}" for n in range(1, 61)]


def text(lines: list[str]) -> str:
    return "\n".join([*lines, ""])


def put(*changes: tuple[int, str | None]) -> str:
    """The sixty lines with some (1-based) changed or (None) left out."""
    new: dict[int, str | None] = dict(changes)
    return text([said for n, line in enumerate(LINES, 1) if (said := new.get(n, line)) is not None])


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", {"mm/a.c": text(LINES), "mm/b.c": "b\n", "mm/blob": b"\0\1" * 9})


def failures(repo: Path, diff_text: bytes, tree: dict) -> tuple[Failure, ...]:
    commit(repo, tree)
    with Scratch(repo) as scratch:
        stack = Stack(scratch, scratch.head)
        return explain(stack, Snapshot(scratch, scratch.head, "HEAD"), patch(diff_text))


THREE = put((10, "ten"), (30, "thirty"), (50, "fifty"))
CONTEXT = "a context line of the hunk is not there"
REMOVED = "a line that the hunk removes is not there"


def test_nothing_where_all_fits(repo: Path) -> None:
    assert failures(repo, diff(repo, {"mm/a.c": THREE}), {"mm/b.c": "c\n"}) == ()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (put((28, "x")), [("mm/a.c", 28, 2, 3, ("line 28",), ("x",), CONTEXT)]),
        (put((30, "x")), [("mm/a.c", 30, 2, 3, ("line 30",), ("x",), REMOVED)]),
        (put((51, None)), [("mm/a.c", 51, 3, 3, ("line 51",), ("line 52",), CONTEXT)]),
        (
            put((8, "x"), (9, "y"), (53, "z")),
            [
                ("mm/a.c", 8, 1, 3, ("line 8", "line 9"), ("x", "y"), CONTEXT),
                ("mm/a.c", 53, 3, 3, ("line 53",), ("z",), CONTEXT),
            ],
        ),
        (text(["new"] * 7) + put((28, "x")), [("mm/a.c", 35, 2, 3, ("line 28",), ("x",), CONTEXT)]),
    ],
)
def test_the_hunks_that_git_refuses_and_no_others(repo: Path, tree: str, expected: list) -> None:
    found = failures(repo, diff(repo, {"mm/a.c": THREE}), {"mm/a.c": tree})
    assert found == tuple(Failure(*fields) for fields in expected)


def test_a_line_that_came_in_between(repo: Path) -> None:
    (found,) = failures(repo, diff(repo, {"mm/a.c": put((30, "x"))}), {"mm/a.c": put((28, "line 28\nnew"))})
    assert (found.line, found.found, found.reason) == (
        29, ("new",), "its lines are there, but others stand between them",
    )  # fmt: skip


def test_two_lines_that_came_in_between(repo: Path) -> None:
    between = "\n".join(f"new {n}" for n in range(2))
    change = diff(repo, {"mm/a.c": put((30, "x"))})
    (found,) = failures(repo, change, {"mm/a.c": put((31, f"line 31\n{between}"))})
    assert (found.line, found.wants, found.found) == (32, (), tuple(between.split("\n")))


def test_a_hunk_that_belongs_at_the_end(repo: Path) -> None:
    change = diff(repo, {"mm/a.c": put((60, "line 60\nend"))})
    (found,) = failures(repo, change, {"mm/a.c": put((60, "line 60\nmore"))})
    assert (found.line, found.wants, found.found, found.reason) == (
        58, (), (), "its lines are there, but not at the start or end of the file, where they belong",
    )  # fmt: skip


def test_a_file_that_lost_everything(repo: Path) -> None:
    for tree in ("", "\n", "x"):
        (found,) = failures(repo, diff(repo, {"mm/a.c": put((30, "x"))}), {"mm/a.c": tree})
        assert (found.line, found.hunk, found.reason) == (1, 1, REMOVED)
        git(repo, "reset", "-q", "--hard", "HEAD~1")


def test_an_absent_file(repo: Path) -> None:
    change = diff(repo, {"mm/a.c": THREE, "mm/b.c": "c\n"})
    found = failures(repo, change, {"mm/a.c": None})
    assert found == (Failure("mm/a.c", 0, 0, 3, (), (), "no such file in this tree"),)


def test_a_new_file_that_is_there(repo: Path) -> None:
    change = diff(repo, {"mm/new.c": "n\n"})
    found = failures(repo, change, {"mm/new.c": "other\n"})
    assert found == (Failure("mm/new.c", 0, 0, 1, (), (), "the file is there already"),)


def test_a_patch_that_is_there_already(repo: Path) -> None:
    change = diff(repo, {"mm/new.c": "n\n", "mm/b.c": "changed\n"})
    found = failures(repo, change, {"mm/new.c": "n\n", "mm/b.c": "changed\n"})
    assert found == (Failure("mm/b.c", 0, 0, 0, (), (), "the tree holds the whole patch already", True),)


def test_a_new_file_where_a_folder_is(repo: Path) -> None:
    found = failures(repo, diff(repo, {"mm/new": "n\n"}), {"mm/new/a.c": "n\n"})
    assert [failure.path for failure in found] in ([], ["mm/new"])


def test_a_deletion_of_what_has_changed(repo: Path) -> None:
    found = failures(repo, diff(repo, {"mm/b.c": None}), {"mm/b.c": "other\n"})
    assert found == (Failure("mm/b.c", 1, 1, 1, ("b",), ("other",), REMOVED),)


def test_a_binary_change(repo: Path) -> None:
    found = failures(repo, diff(repo, {"mm/blob": b"\0\2"}), {"mm/blob": b"\0\3"})
    assert found == (
        Failure("mm/blob", 0, 0, 0, (), (), "the binary change does not fit the file that is there"),
    )


def test_a_rename_of_an_absent_file_names_the_old_path(repo: Path) -> None:
    start = one(repo, "rev-parse", "HEAD")
    git(repo, "mv", "mm/a.c", "mm/c.c")
    moved = commit(repo, {"mm/c.c": THREE})
    change = git(repo, "diff", "-M", start, moved)
    git(repo, "reset", "-q", "--hard", start)
    found = failures(repo, change, {"mm/a.c": None})
    assert found == (Failure("mm/a.c", 0, 0, 3, (), (), "no such file in this tree"),)
    found = failures(repo, change, {"mm/a.c": put((30, "x"))})
    assert [(f.path, f.line, f.hunk) for f in found] == [("mm/a.c", 30, 2)]


def test_hunks_that_fit_alone_and_not_together(repo: Path) -> None:
    head, _, hunk = diff(repo, {"mm/a.c": put((30, "x"))}).partition(b"@@ ")
    twice = head + b"@@ " + hunk + b"@@ " + hunk
    found = failures(repo, twice, {"mm/b.c": "c\n"})
    assert found == (Failure("mm/a.c", 0, 0, 2, (), (), "its hunks do not fit together"),)


def test_long_wants_are_cut(repo: Path) -> None:
    change = diff(repo, {"mm/a.c": put(*((n, None) for n in range(20, 40)))})
    (found,) = failures(repo, change, {"mm/a.c": put(*((n, f"x{n}") for n in range(20, 40)))})
    assert (len(found.wants), len(found.found), found.line) == (8, 8, 20)


def test_an_absent_blob_is_no_misfit(repo: Path) -> None:
    change = diff(repo, {"mm/a.c": THREE})
    oid = one(repo, "rev-parse", "HEAD:mm/a.c")
    (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    with Scratch(repo) as scratch, pytest.raises(MissingBlob):
        explain(Stack(scratch, scratch.head), Snapshot(scratch, scratch.head, "HEAD"), patch(change))


def test_some_hunks_of_a_file(repo: Path) -> None:
    (change,) = parse_diff(diff(repo, {"mm/a.c": THREE}), "x")
    (alone,) = parse_diff(hunk_text(change, (1,)), "x")
    assert [hunk.lines for hunk in alone.hunks] == [change.hunks[1].lines]
    assert hunk_text(change, (0, 1, 2)) == change.text
    with pytest.raises(IndexError):
        hunk_text(change, (3,))


def test_a_hunk_whose_content_looks_like_a_hunk(repo: Path) -> None:
    commit(repo, {"mm/d.rst": "a\n" * 9 + "@@ -1 +1 @@\n" + "b\n" * 9})
    text_ = diff(repo, {"mm/d.rst": "a\n" * 9 + "@@ -2 +2 @@\n" + "b\n" * 8 + "c\n"})
    (change,) = parse_diff(text_, "x")
    assert hunk_text(change, tuple(range(len(change.hunks)))) == change.text
