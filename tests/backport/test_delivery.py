"""What a run leaves behind, target by target."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from deliver_kit import MAINTAINER, outcome, repository, series_of, took

from kit import git, one
from patchtool.backport.branch import BranchError
from patchtool.backport.delivery import Deliverer, Delivery
from patchtool.backport.outgoing import Style
from patchtool.backport.taken import Outcome
from patchtool.core.finding import Verdict
from patchtool.tree.git import Scratch


def test_files_and_branches(tmp_path: Path) -> None:
    repo, target = repository(tmp_path / "repo")
    done = outcome(*(took(repo, n, 2, {f"file{n}": f"{n}\n"}) for n in (1, 2)))
    git(repo, "reset", "-q", "--hard", target.commit)
    series = series_of(*(one.patch for one in done.taken))
    other = replace(target, name="4.19.y")
    delivery = Delivery(folder=tmp_path / "out", repo=repo, branch="bp", style=Style(MAINTAINER), tool="p 1")
    runs = []
    for _ in range(2):
        with Scratch(repo) as scratch:
            deliverer = Deliverer(series, scratch, delivery, [target, other])
            written, notes = deliverer.deliver(target, done, None, Verdict.HOLDS)
            assert deliverer.deliver(other, Outcome(done.cells, ()), None, Verdict.HOLDS) == (None, ())
            assert (deliverer.branch_of(target), deliverer.branch_of(other)) == ("bp-5.4.y", "")
            assert one(repo, "branch", "--list", "bp*") == ""
            deliverer.publish()
        assert written
        assert notes == ()
        assert one(repo, "rev-parse", "bp-5.4.y^{tree}") == done.taken[-1].tree
        git(repo, "branch", "-q", "-D", "bp-5.4.y")
        runs.append([place.read_bytes() for place in (written.mbox, written.certificate)])
    assert runs[0] == runs[1]


def test_without_a_committer_there_is_no_branch(tmp_path: Path) -> None:
    repo, target = repository(tmp_path / "repo")
    with Scratch(repo) as scratch, pytest.raises(BranchError, match="names no committer"):
        Deliverer(series_of(), scratch, Delivery(repo=repo, branch="bp"), [target])


def test_nothing_asked_for_nothing_made(tmp_path: Path) -> None:
    repo, target = repository(tmp_path / "repo")
    done = outcome(took(repo, 1, 1, {"file1": "1\n"}))
    with Scratch(repo) as scratch:
        deliverer = Deliverer(series_of(done.taken[0].patch), scratch, Delivery(), [target])
        assert deliverer.deliver(target, done, None, Verdict.HOLDS) == (None, ())
        assert deliverer.branch_of(target) == ""
        deliverer.publish()
    assert list(tmp_path.iterdir()) == [repo]
