from __future__ import annotations

import os
from pathlib import Path

import pytest

import patchtool.tree.folder as room
from kit import fingerprint, git, kernel, one
from patchtool.tree.folder import FolderError, read_folder
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import NotAKernel

ODD = {"mm/a b.c": "a\n", 'mm/"q".c': "q\n", "mm/back\\slash.c": "b\n", "mm/line\nbreak.c": "l\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = kernel(tmp_path / "kernel", {**ODD, "crlf.txt": "a\r\n", ".gitattributes": "* text eol=lf\n"})
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("Kconfig")
    (folder / "mm/up").symlink_to("..")
    (folder / "latin-\udce9.c").write_bytes(b"\xe9\0\xff\n")
    # git add would normalise the line ends.
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("* -text\n")
    git(folder, "rm", "-q", "-r", "--cached", ".")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "odd ones")
    return folder


def imported(folder: Path) -> tuple[str, str]:
    """The commit's id and its tree's."""
    with Scratch(None) as scratch:
        oid = read_folder(scratch, folder)
        return oid, scratch.out("rev-parse", f"{oid}^{{tree}}").decode().strip()


def test_the_tree_is_the_one_that_git_makes_and_the_folder_is_untouched(folder: Path) -> None:
    before = fingerprint(folder)
    oid, tree = imported(folder)
    assert tree == one(folder, "rev-parse", "HEAD^{tree}")
    assert fingerprint(folder) == before
    assert imported(folder) == (oid, tree)


def test_what_a_build_leaves_is_left_out(folder: Path) -> None:
    for name in ("mm/x.o", "mm/.x.o.cmd", "vmlinux", ".config", "mm/m.ko"):
        (folder / name).write_bytes(b"\0")
    (folder / "sub").mkdir()
    git(folder / "sub", "init", "-q")
    os.mkfifo(folder / "pipe")
    assert imported(folder)[1] == one(folder, "rev-parse", "HEAD^{tree}")


def test_nothing_of_the_folders_configuration_is_run(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    git(folder, "config", "filter.evil.clean", f"touch {mark}; cat")
    git(folder, "config", "core.fsmonitor", f"touch {mark}")
    (folder / ".gitattributes").write_text("* filter=evil\n")
    imported(folder)
    assert not mark.exists()


def test_it_goes_in_piece_by_piece(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_AT_ONCE", 20)
    assert imported(folder)[1] == one(folder, "rev-parse", "HEAD^{tree}")


def test_no_ref_is_left(folder: Path) -> None:
    with Scratch(folder) as scratch:
        read_folder(scratch, folder)
        assert b"patchtool" not in scratch.out("for-each-ref")


def test_what_is_no_kernel_is_not_read(tmp_path: Path) -> None:
    with Scratch(None) as scratch, pytest.raises(NotAKernel, match="no Kconfig"):
        read_folder(scratch, tmp_path)


def test_too_much_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_FILES", 3)
    with Scratch(None) as scratch, pytest.raises(FolderError, match="too many files"):
        read_folder(scratch, folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file: unreadable ones were NOT examined")
def test_a_file_that_can_not_be_read_is_named(folder: Path) -> None:
    (folder / "Kbuild").write_text("x\n")
    (folder / "Kbuild").chmod(0)
    with Scratch(None) as scratch, pytest.raises(FolderError, match="Permission denied") as caught:
        read_folder(scratch, folder)
    assert caught.value.at == str(folder / "Kbuild")
