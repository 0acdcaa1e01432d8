from __future__ import annotations

from pathlib import Path

import pytest
from history_kit import grown, mailed, on, say, text

from patchtool.backport.presence import Presence, presences
from patchtool.core.finding import Verdict
from patchtool.core.series import Series
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch

NOTHING = Presence(Verdict.VIOLATED, ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown(tmp_path / "kernel")


@pytest.fixture
def fix(folder: Path) -> str:
    return say(folder, "mm: Fix it", {"mm/x.c": text(l7="fixed", l30="too")})


def judged(folder: Path, branch: str, read: Series) -> Presence:
    with Scratch(folder) as scratch:
        return presences(scratch, branch, read)[1]


def test_content_comes_first_and_the_commit_that_brought_it_second(folder: Path, fix: str) -> None:
    read = mailed(folder, fix)
    assert judged(folder, "linux-5.4.y", read) == NOTHING
    on(folder, "linux-5.4.y")
    oid = say(folder, f"mm: Fix it\n\ncommit {fix} upstream.\n", {"mm/x.c": text(l7="fixed", l30="too")})
    named = f'{oid[:12]} ("mm: Fix it") in its history is commit {fix[:12]} upstream'
    assert judged(folder, "linux-5.4.y", read) == Presence(
        Verdict.HOLDS, ("its content is in the tree", named)
    )


def test_a_rewritten_backport_is_there_by_its_word_with_what_differs(folder: Path, fix: str) -> None:
    on(folder, "linux-5.4.y")
    oid = say(folder, f"mm: Fix it\n\n[ Upstream commit {fix} ]\n", {"mm/x.c": text(l7="fixed", l30="other")})
    assert judged(folder, "linux-5.4.y", mailed(folder, fix)) == Presence(
        Verdict.HOLDS,
        (
            f'{oid[:12]} ("mm: Fix it") in its history is commit {fix[:12]} upstream',
            "partly present: 1 of 2 hunks (mm/x.c:30 is not, and nothing there is what they change)",
        ),
    )


def test_after_a_revert_the_content_decides(folder: Path, fix: str) -> None:
    on(folder, "linux-5.4.y")
    oid = say(folder, f"mm: Fix it\n\ncommit {fix} upstream.\n", {"mm/x.c": text(l7="fixed", l30="too")})
    gone = say(folder, f'Revert "mm: Fix it"\n\nThis reverts commit {oid}.\n', {"mm/x.c": text()})
    why = f'{gone[:12]} ("Revert "mm: Fix it"") in its history took it away again'
    read = mailed(folder, fix)
    assert judged(folder, "linux-5.4.y", read) == Presence(Verdict.VIOLATED, (why,))
    say(folder, "mm: By other means", {"mm/x.c": text(l7="fixed", l30="too")})
    assert judged(folder, "linux-5.4.y", read) == Presence(Verdict.HOLDS, ("its content is in the tree", why))


def test_the_mini_kernels_backports_are_known_by_their_commit_lines(mini: Path) -> None:
    with Scratch(mini) as scratch:
        oid = scratch.out("log", "--format=%H", "--grep=Look at the entry again", "mainline").decode().strip()
        read = mailed(mini, oid)
        found = {b: presences(scratch, f"linux-{b}.y", read)[1] for b in ("4.9", "4.19", "5.4", "5.5")}
    assert {branch: presence.verdict.value for branch, presence in found.items()} == {
        "4.9": "VIOLATED",
        "4.19": "HOLDS",
        "5.4": "HOLDS",
        "5.5": "HOLDS",
    }
    assert found["5.4"].because[1].endswith(f"in its history is commit {oid[:12]} upstream")
    assert found["5.5"].because[1] == f"commit {oid[:12]} itself is in its history"


@pytest.mark.realtree
def test_on_real_kernels_without_history_the_content_decides(kernels: Path, real_mails: Path) -> None:
    read = read_series(str(real_mails / "v4.mbox"))
    with Scratch(kernels) as scratch:
        for branch, held in (("linux-5.4.91", {1, 2, 5}), ("linux-5.4.y", set()), ("linux-4.19.y", set())):
            found = presences(scratch, branch, read)
            assert {n for n, presence in found.items() if presence.verdict is Verdict.HOLDS} == held
