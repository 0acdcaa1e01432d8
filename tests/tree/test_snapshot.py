"""A tree as git objects hold it: what is listed, what is read, what a state changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kit import KERNEL, commit, git, kernel, one
from patchtool.core.tree import MissingBlob
from patchtool.tree.git import GitError, Scratch
from patchtool.tree.snapshot import NotAKernel, Snapshot

FILES = {
    "mm/a.c": "int a;\n",
    "mm/Kconfig": "config A\n",
    "mm-old/a.c": "int old;\n",
    "mm.c": "int c;\n",
    "mm0": "0\n",
    "drivers/mm/a.c": "int d;\n",
    "größe/\t\n.c": "int g;\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


@pytest.fixture
def tree(repo: Path):
    with Scratch(repo) as scratch:
        yield Snapshot(scratch, scratch.head, "HEAD")


def forget(repo: Path, *paths: str, rev: str = "HEAD") -> None:
    """Take blobs out of the object store, as a blobless clone lacks them."""
    for path in paths:
        oid = one(repo, "rev-parse", f"{rev}:{path}")
        (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()


@pytest.mark.parametrize(
    ("prefix", "paths"),
    [
        ("", sorted({*FILES, *KERNEL})),
        ("mm", ["mm/Kconfig", "mm/a.c"]),
        ("mm/", ["mm/Kconfig", "mm/a.c"]),
        ("mm/a.c", ["mm/a.c"]),
        ("mm/a", []),
        ("m", []),
        ("mm0", ["mm0"]),
        ("drivers", ["drivers/mm/a.c"]),
        ("größe", ["größe/\t\n.c"]),
        ("zzz", []),
        ("a.c", []),
    ],
)
def test_paths_below_a_folder(tree: Snapshot, prefix: str, paths: list[str]) -> None:
    assert tree.paths(prefix) == tuple(paths)
    assert tree.has(prefix) is bool(paths)


def test_links_and_submodules_are_no_files(repo: Path) -> None:
    (repo / "mm/link.c").symlink_to("a.c")
    (repo / "mm/run").write_text("x\n")
    (repo / "mm/run").chmod(0o755)
    head = one(repo, "rev-parse", "HEAD")
    git(repo, "add", "-A")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{head},mm/sub")
    git(repo, "commit", "-q", "-m", "x")
    with Scratch(repo) as scratch:
        tree = Snapshot(scratch, scratch.head, "HEAD")
        assert tree.paths("mm") == ("mm/Kconfig", "mm/a.c", "mm/run")
        assert (tree.read("mm/link.c"), tree.read("mm/sub"), tree.read("mm/run")) == (None, None, b"x\n")


def test_reading(tree: Snapshot) -> None:
    assert tree.read("mm/a.c") == b"int a;\n"
    assert [tree.read(path) for path in ("mm", "", "mm/", "../x", "mm/b.c")] == [None] * 5


def test_an_absent_blob_is_named_and_the_rest_is_read(repo: Path) -> None:
    forget(repo, "mm/a.c", "Makefile")
    with Scratch(repo) as scratch:
        tree = Snapshot(scratch, scratch.head, "v5")
        with pytest.raises(MissingBlob) as raised:
            tree.read("mm/a.c")
        assert (raised.value.at, raised.value.path) == ("v5:mm/a.c", "mm/a.c")
        assert tree.read("mm.c") == b"int c;\n"
        assert tree.absent() == ("Makefile", "mm/a.c")
        assert tree.version() == ""


def test_nothing_absent(tree: Snapshot) -> None:
    assert tree.absent() == ()


def test_a_state_differs_from_its_parent_by_what_changed(repo: Path, tree: Snapshot) -> None:
    base = tree.oid
    (repo / "mm.c").unlink()
    (repo / "mm.c").symlink_to("mm0")
    (repo / "mm-old/a.c").chmod(0o755)
    git(repo, "mv", "drivers/mm/a.c", "drivers/mm/b.c")
    after = commit(repo, {"mm/a.c": "int b;\n", "mm/Kconfig": None, "mm/new.c": ""})
    state = tree.derive(after, "HEAD+1/1")
    assert state.name == "HEAD+1/1"
    assert state.changed() == (
        "drivers/mm/a.c", "drivers/mm/b.c", "mm-old/a.c", "mm.c", "mm/Kconfig", "mm/a.c", "mm/new.c",
    )  # fmt: skip
    assert state.paths() == Snapshot(tree.scratch, after, "").paths()
    assert [state.read(path) for path in ("mm.c", "mm/Kconfig", "drivers/mm/a.c")] == [None] * 3
    assert [state.read(path) for path in ("mm/a.c", "mm/new.c", "drivers/mm/b.c")] == [
        b"int b;\n", b"", b"int d;\n",
    ]  # fmt: skip
    assert tree.read("mm/a.c") == b"int a;\n"
    assert tree.changed() == ()
    back = state.derive(base, "back")
    assert back.changed() == state.changed()
    assert back.paths() == tree.paths()


@pytest.mark.parametrize(
    ("makefile", "version"),
    [
        (KERNEL["Makefile"], "5.5.0-rc5"),
        ("# x\nVERSION=6\nPATCHLEVEL =12\n", "6.12"),
        ("VERSION = 5\nPATCHLEVEL = 4\nSUBLEVEL = 18\nEXTRAVERSION =\n", "5.4.18"),
        ("all:\n\techo\n", ""),
        ("", ""),
    ],
)
def test_the_version_that_the_makefile_says(tmp_path: Path, makefile: str, version: str) -> None:
    repo = kernel(tmp_path / "kernel", {"Makefile": makefile})
    with Scratch(repo) as scratch:
        assert Snapshot(scratch, scratch.head, "x").version() == version


@pytest.mark.parametrize("lacking", sorted(KERNEL))
def test_what_lacks_a_kernels_files_is_none(repo: Path, lacking: str) -> None:
    commit(repo, {lacking: None})
    with Scratch(repo) as scratch:
        with pytest.raises(NotAKernel) as raised:
            Snapshot(scratch, scratch.head, "HEAD").require_kernel()
        assert raised.value.message == f"not a Linux kernel tree: no {lacking}"
        assert raised.value.at == "HEAD"


def test_a_tree_without_an_object_store_is_an_error(repo: Path) -> None:
    with Scratch(repo) as scratch:
        shutil.rmtree(repo / ".git/objects")
        with pytest.raises(GitError):
            Snapshot(scratch, scratch.head, "HEAD").paths()


def test_many_files_at_once(repo: Path, tree: Snapshot) -> None:
    forget(repo, "mm.c", "mm-old/a.c")
    asked = ("mm0", "none", "mm.c", "größe/\t\n.c", "mm0", "Makefile", "mm-old/a.c")
    assert tree.read_all(asked) == (
        {"mm0": b"0\n", "größe/\t\n.c": b"int g;\n", "Makefile": KERNEL["Makefile"].encode()},
        ("mm.c", "mm-old/a.c"),
    )
    assert tree.read_all(["none"]) == ({}, ())


def test_an_empty_file_and_one_of_bytes_among_many(tmp_path: Path) -> None:
    odd = {"a": b"", "b": b"\0\xff missing\n\n", "c": b"x"}
    with Scratch(kernel(tmp_path / "odd", odd)) as scratch:
        assert Snapshot(scratch, scratch.head, "HEAD").read_all(odd) == (odd, ())
