"""Which commit brought a name: behind rewrites, moves between files, and renames."""

from __future__ import annotations

from pathlib import Path

from kit import commit, git, kernel, one
from patchtool.backport.prerequisites.introduced import introduced
from patchtool.backport.prerequisites.lineage import Lineage, fork
from patchtool.backport.prerequisites.names import Name
from patchtool.core.prerequisite import LackKind
from patchtool.tree.git import Scratch

LAST = Name(LackKind.IDENTIFIER, "last")


def brought(repo: Path, path: str, name: Name = LAST) -> tuple[str, ...]:
    with Scratch(repo) as scratch:
        target, base = scratch.resolve("target") or "", scratch.resolve("main") or ""
        assert fork(scratch, target, base) == target
        return introduced(scratch, Lineage(scratch, target, base), name, base, path)


def start(folder: Path, files: dict[str, str]) -> Path:
    repo = kernel(folder, files)
    git(repo, "branch", "target")
    return repo


def test_not_the_commit_that_wrote_the_line_last(tmp_path: Path) -> None:
    repo = start(tmp_path / "kernel", {"a.h": "int first(void);\n"})
    first = commit(repo, {"a.h": "int first(void);\nint last(void);\n"})
    commit(repo, {"a.h": "int first(void);\nextern int last(void);\n"})
    commit(repo, {"a.h": "/* last but one */\nint first(void);\nextern int last(void);\n"})
    assert brought(repo, "a.h") == (first,)


def test_a_move_between_headers_is_followed(tmp_path: Path) -> None:
    repo = start(tmp_path / "kernel", {"a.h": "int a(void);\n", "b.h": "int b(void);\n"})
    first = commit(repo, {"a.h": "int a(void);\nint last(void);\n"})
    commit(repo, {"a.h": "int a(void);\n", "b.h": "int b(void);\nint last(void);\n"})
    assert brought(repo, "b.h") == (first,)


def test_a_move_out_of_a_c_file_makes_the_name_visible(tmp_path: Path) -> None:
    repo = start(tmp_path / "kernel", {"a.c": "int a;\n", "b.h": "int b(void);\n"})
    first = commit(repo, {"a.c": "int a;\nstatic inline int last(void) { return 1; }\n"})
    moved = commit(
        repo, {"a.c": "int a;\n", "b.h": "int b(void);\nstatic inline int last(void) { return 1; }\n"}
    )
    assert brought(repo, "b.h") == (moved, first)


def test_what_stood_elsewhere_before_the_fork_comes_with_the_move(tmp_path: Path) -> None:
    repo = start(tmp_path / "kernel", {"a.h": "int last(void);\n", "b.h": "int b(void);\n"})
    moved = commit(repo, {"a.h": "int a(void);\n", "b.h": "int b(void);\nint last(void);\n"})
    assert brought(repo, "b.h") == (moved,)
    assert brought(repo, "b.h", Name(LackKind.IDENTIFIER, "b")) == ()


def test_a_symbol_and_a_file(tmp_path: Path) -> None:
    repo = start(tmp_path / "kernel", {})
    ids = [commit(repo, {"mm/Kconfig": "config BAR\n\tbool\n"}), commit(repo, {"c.h": "int c(void);\n"})]
    assert brought(repo, "mm/Kconfig", Name(LackKind.SYMBOL, "BAR")) == (ids[0],)
    assert brought(repo, "c.h", Name(LackKind.HEADER, "c.h")) == (ids[1],)
    assert one(repo, "rev-parse", "main") == ids[1]
