"""Outcomes kept between runs, and the repositories that read them."""

import json
import os

import pytest

from kit import git, kernel, one
from patchtool.tree.applied import EMPTY, Applied, Refused
from patchtool.tree.excerpt import excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot, overlay_of
from patchtool.tree.stack import DoesNotApply, Stack

DIFF = b"""\
diff --git a/arch/Kconfig b/arch/Kconfig
--- a/arch/Kconfig
+++ b/arch/Kconfig
@@ -1 +1,2 @@
 config OLD
+config NEW
diff --git a/mm/Kconfig b/mm/Kconfig
deleted file mode 100644
--- a/mm/Kconfig
+++ /dev/null
@@ -1 +0,0 @@
-config MM
"""


@pytest.fixture
def repo(tmp_path):
    return kernel(
        tmp_path / "repo", {"arch/Kconfig": "config OLD\n", "mm/Kconfig": "config MM\n", "Makefile": "x\n"}
    )


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def made(repo, cache):
    """The tree that the diff makes, applied once and kept in `cache`."""
    with Scratch(repo, cache) as scratch:
        return Stack(scratch, scratch.head).apply(DIFF)


@pytest.fixture
def idle(monkeypatch):
    """From now on git applies, writes and reads no index: only what was kept can be answered."""
    run = Scratch.run

    def only_reading(scratch, *command, **given):
        assert not {"apply", "read-tree", "write-tree", "update-index", "hash-object"} & set(command)
        return run(scratch, *command, **given)

    monkeypatch.setattr(Scratch, "run", only_reading)


def known(repo, folder, diff=DIFF):
    with Scratch(repo, folder) as scratch:
        stack = Stack(scratch, scratch.head)
        return Applied(scratch).get(stack.tree, "apply", b"", diff)


def test_a_later_run_reads_what_an_earlier_one_made(repo, cache, made, idle):
    with Scratch(repo, cache) as scratch:
        stack = Stack(scratch, scratch.head)
        assert stack.apply(DIFF) == stack.tree == made
        base, listed = Snapshot(scratch, scratch.head, "base"), Snapshot(scratch, made, "listed")
        overlay = overlay_of(scratch.differences(base.oid, made))
        after = base.derive(made, "after", overlay)
        assert overlay.keys() == {"arch/Kconfig", "mm/Kconfig"}
        assert after.paths() == listed.paths() == ("Kconfig", "Makefile", "arch/Kconfig")
        assert after.read("arch/Kconfig") == listed.read("arch/Kconfig") == b"config OLD\nconfig NEW\n"
        assert (stack.read("arch/Kconfig"), stack.read("mm/Kconfig")) == (after.read("arch/Kconfig"), None)


def test_what_came_of_a_kept_tree_is_made_anew(repo, cache, made):
    more = DIFF[: DIFF.index(b"@@")] + b"@@ -1,2 +1,3 @@\n config OLD\n config NEW\n+config NEWER\n"
    with Scratch(repo, cache) as scratch:
        stack = Stack(scratch, scratch.head)
        stack.apply(DIFF)
        stack.apply(more)
        assert stack.read("arch/Kconfig") == b"config OLD\nconfig NEW\nconfig NEWER\n"


def test_another_diff_and_another_folder_are_not_known(repo, cache, made, tmp_path):
    assert known(repo, cache) == made
    assert known(repo, cache, DIFF + b"\n") is None
    assert known(repo, tmp_path / "elsewhere") is None
    assert known(repo, None) is None


def test_an_outcome_that_lost_an_object_is_forgotten(repo, cache, made):
    with Scratch(repo, cache) as scratch:
        blob = Snapshot(scratch, made, "made").blob_id("arch/Kconfig")
    (cache / "objects" / blob[:2] / blob[2:]).unlink()
    assert known(repo, cache) is None
    with Scratch(repo, cache) as scratch:
        assert Stack(scratch, scratch.head).apply(DIFF) == made
    assert known(repo, cache) == made


@pytest.mark.parametrize("junk", ["{}", "[", '{"tree": "HEAD", "objects": []}', "null", '"\\ud800"'])
def test_junk_in_the_folder_counts_as_nothing(repo, cache, made, junk):
    for kept in cache.glob("*.json"):
        kept.write_text(junk)
    assert known(repo, cache) is None


def test_what_the_repository_holds_is_not_kept_twice(repo, cache, made):
    (kept,) = cache.glob("applied-*.json")
    objects = set(json.loads(kept.read_text())["objects"])
    assert objects == {path.parent.name + path.name for path in (cache / "objects").glob("??/*")}
    assert len(objects) == 3  # the top, arch, arch/Kconfig; what is deleted brings nothing


def test_a_file_where_the_store_should_be_is_no_error(repo, cache):
    cache.write_text("")
    with Scratch(repo, cache) as scratch:
        assert Stack(scratch, scratch.head).apply(DIFF)
    assert known(repo, cache) is None


def test_a_refusal_is_kept(repo, cache):
    again = DIFF.replace(b"config OLD", b"config ODD")
    with Scratch(repo, cache) as scratch:
        with pytest.raises(DoesNotApply) as first:
            Stack(scratch, scratch.head).apply(again)
        assert not Stack(scratch, scratch.head).fits(again)
        assert Stack(scratch, scratch.head).fits(DIFF)
    assert known(repo, cache, again) == Refused(first.value.reason)


def test_a_kept_answer_asks_git_nothing(repo, cache, request):
    with Scratch(repo, cache) as scratch:
        assert Stack(scratch, scratch.head).fits(DIFF)
        small = excerpt(scratch, scratch.head, ["mm/Kconfig"])
        written = Stack(scratch, small).write({"mm/Kconfig": b"config MMU\n", "mm/new": b"x\n"})
    request.getfixturevalue("idle")
    with Scratch(repo, cache) as scratch:
        assert Stack(scratch, scratch.head).fits(DIFF)
        assert excerpt(scratch, scratch.head, ["mm/Kconfig"]) == small
        stack = Stack(scratch, small)
        assert stack.write({"mm/Kconfig": b"config MMU\n", "mm/new": b"x\n"}) == written
        assert stack.read("mm/new") == b"x\n"


def test_a_failure_of_git_is_no_refusal_to_keep(repo, cache):
    with Scratch(repo, cache) as scratch:
        stack = Stack(scratch, scratch.head)
        lock = stack.index.with_name(f"{stack.index.name}.lock")  # as a run that was killed leaves it
        lock.touch()
        with pytest.raises(DoesNotApply):
            stack.apply(DIFF)
        lock.unlink()
        assert stack.apply(DIFF)


def test_a_merge_is_tried_again_when_what_it_needs_has_come(repo, cache, tmp_path):
    before, after = "a\n1\nb\n", "a\n1\nB\n"
    (repo / "arch/Kconfig").write_text("0\n1\nb\n")
    git(repo, "commit", "-qam", "moved on")
    other = kernel(tmp_path / "other", {"arch/Kconfig": before})
    (other / "arch/Kconfig").write_text(after)
    diff = one(other, "diff", "--full-index", "HEAD").encode() + b"\n"
    with Scratch(repo, cache) as scratch, pytest.raises(DoesNotApply):
        Stack(scratch, scratch.head).apply(diff, three_way=True)
    git(repo, "fetch", "-q", os.fspath(other), "HEAD")
    with Scratch(repo, cache) as scratch:
        stack = Stack(scratch, scratch.head)
        stack.apply(diff, three_way=True)
        assert stack.read("arch/Kconfig") == b"0\n1\nB\n"


def test_the_empty_tree_is_what_git_calls_so(repo):
    with Scratch(repo) as scratch:
        assert scratch.out("mktree", data=b"").decode().strip() == EMPTY
