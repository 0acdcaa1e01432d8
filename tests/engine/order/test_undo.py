"""A state without one of its patches: the lines go back, whatever stands around them by now."""

from __future__ import annotations

from pathlib import Path

from kit import commit, diff, kernel, patch
from patchtool.engine.order.undo import undone
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

TEN = "".join(f"line {n}\n" for n in range(10))


def without(repo: Path, text: bytes, *paths: str) -> dict[str, bytes | None] | None:
    """What these files are in HEAD with a patch of HEAD~2 undone."""
    with Scratch(repo) as scratch:
        base, state = (Snapshot(scratch, scratch.resolve(rev) or "", rev) for rev in ("HEAD~2", "HEAD"))
        found = undone(base, state, patch(text))
        return None if found is None else {path: found.read(path) for path in paths}


def two(tmp_path: Path, first: dict[str, str | None], second: dict[str, str | None]) -> tuple[Path, bytes]:
    repo = kernel(tmp_path / "kernel", {"mm/a": TEN, "mm/b": TEN})
    text = diff(repo, first)
    commit(repo, first)
    commit(repo, second)
    return repo, text


def test_lines_go_back_beside_lines_that_have_changed(tmp_path: Path) -> None:
    one = TEN.replace("line 3\n", "line three\nand more\n").replace("line 8\n", "")
    repo, text = two(tmp_path, {"mm/a": one}, {"mm/a": one.replace("line 4", "line four")})
    assert without(repo, text, "mm/a") == {"mm/a": TEN.replace("line 4", "line four").encode()}


def test_a_file_that_it_added_goes(tmp_path: Path) -> None:
    repo, text = two(tmp_path, {"mm/c": "x\n"}, {"mm/b": "y\n"})
    assert without(repo, text, "mm/c", "mm/b") == {"mm/c": None, "mm/b": b"y\n"}


def test_what_another_has_changed_cannot_be_undone(tmp_path: Path) -> None:
    one = TEN.replace("line 3", "line three")
    repo, text = two(tmp_path, {"mm/a": one}, {"mm/a": one.replace("line three", "line 33")})
    assert without(repo, text) is None
    repo, text = two(tmp_path / "added", {"mm/c": "x\n"}, {"mm/c": "y\n"})
    assert without(repo, text) is None
    repo, text = two(tmp_path / "gone", {"mm/a": None}, {"mm/b": "y\n"})
    assert without(repo, text) is None
