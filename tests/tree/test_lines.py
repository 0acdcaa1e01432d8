"""Words behind a prefix: in every text file, with their lines, whatever the path looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import kernel, one
from patchtool.tree.git import GitError, Scratch
from patchtool.tree.lines import Lines, WordPlace, search
from patchtool.tree.snapshot import Snapshot

FILES = {
    "mm/a.c": "x\n#if CONFIG_A && CONFIG_B_1\nCONFIG_A\n",
    "mm/a.h": "XCONFIG_A _CONFIG_A gcc -DCONFIG_A D-CONFIG_B XDCONFIG_A",
    "lib/größe \n.c": b"caf\xe9 CONFIG_A\r\n",
    "CONFIG_A/CONFIG_PATH": "CONFIG_ALONE CONFIG_\n",
    "mm/blob": b"\0CONFIG_A\0",
    ".gitattributes": "*.c -diff binary\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


def lines(repo: Path, prefix: str = "CONFIG_") -> Lines:
    with Scratch(repo) as scratch:
        return search(Snapshot(scratch, scratch.head, "HEAD"), prefix)()


def places(found: Lines, *wanted: str) -> list[WordPlace]:
    return sorted(found.places(wanted), key=lambda place: (place.path, place.line, place.at))


def test_the_words(repo: Path) -> None:
    found = lines(repo)
    assert {"A", "ALONE", "B_1", "B"} <= found.words() <= {"A", "ALONE", "B_1", "B", "PATH"}
    assert found.unread == ()
    assert lines(repo, "NOWHERE_").words() == frozenset()


def test_the_places(repo: Path) -> None:
    found = lines(repo)
    assert places(found, "B_1", "A", "PATH") == [
        WordPlace("lib/größe \n.c", 1, "A", 5, b"caf\xe9 CONFIG_A\r"),
        WordPlace("mm/a.c", 2, "A", 4, b"#if CONFIG_A && CONFIG_B_1"),
        WordPlace("mm/a.c", 2, "B_1", 16, b"#if CONFIG_A && CONFIG_B_1"),
        WordPlace("mm/a.c", 3, "A", 0, b"CONFIG_A"),
        WordPlace("mm/a.h", 1, "A", 26, FILES["mm/a.h"].encode()),
    ]
    assert [place.path for place in places(found, "ALONE")] == ["CONFIG_A/CONFIG_PATH"]


def test_what_is_absent_is_listed(repo: Path) -> None:
    oid = one(repo, "rev-parse", "HEAD:mm/a.h")
    (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    found = lines(repo)
    assert found.unread == ("mm/a.h",)
    assert [place.path for place in places(found, "B_1")] == ["mm/a.c"]


def test_a_search_that_fails_is_an_error(repo: Path) -> None:
    with Scratch(repo) as scratch:
        wait = search(Snapshot(scratch, "12" * 20, "lost"), "CONFIG_")
        with pytest.raises(GitError, match="git grep failed"):
            wait()
