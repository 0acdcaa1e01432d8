"""What a push brings: lines as git gives them to its hook."""

from __future__ import annotations

import pytest
from hook_kit import own, run, script

from kit import commit, git, one
from patchtool.hooks import pushing
from patchtool.hooks.pushing import Span, pushed
from patchtool.tree.git import Scratch

NONE = "0" * 40


@pytest.fixture
def repo(tmp_path):
    """`main` is pushed, `topic` has two commits more; its hook writes down what git gives it."""
    git(tmp_path, "init", "-q", "--bare", "there.git")
    repo = own(tmp_path / "repo")
    git(repo, "remote", "add", "origin", "../there.git")
    git(repo, "push", "-q", "origin", "main")
    for number in (1, 2):
        commit(repo, {"mm/gather.c": f"int {number};\n"})
    script(repo / ".git/hooks/pre-push", f"cat > {tmp_path}/lines\n")
    return repo


def spans(repo, *push: str) -> tuple[Span, ...]:
    assert run(repo, "git", "push", "--dry-run", "origin", *push)[0] == 0
    with Scratch(repo) as scratch:
        return pushed((repo.parent / "lines").read_text(), scratch)


def test_a_new_branch(repo):
    main, tip = one(repo, "rev-parse", "main"), one(repo, "rev-parse", "topic")
    span = Span("refs/heads/topic", main, tip)
    assert spans(repo, "topic") == (span,)
    assert span.name == f"{main[:12]}..{tip[:12]}"


def test_two_refs_with_the_same_commits_count_once(repo):
    git(repo, "tag", "-a", "-m", "x", "v1", "topic")
    assert [span.ref for span in spans(repo, "topic", "topic:again", "v1")] == ["refs/heads/topic"]


def test_only_what_is_new_there(repo):
    git(repo, "push", "-q", "origin", "topic^:refs/heads/topic")
    git(repo, "update-ref", "-d", "refs/remotes/origin/topic")  # as if never fetched
    before = one(repo, "rev-parse", "topic^")
    assert [span.base for span in spans(repo, "topic")] == [before]


def test_a_branch_that_is_written_over(repo):
    git(repo, "push", "-q", "origin", "topic")
    git(repo, "reset", "-q", "--hard", "main")
    tip = commit(repo, {"mm/gather.c": "int other;\n"})
    assert spans(repo, "+topic") == (Span("refs/heads/topic", one(repo, "rev-parse", "main"), tip),)


def test_nothing_new(repo):
    git(repo, "push", "-q", "origin", "topic")
    assert spans(repo, "topic:other") == ()
    assert spans(repo, ":topic") == ()
    assert spans(repo, "topic") == ()


def test_what_is_no_series(repo, monkeypatch):
    git(repo, "commit", "-q", "--allow-empty", "-m", "x")
    git(repo, "branch", "empty")
    git(repo, "push", "-q", "origin", "topic^:refs/heads/topic")
    assert [span.obstacle for span in spans(repo, "empty")] == ["they change no file"]
    git(repo, "checkout", "-q", "--orphan", "root")
    commit(repo, {"b": "b\n"})
    assert [span.obstacle for span in spans(repo, "root")] == ["the first of them has no parent"]
    git(repo, "merge", "-q", "--allow-unrelated-histories", "-m", "x", "empty")
    assert [span.obstacle for span in spans(repo, "root")] == ["a merge is among them"]
    monkeypatch.setattr(pushing, "MOST", 1)
    assert [span.obstacle for span in spans(repo, "root")] == ["more than 1 commits are new"]


def test_lines_that_are_none(repo):
    with Scratch(repo) as scratch:
        assert pushed(f"\n\nx\n(delete) {NONE} refs/heads/x {NONE}\na nonsense b nonsense\n", scratch) == ()
