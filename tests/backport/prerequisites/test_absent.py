"""Without history: what is missing by name, why there is no history, and the command that brings it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, diff, git, kernel, patch
from patchtool.backport.prerequisites.find import Terms, prerequisites
from patchtool.backport.targets import find_target
from patchtool.core.plan import Target
from patchtool.core.prerequisite import NoHistory
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

HEADER = "struct gather {\n\tint start;\n};\n"
CODE = "#include <linux/gather.h>\nint look(struct gather *g)\n{\n\treturn g->start;\n}\n"
FILES = {"include/linux/gather.h": HEADER, "mm/look.c": CODE}
TORVALDS = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git"
STABLE = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git"
MAINLINE = f"git fetch {TORVALDS} +master:refs/remotes/mainline/master"


def imported(folder: Path) -> tuple[Path, bytes]:
    """`main` has a member and a function that the branch `linux-5.4.y`, without a common commit, has not."""
    repo = kernel(folder, FILES)
    git(repo, "checkout", "-q", "--orphan", "newer")
    commit(repo, {"include/linux/gather.h": HEADER.replace("};", "\tint freed;\n};\nint last(void);")})
    git(repo, "branch", "-M", "main", "linux-5.4.y")
    git(repo, "branch", "-M", "newer", "main")
    return repo, diff(repo, {"mm/look.c": CODE.replace("g->start", "g->freed + last()")})


def answer(repo: Path, text: bytes, tip: str, branch: str = "linux-5.4.y") -> NoHistory:
    with Scratch(repo) as scratch:
        oid = scratch.resolve(branch) or ""
        target = Target(branch.removeprefix("linux-"), branch, oid, "")
        said = prerequisites(target, Snapshot(scratch, oid, branch), [patch(text)], tip, Terms())
    assert isinstance(said, NoHistory)
    return said


def test_an_import_lacks_members_and_functions_by_name(tmp_path: Path) -> None:
    repo, text = imported(tmp_path / "kernel")
    said = answer(repo, text, "main")
    assert [one.sentence for one in said.lacks] == [
        "struct gather has no member freed",
        "nothing declares last",
    ]
    assert [str(one.used) for one in said.lacks] == ["mm/look.c:4", "mm/look.c:4"]
    assert [str(one.declared) for one in said.lacks] == [
        "include/linux/gather.h:3",
        "include/linux/gather.h:5",
    ]
    assert "both linux-5.4.y and" in said.reason
    assert said.reason.endswith(": one of them is an import")
    assert said.commands == (MAINLINE, f"git fetch {STABLE} +linux-5.4.y:refs/remotes/stable/linux-5.4.y")


def test_without_the_patchs_own_tree_the_target_is_enough(tmp_path: Path) -> None:
    repo, text = imported(tmp_path / "kernel")
    said = answer(repo, text, "")
    assert [one.sentence for one in said.lacks] == [
        "struct gather has no member freed",
        "nothing declares last",
    ]
    assert said.reason == "no commit that the patch fits is in the repository"
    assert said.commands == (MAINLINE,)


def test_a_patch_that_fits_nothing_says_what_was_not_looked_at(tmp_path: Path) -> None:
    repo, _ = imported(tmp_path / "kernel")
    elsewhere = kernel(tmp_path / "other", {"mm/other.c": "int a;\nint b;\n"})
    text = diff(elsewhere, {"mm/other.c": "int a;\nint b;\n#ifdef CONFIG_FRESH\n#endif\n"})
    said = answer(repo, text, "main")
    assert [one.sentence for one in said.lacks] == ["no Kconfig entry defines FRESH"]
    assert said.undecided == ("the patch fits no tree that is at hand: of its C code nothing was looked at",)


def test_a_shallow_clone_is_to_be_deepened(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", FILES)
    git(repo, "branch", "linux-5.4.y")
    commit(repo, {"include/linux/gather.h": HEADER.replace("};", "\tint freed;\n};")})
    text = diff(repo, {"mm/look.c": CODE.replace("start", "freed")})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo}", str(shallow))
    git(shallow, "branch", "linux-5.4.y", "origin/linux-5.4.y")
    said = answer(shallow, text, "main")
    assert said.reason.startswith("a shallow clone: no commit is in the history of both linux-5.4.y and ")
    assert said.commands == ("git fetch --unshallow",)
    assert [one.sentence for one in said.lacks] == ["struct gather has no member freed"]


@pytest.mark.realtree
def test_4_19_lacks_the_members_that_patch_3_reads(kernels: Path, real_mails: Path) -> None:
    v4 = read_series(str(real_mails / "v4.mbox"))
    with Scratch(kernels) as scratch:
        target, tree = find_target(scratch, "linux-4.19.y")
        said = prerequisites(target, tree, v4.patches[:3], "mainline", Terms())
    assert isinstance(said, NoHistory)
    assert sorted(one.sentence for one in said.lacks) == [
        f"struct mmu_gather has no member {name}"
        for name in ("cleared_p4ds", "cleared_pmds", "cleared_ptes", "cleared_puds", "freed_tables")
    ]
