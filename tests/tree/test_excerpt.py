from __future__ import annotations

from pathlib import Path

from kit import diff, git, kernel
from patchtool.tree.excerpt import excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.stack import Stack


def test_only_what_was_asked_for_and_is_there(tmp_path: Path) -> None:
    folder = kernel(tmp_path / "kernel", {"mm/a.c": "a\n", "mm/:b*.c": "b\n", "mm/sub/c.c": "c\n"})
    (folder / "mm/a.c").chmod(0o755)
    git(folder, "add", "mm/a.c")
    git(folder, "commit", "-q", "-m", "x")
    with Scratch(folder) as scratch:
        tree = excerpt(scratch, "HEAD", ["mm/:b*.c", "mm/a.c", "mm/none.c", "mm/a.c"])
        listing = scratch.out("ls-tree", "-r", tree).decode().splitlines()
        assert [(line[:6], line.split("\t")[1]) for line in listing] == [
            ("100644", "mm/:b*.c"),
            ("100755", "mm/a.c"),
        ]
        again = excerpt(scratch, "HEAD", ["Kconfig"])
        assert scratch.out("ls-tree", "-r", "--name-only", again) == b"Kconfig\n"


def test_of_nothing_it_is_empty(tmp_path: Path) -> None:
    with Scratch(kernel(tmp_path / "kernel")) as scratch:
        for paths in ([], [""], ["none"]):
            assert scratch.out("ls-tree", excerpt(scratch, "HEAD", paths)) == b""


def test_git_judges_on_it_as_on_the_whole(tmp_path: Path) -> None:
    folder = kernel(tmp_path / "kernel", {"mm/a.c": "a\nb\nc\n"})
    change = diff(folder, {"mm/a.c": "a\nB\nc\n", "mm/new.c": "n\n"})
    with Scratch(folder) as scratch:
        stack = Stack(scratch, excerpt(scratch, "HEAD", ["mm/a.c", "mm/new.c"]))
        assert stack.fits(change)
        assert not stack.fits(change, reverse=True)


def test_more_paths_than_a_command_line_holds(tmp_path: Path) -> None:
    names = {f"f/{n}.c": f"{n}\n" for n in range(1100)}
    with Scratch(kernel(tmp_path / "kernel", names)) as scratch:
        tree = excerpt(scratch, "HEAD", names)
        assert scratch.out("ls-tree", "-r", tree).count(b"\n") == 1100
