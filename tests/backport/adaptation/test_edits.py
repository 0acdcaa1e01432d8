from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import kit
from patchtool.backport.adaptation.edits import difference, edited, overlap, reversed_edits, write_tree
from patchtool.core.adapt import Edit
from patchtool.tree.git import Scratch

LINES = ("a", "b", "c", "d")


def test_edits_are_made_by_the_line_numbers_before_any_of_them() -> None:
    edits = (Edit("f", 1, ("a",), ("x", "y")), Edit("f", 3, (), ("z",)), Edit("f", 4, ("d",), ()))
    assert edited(LINES, edits) == ("x", "y", "b", "z", "c")


@st.composite
def _edits(draw: st.DrawFn) -> tuple[tuple[str, ...], tuple[Edit, ...]]:
    lines = tuple(draw(st.lists(st.text("ab", max_size=2), min_size=1, max_size=12)))
    found, at = [], 0
    while at < len(lines):
        size = draw(st.integers(0, min(3, len(lines) - at)))
        added = tuple(draw(st.lists(st.text("xy", max_size=2), max_size=3)))
        found.append(Edit("f", at + 1, lines[at : at + size], added))
        at += size + draw(st.integers(1, 4))
    return lines, tuple(found)


@given(_edits())
def test_what_is_edited_is_undone_by_the_reverse(case: tuple[tuple[str, ...], tuple[Edit, ...]]) -> None:
    lines, edits = case
    assert overlap(edits) is None
    assert edited(edited(lines, edits), reversed_edits(edits)) == lines


def test_edits_that_meet_are_told() -> None:
    one, other = Edit("f", 2, ("b", "c"), ()), Edit("f", 3, ("c",), ("x",))
    assert overlap([other, one]) == (one, other)
    assert overlap([Edit("f", 2, (), ("x",)), Edit("f", 2, (), ("y",))])
    assert overlap([Edit("f", 2, (), ("x",)), Edit("g", 2, (), ("y",))]) is None


def test_a_tree_is_written_with_its_modes_and_without_a_trace_in_the_repository(tmp_path: Path) -> None:
    repo = kit.kernel(tmp_path / "k", {"run.sh": "a\nb\n"})
    kit.git(repo, "update-index", "--chmod=+x", "run.sh")
    kit.git(repo, "commit", "-q", "-m", "x")
    before = kit.fingerprint(repo)
    with Scratch(repo) as scratch:
        tree = write_tree(scratch, scratch.head, {"run.sh": ("a", "c", "")})
        listed = scratch.out("ls-tree", tree, "run.sh").decode()
        diff = difference(scratch, scratch.head, tree).decode()
    assert listed.startswith("100755 blob ")
    assert diff.splitlines()[-4:] == ["@@ -1,2 +1,2 @@", " a", "-b", "+c"]
    assert kit.fingerprint(repo) == before
