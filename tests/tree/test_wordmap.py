"""Each word with its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import kernel
from patchtool.tree.git import GitError, Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.wordmap import word_map

FILES = {"mm/a.c": "one two\none\n", "mm/a.h": "two\n", "mm/größe \n.h": "one\n", "mm/b.c": "ones a.one\n"}


def test_words_by_file(tmp_path: Path) -> None:
    with Scratch(kernel(tmp_path / "kernel", FILES)) as scratch:
        tree = Snapshot(scratch, scratch.resolve("HEAD") or "", "HEAD")
        assert word_map(tree, ["one", "two", "none"]) == {
            "one": ("mm/a.c", "mm/b.c", "mm/größe \n.h"),
            "two": ("mm/a.c", "mm/a.h"),
        }
        assert word_map(tree, ["one"], ["*.h"]) == {"one": ("mm/größe \n.h",)}
        assert word_map(tree, []) == {}
        with pytest.raises(GitError, match="git grep failed"):
            word_map(Snapshot(scratch, "0" * 40, "x"), ["one"])
