"""The base is what was asked for, else what the series says, else what its blobs say, else HEAD."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import changed_lines, commit, diff, git, kernel, one, series
from patchtool.tree.base import NoSuchRevision, choose_base
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import NotAKernel


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """main: v1, v2, v3 (HEAD), each with another mm/a.c; mm/b.c changes with v3."""
    repo = kernel(tmp_path / "kernel", {"mm/a.c": "1\n", "mm/b.c": "b\n"})
    git(repo, "tag", "v1")
    for n in (2, 3):
        commit(repo, {"mm/a.c": f"{n}\n", "mm/b.c": "b\n" * n}, date=1_000_000_000 + n)
        git(repo, "tag", "-a", "-m", "t", f"v{n}")
    return repo


def at(repo: Path, rev: str, files: dict) -> bytes:
    """The diff that these changes make on a revision."""
    git(repo, "checkout", "-q", "--detach", rev)
    text = diff(repo, files)
    git(repo, "checkout", "-q", "main")
    return text


def chosen(repo: Path, what, rev: str | None = None) -> tuple[str, str, str]:
    with Scratch(repo) as scratch:
        tree, base = choose_base(scratch, what, rev)
        assert (tree.oid, tree.name) == (base.commit, base.rev)
        assert base.version == "5.5.0-rc5"
        return base.rev, base.commit, base.why


def test_as_asked_whatever_the_series_says(repo: Path) -> None:
    first = one(repo, "rev-parse", "v1")
    what = series(at(repo, "v2", {"mm/a.c": "x\n"}), base_commit=one(repo, "rev-parse", "v3^{commit}"))
    assert chosen(repo, what, "v1") == ("v1", first, "as asked")
    assert chosen(repo, None, "main~2") == ("main~2", first, "as asked")


def test_the_base_commit_by_the_name_of_its_ref(repo: Path) -> None:
    second = one(repo, "rev-parse", "v2^{commit}")
    what = series(at(repo, "v1", {"mm/a.c": "x\n"}), base_commit=second)
    assert chosen(repo, what) == ("v2", second, "the series' base-commit")


def test_a_base_commit_without_a_ref_by_its_id(repo: Path) -> None:
    git(repo, "tag", "-d", "v2")
    second = one(repo, "rev-parse", "main~1")
    what = series(at(repo, "v1", {"mm/a.c": "x\n"}), base_commit=second)
    assert chosen(repo, what) == (second[:12], second, "the series' base-commit")


def test_the_blob_ids_where_the_base_commit_is_absent(repo: Path) -> None:
    what = series(at(repo, "v2", {"mm/a.c": "x\n"}), base_commit="ab" * 20)
    why = "its files are the series' pre-images; its base-commit abababababab is not in the repository"
    assert chosen(repo, what) == ("v2", one(repo, "rev-parse", "v2^{commit}"), why)


def test_the_newest_ref_that_has_all_blobs(repo: Path) -> None:
    git(repo, "update-ref", "refs/heads/copy", "v2^{commit}")
    first = at(repo, "v2", {"mm/a.c": "x\n"})
    second = at(repo, "v2", {"mm/b.c": "x\n"})
    assert chosen(repo, series(first, second))[::2] == ("copy", "its files are the series' pre-images")
    # mm/a.c as in v2 and mm/b.c as in v1: nothing has both.
    assert chosen(repo, series(first, at(repo, "v1", {"mm/b.c": "x\n"})))[0] == "HEAD"
    newer = commit(repo, {"mm/c.c": "c\n", "mm/a.c": "2\n", "mm/b.c": "b\nb\n"}, date=1_200_000_000)
    assert chosen(repo, series(first, second))[:2] == ("main", newer)


def test_only_the_first_patch_to_a_file_names_the_bases_blob(repo: Path) -> None:
    git(repo, "checkout", "-q", "--detach", "v1")
    start = one(repo, "rev-parse", "HEAD")
    middle = commit(repo, {"mm/a.c": "x\n", "mm/new.c": "n\n"})
    end = commit(repo, {"mm/a.c": "2\n", "mm/new.c": "m\n"})
    git(repo, "checkout", "-q", "main")
    diffs = [git(repo, "diff", "--full-index", a, b) for a, b in ((start, middle), (middle, end))]
    assert chosen(repo, series(*diffs))[0] == "v1"
    assert chosen(repo, series(*diffs[1:]))[0] == "HEAD"


def test_abbreviated_ids_and_odd_names(repo: Path) -> None:
    commit(repo, {"mm/a\u2028b.c": "1\n", "mm/größe.c": "1\n", "mm/cr\r.c": "1\n"}, date=1_300_000_000)
    git(repo, "tag", "odd")
    names = ("mm/a\u2028b.c", "mm/größe.c", "mm/cr\r.c", "mm/a.c")
    text = at(repo, "odd", dict.fromkeys(names, "x\n"))
    for n in range(3):
        commit(repo, {"mm/a\u2028b.c": f"{n}\n"}, date=1_300_000_001 + n)
    assert chosen(repo, series(text))[0] in {"odd", "HEAD"}
    short = at(repo, "odd", {names[0]: "x\n", names[1]: "x\n"})
    oid = one(repo, "rev-parse", "v1:mm/a.c").encode()
    assert chosen(repo, series(short.replace(oid, oid[:9])))[0] == "odd"


def test_head_for_want_of_a_sign(repo: Path) -> None:
    head = one(repo, "rev-parse", "HEAD")
    new = at(repo, "v1", {"mm/new.c": "n\n"})
    for what in (None, series(new), series(changed_lines("mm/a.c", (["x"], ["y"])))):
        assert chosen(repo, what) == ("HEAD", head, "HEAD, for want of a better sign")
    stated = series(new, base_commit="ab" * 20)
    assert chosen(repo, stated)[2].endswith("; its base-commit abababababab is not in the repository")


def test_a_detached_head_that_no_ref_leads_to(repo: Path) -> None:
    git(repo, "checkout", "-q", "--detach")
    head = commit(repo, {"mm/a.c": "9\n"})
    assert chosen(repo, None)[:2] == ("HEAD", head)


@pytest.mark.parametrize("rev", ["nothing", "--output=x", "-h", "", "a\nb", "a\0b"])
def test_an_unknown_revision_is_named(repo: Path, rev: str) -> None:
    with Scratch(repo) as scratch, pytest.raises(NoSuchRevision) as raised:
        choose_base(scratch, None, rev)
    assert raised.value.message == f"no such revision: {rev}"
    assert raised.value.hint == "git branch -a and git tag list what there is"


def test_a_shallow_repository_says_so(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo}", "shallow")
    with (
        Scratch(tmp_path / "shallow") as scratch,
        pytest.raises(NoSuchRevision, match="--unshallow"),
    ):
        choose_base(scratch, None, "HEAD~1")


def test_an_unborn_head_asks_for_a_base(repo: Path) -> None:
    git(repo, "symbolic-ref", "HEAD", "refs/heads/unborn")
    with Scratch(repo) as scratch, pytest.raises(NoSuchRevision, match=r"no commit at HEAD.*--base"):
        choose_base(scratch, None, None)


def test_what_is_no_kernel_is_refused(repo: Path) -> None:
    commit(repo, {"arch/Kconfig": None})
    with Scratch(repo) as scratch, pytest.raises(NotAKernel, match=r"^HEAD: not a Linux kernel tree"):
        choose_base(scratch, None, None)
