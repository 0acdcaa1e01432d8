from __future__ import annotations

from pathlib import Path

import pytest
from history_kit import grown, mailed, on, say, text

from kit import git, one
from patchtool.backport.carried import Carried, carried
from patchtool.core.finding import Verdict
from patchtool.tree.git import Scratch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown(tmp_path / "kernel")


@pytest.fixture
def fix(folder: Path) -> str:
    return say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed")})


def asked(folder: Path, branch: str, fix: str, *, by_change: bool = False) -> dict[int, Carried]:
    with Scratch(folder) as scratch:
        patches = mailed(folder, fix).patches if by_change else ()
        return carried(scratch, branch, {} if by_change else {1: fix}, patches)


@pytest.mark.parametrize(
    "form",
    ["commit {} upstream.", "[ Upstream commit {} ]", "Text.\n\n(cherry picked from commit {})"],
)
def test_a_rewritten_backport_that_names_its_commit_counts(folder: Path, fix: str, form: str) -> None:
    on(folder, "linux-5.4.y")
    oid = say(folder, f"mm: Fix it\n\n{form.format(fix)}\n", {"mm/y.c": "fixed elsewhere\n"})
    why = f'{oid[:12]} ("mm: Fix it") in its history is commit {fix[:12]} upstream'
    assert asked(folder, "linux-5.4.y", fix) == {1: Carried(Verdict.HOLDS, why)}
    assert asked(folder, "linux-5.4.y~1", fix) == {}


def test_the_commit_itself_counts_where_it_is_an_ancestor(folder: Path, fix: str) -> None:
    why = f"commit {fix[:12]} itself is in its history"
    assert asked(folder, "main", fix) == {1: Carried(Verdict.HOLDS, why)}


def test_a_later_revert_takes_it_away_and_its_revert_gives_it_back(folder: Path, fix: str) -> None:
    on(folder, "linux-5.4.y")
    oid = say(folder, f"mm: Fix it\n\ncommit {fix} upstream.\n", {"mm/x.c": text(l7="fixed")})
    message = f"This reverts commit {oid} which is\ncommit {fix} upstream.\n"
    gone = say(folder, f'Revert "mm: Fix it"\n\n{message}', {"mm/x.c": text()})
    why = f'{gone[:12]} ("Revert "mm: Fix it"") in its history took it away again'
    assert asked(folder, "linux-5.4.y", fix) == {1: Carried(Verdict.VIOLATED, why)}
    again = say(folder, f"mm: Fix it, really\n\nThis reverts commit {gone}.\n", {"mm/x.c": text(l7="fixed")})
    why = f'{again[:12]} ("mm: Fix it, really") in its history brought it back'
    assert asked(folder, "linux-5.4.y", fix) == {1: Carried(Verdict.HOLDS, why)}


def test_a_revert_in_mainline_before_the_fork_counts_too(folder: Path, fix: str) -> None:
    gone = say(folder, f'Revert "mm: Fix it"\n\nThis reverts commit {fix}.\n', {"mm/x.c": text()})
    say(folder, "mm: Other", {"mm/y.c": "y\n"})
    git(folder, "branch", "linux-5.5.y")
    say(folder, "mm: Later", {"mm/y.c": "z\n"})
    found = asked(folder, "linux-5.5.y", fix)
    assert found[1].verdict is Verdict.VIOLATED
    assert found[1].why.startswith(gone[:12])


def test_a_backported_revert_stands_for_itself_and_not_for_what_it_reverts(folder: Path, fix: str) -> None:
    revert = say(folder, f'Revert "mm: Fix it"\n\nThis reverts commit {fix}.\n', {"mm/x.c": text()})
    on(folder, "linux-5.4.y")
    message = f"commit {revert} upstream.\n\nThis reverts commit {fix}.\n"
    oid = say(folder, f'Revert "mm: Fix it"\n\n{message}', {"mm/y.c": "y\n"})
    with Scratch(folder) as scratch:
        found = carried(scratch, "linux-5.4.y", {1: fix, 2: revert})
    why = f'{oid[:12]} ("Revert "mm: Fix it"") in its history is commit {revert[:12]} upstream'
    assert found == {2: Carried(Verdict.HOLDS, why)}


def test_the_same_change_by_the_same_author_is_known_by_its_patch_id(folder: Path, fix: str) -> None:
    on(folder, "linux-5.4.y")
    say(folder, "mm: Lines above", {"mm/x.c": "new\n" + text()})
    oid = say(folder, "mm: Told otherwise", {"mm/x.c": "new\n" + text(l7="fixed")})
    say(folder, "mm: Written over", {"mm/x.c": "new\n" + text(l7="more")})
    why = f'{oid[:12]} ("mm: Told otherwise") in its history is the same change (patch-id)'
    assert asked(folder, "linux-5.4.y", fix, by_change=True) == {1: Carried(Verdict.HOLDS, why)}
    assert asked(folder, "linux-5.4.y~2", fix, by_change=True) == {}


def test_a_plain_import_has_no_word(folder: Path, fix: str) -> None:
    tree = one(folder, "rev-parse", "main^{tree}")
    git(folder, "checkout", "-q", "--orphan", "import")
    git(folder, "commit", "-q", "-m", "Linux 5.4.91")
    for tip in (tree, "import", "no such"):
        assert asked(folder, tip, fix) == asked(folder, tip, fix, by_change=True) == {}
