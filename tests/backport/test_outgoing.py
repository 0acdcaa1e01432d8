from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kit import git, one
from patchtool.backport.outgoing import Outgoing, OutputError, outgoing, write
from patchtool.backport.planner import Planner
from patchtool.backport.targets import find_target
from patchtool.core.series import Person
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch

MAINTAINER = Person("Maja Tainer", "maja@example.org")


def made(
    mini: Path, series: Path, sender: Person | None = MAINTAINER, upstream: str = ""
) -> tuple[bytes, tuple]:
    read = read_series(str(series / "v1.mbox"))
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, "5.4.y")
        outcome = Planner(read, target, tree).plan()
        cells = tuple(replace(cell, upstream=upstream) for cell in outcome.cells)
        mail = outgoing(target, replace(outcome, cells=cells), sender)
    assert mail.name == "5.4.y"
    return mail.mbox, mail.notes


def applied(mini: Path, tmp_path: Path, data: bytes) -> Path:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--shared", "--branch", "linux-5.4.y", str(mini), str(clone))
    git(clone, "am", "-q", data=data)
    return clone


def test_the_mbox_is_what_git_am_takes_and_gives_the_planned_tree(mini, series, tmp_path: Path) -> None:
    data, _ = made(mini, series)
    clone = applied(mini, tmp_path, data)
    read = read_series(str(series / "v1.mbox"))
    subjects = git(clone, "log", "--reverse", "--format=%s", "origin/linux-5.4.y..").decode().splitlines()
    assert subjects == [patch.subject for patch in read.patches[:2]]
    authors = git(clone, "log", "--reverse", "--format=%an <%ae>", "origin/linux-5.4.y..").decode()
    assert authors.splitlines() == [str(patch.author) for patch in read.patches[:2]]
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, "5.4.y")
        assert one(clone, "rev-parse", "HEAD^{tree}") == Planner(read, target, tree).plan().taken[-1].tree


def test_each_mail_names_the_tree_and_its_place(mini, series, tmp_path: Path) -> None:
    data, _ = made(mini, series)
    place = tmp_path / "out.mbox"
    place.write_bytes(data)
    read = read_series(str(place))
    assert [patch.prefix for patch in read.patches] == ["PATCH 5.4.y 1/2", "PATCH 5.4.y 2/2"]
    assert [patch.header("to") for patch in read.patches] == ["stable@vger.kernel.org"] * 2


def test_the_upstream_commit_comes_first_and_the_sign_off_last(mini, series, tmp_path: Path) -> None:
    data, notes = made(mini, series, upstream="ab" * 20)
    clone = applied(mini, tmp_path, data)
    body = git(clone, "log", "-1", "--format=%b").decode().strip().splitlines()
    assert body[0] == f"[ Upstream commit {'ab' * 20} ]"
    assert body[-1] == "Signed-off-by: Maja Tainer <maja@example.org>"
    assert notes == ()


def test_an_unknown_upstream_commit_is_said_and_not_made_up(mini, series, tmp_path: Path) -> None:
    data, notes = made(mini, series)
    assert b"pstream commit" not in data
    assert notes == ("1/9, 2/9: upstream commit not found in mainline, stable wants it as the first line",)


def test_without_an_identity_nobody_signs_off(mini, series) -> None:
    data, notes = made(mini, series, sender=None, upstream="ab" * 20)
    assert b"Maja" not in data
    assert notes == ("no user.name and user.email in git's configuration: no Signed-off-by was added",)


def test_the_folder_is_made_and_the_file_is_whole_or_absent(mini, series, tmp_path: Path) -> None:
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, "5.4.y")
        outcome = Planner(read_series(str(series / "v1.mbox")), target, tree).plan()
        mail = outgoing(target, outcome, None)
    place, mails = write(tmp_path / "a" / "b", mail)
    assert place.read_bytes() == mail.mbox
    assert sorted(file.name for file in mails.iterdir()) == [name for name, _ in mail.mails]
    assert [(mails / name).read_bytes() for name, _ in mail.mails] == [data for _, data in mail.mails]
    assert sorted(file.name for file in place.parent.iterdir()) == ["5.4.y", "5.4.y.mbox"]


def test_an_earlier_run_is_replaced_and_nothing_else(mini, series, tmp_path: Path) -> None:
    mail = Outgoing("5.4.y", (("0001-a.patch", b"a"), ("0002-b.patch", b"b")), ())
    write(tmp_path, mail)
    _, mails = write(tmp_path, replace(mail, mails=mail.mails[:1]))
    assert [file.name for file in mails.iterdir()] == ["0001-a.patch"]
    (mails / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="holds files that are not patches"):
        write(tmp_path, mail)
    assert (mails / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        write(tmp_path / "file", Outgoing("5.4.y", (), ()))


def test_the_stat_stands_below_the_message(mini, series) -> None:
    data, _ = made(mini, series)
    assert b"---\n arch/powerpc/Kconfig" in data
    assert data.count(b" files changed, ") == 2
