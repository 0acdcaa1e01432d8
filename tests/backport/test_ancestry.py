from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from history_kit import grown, mailed, on, say, text

from kit import git, one
from patchtool.backport.ancestry import (
    holds_commit,
    mainline,
    upstream_commit,
    upstream_commits,
    upstream_ids,
)
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch

ONE, TWO = "1" * 40, "2" * 40


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (f"commit {ONE} upstream.\n", (ONE,)),
        (f"[ Upstream commit {ONE} ]\n", (ONE,)),
        (f"Upstream commit {ONE[:12]}\n", (ONE[:12],)),
        (f"backport of upstream commit {ONE}.\n", (ONE,)),
        (f"Text.\n\n(cherry picked from commit {ONE})\n", (ONE,)),
        (f"commit {ONE} upstream.\ncommit {TWO} upstream.\n", (ONE, TWO)),
        (f"This reverts commit {ONE} which is\ncommit {TWO} upstream.\n", ()),
        (f"commit {TWO} upstream.\n\nThis reverts commit {ONE}.\n", (TWO,)),
        (f"Before commit {ONE} upstream did it.\n", ()),
        (f'Fixes: {ONE[:12]} ("x")\n', ()),
    ],
)
def test_what_a_backport_is_made_of(message: str, named: tuple[str, ...]) -> None:
    assert upstream_ids(message) == named


def test_all_patches_are_found_in_mainline_or_in_their_own_word(tmp_path: Path) -> None:
    folder = grown(tmp_path / "kernel")
    first = say(folder, "mm: First", {"mm/x.c": text(l7="a")})
    second = say(folder, "mm: Second", {"mm/x.c": text(l7="a", l30="b")})
    read = mailed(folder, first, second)
    stranger = replace(read.patches[1], subject="mm: Another", n=3)
    backport = replace(stranger, n=4, message=f"commit {ONE} upstream.\n")
    with Scratch(folder) as scratch:
        assert mainline(scratch) == "main"
        found = upstream_commits(scratch, (*read.patches, stranger, backport))
        assert found == {1: first, 2: second, 4: ONE}
        assert upstream_commit(scratch, read.patches[1]) == second
        assert upstream_commit(scratch, backport) == ""


def test_nothing_is_found_for_a_series_that_mainline_has_not(mini: Path, series: Path) -> None:
    with Scratch(mini) as scratch:
        assert upstream_commits(scratch, read_series(str(series / "v1.mbox")).patches) == {}


def test_of_commits_with_one_subject_the_author_decides(tmp_path: Path) -> None:
    folder = grown(tmp_path / "kernel")
    ours = say(folder, "mm: Same", {"mm/x.c": text(l7="a")})
    say(folder, "mm: Same", {"mm/x.c": text(l7="b")}, author="Other <other@example.org>")
    with Scratch(folder) as scratch:
        assert upstream_commits(scratch, mailed(folder, ours).patches) == {1: ours}


def held(folder: Path, tip: str, commit: str) -> str:
    with Scratch(folder) as scratch:
        return holds_commit(scratch, tip, commit).value


def test_a_commit_is_held_by_its_descendants_and_by_backports_that_name_it(tmp_path: Path) -> None:
    folder = grown(tmp_path / "kernel")
    fix = say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed")})
    assert [held(folder, tip, fix[:12]) for tip in ("main", "linux-5.4.y")] == ["HOLDS", "VIOLATED"]
    on(folder, "linux-5.4.y")
    say(folder, f"mm: Other\n\nSee {fix}.\n", {"mm/y.c": "y\n"})
    assert held(folder, "linux-5.4.y", fix) == "VIOLATED"
    say(folder, f"mm: Fix it\n\n(cherry picked from commit {fix})\n", {"mm/y.c": "z\n"})
    assert held(folder, "linux-5.4.y", fix) == "HOLDS"


def test_without_a_way_from_one_to_the_other_nothing_is_decided(tmp_path: Path) -> None:
    folder = grown(tmp_path / "kernel")
    fix = say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed")})
    git(folder, "checkout", "-q", "--orphan", "import")
    git(folder, "commit", "-q", "-m", "Linux 5.4.91")
    for commit in (fix, "0123456789ab", "main", ""):
        assert held(folder, "import", commit) == "UNDECIDED"
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", f"file://{folder}", str(shallow), "-b", "main")
    assert held(shallow, "HEAD", fix) == "HOLDS"
    assert held(shallow, "HEAD", one(folder, "rev-parse", "main~1")) == "UNDECIDED"
