from __future__ import annotations

from pathlib import Path

import pytest
from history_kit import grown, mailed, say, text

from kit import series
from patchtool.backport.content import Content, contents
from patchtool.core.finding import Verdict
from patchtool.core.series import Series
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch

NOTHING = Content(Verdict.VIOLATED, "")


def judged(folder: Path, tree: str, read: Series) -> dict[int, Content]:
    with Scratch(folder) as scratch:
        return dict(contents(scratch, tree, read))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return grown(tmp_path / "kernel")


@pytest.fixture
def four(folder: Path) -> Series:
    """One patch of three hunks in one file and one in another."""
    say(folder, "mm: y", {"mm/y.c": text()})
    wide = {"mm/x.c": text(l5="five", l20="twenty", l35="thirty-five"), "mm/y.c": text(l12="twelve")}
    return mailed(folder, say(folder, "mm: Change four places", wide))


def test_a_patch_under_later_ones_is_there(folder: Path) -> None:
    commits = [
        say(folder, "mm: One", {"mm/x.c": text(l10="ten")}),
        say(folder, "mm: Two", {"mm/x.c": text(l10="ten", l8="")}),
    ]
    assert judged(folder, "HEAD", mailed(folder, *commits)) == {
        1: Content(Verdict.HOLDS, "its content is in the tree, under that of later patches"),
        2: Content(Verdict.HOLDS, "its content is in the tree"),
    }
    assert judged(folder, "HEAD~2", mailed(folder, *commits)) == {1: NOTHING, 2: NOTHING}


def test_part_of_a_patch_is_counted_and_what_is_not_there_is_named(folder: Path, four: Series) -> None:
    say(folder, "part", {"mm/y.c": text()})
    why = "partly present: 3 of 4 hunks (mm/y.c:12 is not)"
    assert judged(folder, "HEAD", four) == {1: Content(Verdict.VIOLATED, why)}


def test_where_the_rest_fits_nowhere_it_is_open(folder: Path, four: Series) -> None:
    say(folder, "part", {"mm/x.c": text(l5="five", l20="a", l35="b"), "mm/y.c": text(l12="c")})
    why = (
        "partly present: 1 of 4 hunks (mm/x.c:20, mm/x.c:35, mm/y.c:12 are not, "
        "and nothing there is what they change)"
    )
    assert judged(folder, "HEAD", four) == {1: Content(Verdict.UNDECIDED, why)}


def test_what_came_elsewhere_in_the_file_is_there(folder: Path, four: Series) -> None:
    lines = text(l5="five", l20="twenty", l35="thirty-five").splitlines(keepends=True)
    say(folder, "turned", {"mm/x.c": "".join((*lines[25:], *lines[:25]))})
    assert judged(folder, "HEAD", four) == {1: Content(Verdict.HOLDS, "its content is in the tree")}


def test_two_equal_hunks_need_two_places(folder: Path) -> None:
    block, filler = "a\nb\nc\n{}d\ne\nf\n", "".join(f"{n}\n" for n in range(20))
    say(folder, "mm: Twice", {"mm/z.c": f"{block}{filler}{block}".replace("{}", "")})
    new = f"{block}{filler}{block}".replace("{}", "new\n")
    read = mailed(folder, say(folder, "mm: Add it twice", {"mm/z.c": new}))
    say(folder, "once", {"mm/z.c": f"{block}{filler}".replace("{}", "new\n")})
    why = "partly present: 1 of 2 hunks (mm/z.c:30 is not, and nothing there is what they change)"
    assert judged(folder, "HEAD", read) == {1: Content(Verdict.UNDECIDED, why)}


def test_lines_that_never_were_there_are_no_sign_of_their_removal(folder: Path) -> None:
    say(folder, "mm: More", {"mm/x.c": text(l10="ten\nold"), "mm/y.c": text()})
    removal = {"mm/x.c": text(l10="ten"), "mm/y.c": text(l20="new")}
    read = mailed(folder, say(folder, "mm: Less", removal))
    say(folder, "apart", {"mm/x.c": text(l10="ten"), "mm/y.c": text(l20="other")})
    assert judged(folder, "HEAD", read) == {1: NOTHING}


def test_a_removal_counts_where_it_can_not_be_done_again(folder: Path) -> None:
    read = mailed(folder, say(folder, "mm: Less", {"mm/x.c": text(l10="")}))
    assert judged(folder, "HEAD", read)[1].verdict is Verdict.HOLDS
    assert judged(folder, "HEAD~1", read) == {1: NOTHING}


def test_a_new_file_is_there_or_not(folder: Path) -> None:
    read = mailed(folder, say(folder, "mm: New", {"mm/new.c": "a\nb\n"}))
    assert judged(folder, "HEAD", read)[1].verdict is Verdict.HOLDS
    assert judged(folder, "HEAD~1", read) == {1: NOTHING}


def test_nothing_is_decided_of_a_patch_without_files(folder: Path) -> None:
    assert judged(folder, "HEAD", series(b"")) == {1: Content(Verdict.UNDECIDED, "it changes no file")}


def test_what_can_not_be_read_is_open(folder: Path, four: Series) -> None:
    blob = Path(folder, ".git/objects")
    with Scratch(folder) as scratch:
        oid = scratch.out("rev-parse", "HEAD:mm/x.c").decode().strip()
    (blob / oid[:2] / oid[2:]).unlink()
    why = "mm/x.c: the file's content is absent from the object store"
    assert judged(folder, "HEAD", four) == {1: Content(Verdict.UNDECIDED, why)}


@pytest.mark.realtree
def test_the_stack_on_real_kernels(kernels: Path, real_mails: Path) -> None:
    read = read_series(str(real_mails / "v4.mbox"))
    found = judged(kernels, "linux-5.4.91", read)
    assert [n for n, one in sorted(found.items()) if one.verdict is Verdict.HOLDS] == [1, 2, 5]
    assert found[1].why == "its content is in the tree, under that of later patches"
    for branch in ("linux-5.4.y", "linux-4.19.y", "mainline"):
        assert set(judged(kernels, branch, read).values()) == {NOTHING}
