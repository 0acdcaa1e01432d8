from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.core.cache import JsonCache


def test_a_value_comes_back_under_its_kind_and_key_only(tmp_path: Path) -> None:
    cache = JsonCache(tmp_path / "new", "grep")
    cache.put({"a": [1, "x"]}, "tree", "word")
    assert JsonCache(tmp_path / "new", "grep").get("tree", "word") == {"a": [1, "x"]}
    assert cache.get("tree", "words") is None
    assert cache.get("treeword") is None
    assert JsonCache(tmp_path / "new", "model").get("tree", "word") is None


@pytest.mark.parametrize("junk", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_counts_as_absent(tmp_path: Path, junk: bytes) -> None:
    cache = JsonCache(tmp_path, "grep")
    cache.put(1, "key")
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(junk)
    assert cache.get("key") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = JsonCache(tmp_path / "file", "grep")
    cache.put(1, "key")
    assert cache.get("key") is None


def test_no_folder_keeps_nothing() -> None:
    cache = JsonCache(None, "grep")
    cache.put(1, "key")
    assert cache.get("key") is None
