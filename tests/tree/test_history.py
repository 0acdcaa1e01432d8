"""What commits say about prefixes; folders that are kernels; who the user is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, git, kernel, one
from patchtool.core.finding import Verdict
from patchtool.core.rules import CommitFact, Releases
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


def test_single_commits_and_whether_the_base_descends_from_them(repo: Path) -> None:
    first, last = one(repo, "rev-parse", "HEAD~6"), one(repo, "rev-parse", "HEAD")
    # A branch with a hex number for a name is no commit's id.
    git(repo, "branch", "abcdef123456")
    with Scratch(repo) as scratch:
        old = TreeHistory(Snapshot(scratch, one(repo, "rev-parse", "HEAD~1"), "HEAD~1"))
        assert old.at_hand
        assert old.commit(first[:12]) == CommitFact(
            first, one(repo, "log", "-1", "--format=%s", first), Verdict.HOLDS
        )
        assert old.commit(last) == CommitFact(last, "odd: name", Verdict.VIOLATED)
        assert [old.commit(oid) for oid in ("0" * 12, "abcdef123456", "")] == [None] * 3
        tree = TreeHistory(Snapshot(scratch, one(repo, "rev-parse", "HEAD^{tree}"), "a tree"))
        assert tree.commit(last) == CommitFact(last, "odd: name", Verdict.UNDECIDED)


def test_a_shallow_history_does_not_say_what_it_lacks(repo: Path, tmp_path: Path) -> None:
    side = one(repo, "rev-parse", "HEAD~3")
    git(repo, "branch", "side", side)
    git(repo, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo}", str(tmp_path / "shallow"))
    with Scratch(tmp_path / "shallow") as scratch:
        history = TreeHistory(Snapshot(scratch, scratch.head, "HEAD"))
        assert history.commit(side) == CommitFact(side, "mm/gup: three: four", Verdict.UNDECIDED)


def test_the_releases_that_hold_a_commit(repo: Path) -> None:
    tags = {
        "v5.4-rc9": 5,
        "v5.4-rc10": 4,
        "v5.4": 3,
        "v5.4.1": 3,
        "v5.10": 2,
        "v5.9": 1,
        "vendor": 5,
        "v5.x": 5,
    }
    for tag, back in tags.items():
        git(repo, "tag", tag, f"HEAD~{back}")
    oids = [one(repo, "rev-parse", f"HEAD~{back}") for back in (5, 4, 3, 2, 0)]
    with Scratch(repo) as scratch:
        history = TreeHistory(Snapshot(scratch, one(repo, "rev-parse", "HEAD~3"), "HEAD~3"))
        assert [history.releases(oid) for oid in oids] == [
            Releases("v5.4-rc9", "v5.4"),
            Releases("v5.4-rc10", "v5.4"),
            Releases("v5.4", "v5.4"),
            Releases("v5.9", ""),
            Releases(),
        ]


def test_without_a_tree_nothing_is_known() -> None:
    none = NoHistory()
    assert (none.prefixes("mm/a.c"), none.has_path("mm/a.c")) == ((), None)
    assert (none.at_hand, none.commit("a" * 40), none.releases("a" * 40)) == (False, None, Releases())


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
