"""Where words stand: the same with and without the cache, and what could not be read is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, kernel, one
from patchtool.tree.git import GitError, Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable, spelled

FILES = {
    "mm/a.c": "#ifdef CONFIG_A\n",
    "mm/b.c": "CONFIG_A_LONG XCONFIG_A CONFIG_AB\n",
    "mm/größe \n.c": "CONFIG_A\n",
    "mm/blob": b"\0CONFIG_A\0",
    "lib/c.c": "B(CONFIG_A)\n",
    "lib/dot.c": "aXb\n",
    ".gitattributes": "*.c -diff binary\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


def search(repo: Path, grep: Grep, words, paths=()) -> tuple[str, ...]:
    with Scratch(repo) as scratch:
        return grep.files(Snapshot(scratch, scratch.head, "HEAD"), words, paths)


def test_whole_words_in_text_files_only(repo: Path) -> None:
    grep = Grep()
    assert search(repo, grep, ["CONFIG_A"]) == ("lib/c.c", "mm/a.c", "mm/größe \n.c")
    assert search(repo, grep, ["CONFIG_A", "CONFIG_AB"], ["mm"]) == ("mm/a.c", "mm/b.c", "mm/größe \n.c")
    assert search(repo, grep, ["a.b"]) == ()
    assert search(repo, grep, ["NOWHERE"]) == ()
    assert search(repo, grep, []) == ()
    assert grep.unread == ()


def test_a_word_is_never_an_option(repo: Path, tmp_path: Path) -> None:
    assert search(repo, Grep(), ["--open-files-in-pager=touch", "-O"]) == ()
    assert search(repo, Grep(), ["CONFIG_A"], ["--output=x"]) == ()


def test_more_words_than_a_command_line_holds(repo: Path) -> None:
    words = [f"some_rather_long_function_name_{n}" for n in range(8000)]
    assert search(repo, Grep(), [*words, "CONFIG_AB"]) == ("mm/b.c",)


def test_the_second_answer_is_the_first(repo: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = search(repo, Grep(cache), ["CONFIG_A", "CONFIG_AB"])
    (kept,) = cache.iterdir()
    kept.write_text(kept.read_text().replace("mm/b.c", "from/the/cache.c"))
    again = search(repo, Grep(cache), ["CONFIG_AB", "CONFIG_A"])
    assert [path.replace("from/the/cache.c", "mm/b.c") for path in again] == list(first)
    assert "from/the/cache.c" in again


def test_other_words_trees_and_paths_are_other_answers(repo: Path, tmp_path: Path) -> None:
    grep = Grep(tmp_path / "cache")
    search(repo, grep, ["CONFIG_A"])
    assert search(repo, grep, ["CONFIG_A"], ["lib"]) == ("lib/c.c",)
    assert search(repo, grep, ["CONFIG_A", "lib"]) != ("lib/c.c",)
    commit(repo, {"mm/a.c": "nothing\n"})
    assert search(repo, grep, ["CONFIG_A"]) == ("lib/c.c", "mm/größe \n.c")


@pytest.mark.parametrize(
    "broken",
    ["", "{", "[]", "{}", '{"files": ["x"]}', '{"files": 1, "unread": 2}', '{"files": [1], "unread": []}',
     '{"files": null, "unread": []}', '"files unread"', "\xff\xfe"],
)  # fmt: skip
def test_a_broken_cache_file_is_as_good_as_none(repo: Path, tmp_path: Path, broken: str) -> None:
    cache = tmp_path / "cache"
    first = search(repo, Grep(cache), ["CONFIG_A"])
    (kept,) = cache.iterdir()
    kept.write_bytes(broken.encode("latin-1"))
    grep = Grep(cache)
    assert search(repo, grep, ["CONFIG_A"]) == first
    assert grep.unread == ()


def test_a_cache_that_cannot_be_written_is_no_hindrance(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert search(repo, Grep(tmp_path / "file" / "cache"), ["CONFIG_AB"]) == ("mm/b.c",)


def test_what_is_absent_is_listed_also_from_the_cache(repo: Path, tmp_path: Path) -> None:
    for path in ("mm/a.c", "mm/größe \n.c"):
        oid = one(repo, "rev-parse", f"HEAD:{path}")
        (repo / ".git/objects" / oid[:2] / oid[2:]).unlink(missing_ok=True)
    for _ in range(2):
        grep = Grep(tmp_path / "cache")
        assert search(repo, grep, ["CONFIG_A"]) == ("lib/c.c",)
        assert grep.unread[0] == "mm/a.c"
        assert len(grep.unread) == 2
    with Scratch(repo) as scratch:
        tree = Snapshot(scratch, scratch.head, "HEAD")
        assert (readable(tree, "mm/a.c"), readable(tree, "none"), readable(tree, "lib/c.c")) == (
            None, None, b"B(CONFIG_A)\n",
        )  # fmt: skip


def test_a_search_that_fails_is_an_error(repo: Path) -> None:
    with Scratch(repo) as scratch, pytest.raises(GitError, match="git grep failed"):
        Grep().files(Snapshot(scratch, "12" * 20, "lost"), ["CONFIG_A"])


def test_the_forms_of_a_symbol() -> None:
    assert spelled(["A", "B"]) == (
        *("A", "CONFIG_A", "CONFIG_A_MODULE", "DCONFIG_A"),
        *("B", "CONFIG_B", "CONFIG_B_MODULE", "DCONFIG_B"),
    )
