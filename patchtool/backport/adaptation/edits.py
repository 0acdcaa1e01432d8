"""Edits made to a tree, and undone: git objects of our own, the user's repository untouched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from patchtool.core.adapt import Edit
from patchtool.tree.git import Scratch
from patchtool.tree.stack import Stack


def edited(lines: Sequence[str], edits: Iterable[Edit]) -> tuple[str, ...]:
    """A file's lines with the edits made; they must not overlap and must fit (see `overlap`)."""
    result = list(lines)
    for edit in sorted(edits, key=lambda one: one.line, reverse=True):
        start = edit.line - 1
        result[start : start + len(edit.removed)] = edit.added
    return tuple(result)


def overlap(edits: Iterable[Edit]) -> tuple[Edit, Edit] | None:
    """Two edits of one file that touch the same lines or the same gap; None where none do."""
    for one, other in pairwise(sorted(edits)):
        if one.path == other.path and (
            other.line < one.line + len(one.removed) or (other.line == one.line and not one.removed)
        ):
            return one, other
    return None


def reversed_edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits that undo these (of one file), with the line numbers that the edited file has."""
    shift, undone = 0, []
    for edit in sorted(edits, key=lambda one: one.line):
        undone.append(Edit(edit.path, edit.line + shift, edit.added, edit.removed))
        shift += len(edit.added) - len(edit.removed)
    return tuple(undone)


def write_tree(scratch: Scratch, tree: str, files: Mapping[str, tuple[str, ...]]) -> str:
    """The id of a tree that is `tree` with these files' lines changed; their modes stay.

    The objects lie in the private store.
    """
    texts = {path: "\n".join(lines).encode("utf-8", "surrogateescape") for path, lines in files.items()}
    return Stack(scratch, tree).write(texts)


def difference(scratch: Scratch, before: str, after: str) -> bytes:
    """The diff between two trees, as `git apply` takes it."""
    return scratch.fact("diff-tree", "-p", "--binary", "--abbrev=12", before, after)
