from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kit import commit, fingerprint, git, kernel, one
from patchtool.backport.targets import TargetError, every_target, find_target, meant_by_all, stable_branches
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import NotAKernel


@pytest.fixture
def writable(mini: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(mini, tmp_path / "kernel"))


@pytest.mark.parametrize("asked", ["5.4.y", "5.4", "linux-5.4.y"])
def test_a_stable_tree_has_many_names(mini: Path, asked: str) -> None:
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, asked)
    assert (target.name, target.ref, target.version) == ("5.4.y", "linux-5.4.y", "5.4.18")
    assert target.commit == tree.oid == one(mini, "rev-parse", "linux-5.4.y")


def test_a_tag_and_a_revision_are_targets_under_their_own_name(mini: Path) -> None:
    with Scratch(mini) as scratch:
        tag, _ = find_target(scratch, "v5.4")
        older, _ = find_target(scratch, "linux-5.4.y~1")
    assert (tag.name, tag.ref, tag.version) == ("v5.4", "v5.4", "5.4.0")
    assert older.commit == one(mini, "rev-parse", "linux-5.4.y~1")


def test_a_branch_of_a_remote_is_found_and_of_several_the_newest(writable: Path) -> None:
    old = one(writable, "rev-parse", "linux-5.4.y~1")
    git(writable, "update-ref", "refs/remotes/stable/linux-5.4.y", "refs/heads/linux-5.4.y")
    git(writable, "update-ref", "refs/heads/linux-5.4.y", old)
    with Scratch(writable) as scratch:
        target, _ = find_target(scratch, "5.4")
    assert target.ref == "stable/linux-5.4.y"


def test_an_absent_target_says_what_was_looked_for_and_how_to_get_it(mini: Path) -> None:
    with Scratch(mini) as scratch, pytest.raises(TargetError) as caught:
        find_target(scratch, "6.1.y")
    assert "linux-6.1.y, */linux-6.1.y and 6.1.y" in caught.value.message
    assert str(caught.value.hint).endswith("linux-6.1.y:linux-6.1.y")


@pytest.mark.parametrize("asked", ["", "--help", "no such", "a\nb"])
def test_nonsense_is_no_target_and_no_option(mini: Path, asked: str) -> None:
    with Scratch(mini) as scratch, pytest.raises(TargetError, match="no such target"):
        find_target(scratch, asked)


def test_what_is_no_kernel_is_no_target(tmp_path: Path) -> None:
    folder = kernel(tmp_path / "kernel")
    commit(folder, {"Kconfig": None})
    with Scratch(folder) as scratch, pytest.raises(NotAKernel, match="no Kconfig"):
        find_target(scratch, "HEAD")


def test_all_stable_branches_come_oldest_first(mini: Path, tmp_path: Path) -> None:
    with Scratch(mini) as scratch:
        assert every_target(scratch) == ("4.9.y", "4.19.y", "5.4.y", "5.5.y")
    with Scratch(kernel(tmp_path / "kernel")) as scratch:
        with pytest.raises(TargetError, match="no stable branch") as caught:
            every_target(scratch)
        assert "linux-X.Y.y:linux-X.Y.y" in str(caught.value.hint)
        assert meant_by_all(scratch).startswith("all: no tree; ")


def test_what_all_means_is_said(writable: Path) -> None:
    git(writable, "update-ref", "refs/remotes/stable/linux-6.1.y", "refs/heads/linux-5.5.y")
    git(writable, "update-ref", "refs/remotes/stable/linux-5.5.y", "refs/heads/linux-5.5.y")
    with Scratch(writable) as scratch:
        assert meant_by_all(scratch).startswith(
            "all: linux-4.9.y, linux-4.19.y, linux-5.4.y, linux-5.5.y, stable/linux-6.1.y; "
        )
        assert list(stable_branches(scratch)) == ["4.9", "4.19", "5.4", "5.5", "6.1"]


def test_a_folder_is_a_target_as_it_is_on_disk(
    mini: Path, writable: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (writable / "mm/new.c").write_text("not committed\n")
    before = fingerprint(writable)
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, str(writable))
        assert (target.name, target.ref, target.version) == ("kernel", str(writable), "5.6.0-rc1")
        assert tree.read("mm/new.c") == b"not committed\n"
        assert scratch.resolve(target.commit) == target.commit
        monkeypatch.chdir(tmp_path)
        assert find_target(scratch, "./kernel")[0].commit == target.commit
    assert fingerprint(writable) == before


def test_a_branch_goes_before_a_folder_of_its_name(
    mini: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linux-5.4.y").mkdir()
    monkeypatch.chdir(tmp_path)
    with Scratch(mini) as scratch:
        assert find_target(scratch, "linux-5.4.y")[0].commit == one(mini, "rev-parse", "linux-5.4.y")
        with pytest.raises(NotAKernel, match="no Kconfig"):
            find_target(scratch, "./linux-5.4.y")
