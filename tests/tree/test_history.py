"""What commits say about prefixes; folders that are kernels; who the user is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, git, kernel, one
from patchtool.core.series import Person
from patchtool.mail.series import read_series
from patchtool.tree.git import GitError, Scratch
from patchtool.tree.history import NoHistory, TreeHistory
from patchtool.tree.open import kernel_here
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.user import branch_patches, identity


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = kernel(tmp_path / "kernel", {"mm/a.c": "0\n", "mm/[a].c": "0\n"})
    subjects = ("mm/gup: one", "mm: two", "mm/gup: three: four", "no prefix", "mm: fix a:b")
    for n, subject in enumerate(subjects):
        (repo / "mm/a.c").write_text(f"{n}{subject}\n")
        git(repo, "commit", "-q", "-a", "-m", subject)
    (repo / "mm/[a].c").write_text("1\n")
    git(repo, "commit", "-q", "-a", "-m", "odd: name")
    return repo


def test_prefixes_by_how_often_they_were_used(repo: Path) -> None:
    with Scratch(repo) as scratch:
        history = TreeHistory(Snapshot(scratch, scratch.head, "HEAD"))
        assert history.prefixes("mm/a.c") == ("mm", "mm/gup: three", "mm/gup")
        assert history.prefixes("mm/[a].c") == ("odd",)
        assert [history.prefixes(path) for path in ("--all", "none", "*", ":/", "arch/Kconfig")] == [()] * 5
        assert [history.has_path(path) for path in ("mm", "mm/a.c", "m", "mm/b.c")] == [
            True,
            True,
            False,
            False,
        ]


def test_without_a_tree_nothing_is_known() -> None:
    assert (NoHistory().prefixes("mm/a.c"), NoHistory().has_path("mm/a.c")) == ((), None)


def test_where_one_stands(repo: Path, tmp_path: Path) -> None:
    assert kernel_here(repo) == repo
    assert kernel_here(repo / "mm") == repo / "mm"
    assert kernel_here(tmp_path) is None
    git(repo, "symbolic-ref", "HEAD", "refs/heads/unborn")
    assert kernel_here(repo) is None
    git(repo, "symbolic-ref", "HEAD", "refs/heads/main")
    commit(repo, {"Kconfig": None})
    assert kernel_here(repo) is None


def test_who_the_user_is(repo: Path) -> None:
    assert identity(repo) is None
    git(repo, "config", "user.name", "Ada Exämple")
    assert identity(repo) is None
    git(repo, "config", "user.email", "ada@example.org")
    assert identity(repo) == Person("Ada Exämple", "ada@example.org")


def test_what_the_branch_has_and_its_upstream_lacks(repo: Path, tmp_path: Path) -> None:
    with pytest.raises(GitError, match="has no upstream"):
        branch_patches(repo)
    git(repo, "branch", "upstream")
    git(repo, "config", "branch.main.remote", ".")
    git(repo, "config", "branch.main.merge", "refs/heads/upstream")
    with pytest.raises(GitError, match="nothing that its upstream lacks"):
        branch_patches(repo)
    # The user's taste in diffs must not reach the mails.
    for key, value in (("diff.noprefix", "true"), ("diff.external", "false"), ("format.attach", "x")):
        git(repo, "config", key, value)
    oid = one(repo, "hash-object", "mm/a.c")
    commit(repo, {"mm/a.c": "new\n"})
    place = tmp_path / "branch.mbox"
    place.write_bytes(branch_patches(repo).mails)
    (patch,) = read_series(str(place)).patches
    assert (patch.subject, [(change.path, change.old_blob) for change in patch.files]) == (
        "x",
        [("mm/a.c", oid)],
    )
