"""Outcomes of patches kept between runs, and the repositories that read them."""

import json

import pytest

from kit import kernel
from patchtool.tree.applied import Applied, Outcome
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack

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
def outcome(repo, tmp_path):
    """What the diff makes of the repository, applied once and kept in `cache`."""
    with Scratch(repo) as scratch:
        tree, applied = Snapshot(scratch, scratch.resolve("HEAD"), "HEAD"), Applied(tmp_path / "cache")
        assert applied.get(tree, DIFF) is None
        return applied.put(tree, DIFF, Stack(scratch, tree.oid).apply(DIFF))


def asked(repo, folder, diff=DIFF):
    """The outcome a later run finds, and what that run reads in arch/Kconfig and mm/Kconfig of its tree."""
    with Scratch(repo) as scratch:
        tree, applied = Snapshot(scratch, scratch.resolve("HEAD"), "HEAD"), Applied(folder)
        tree.read("Makefile")
        applied.lend(scratch)
        found = applied.get(tree, diff)
        if found is None:
            return None, None
        after = tree.derive(found.tree, "after", found.overlay)
        listed = Snapshot(scratch, found.tree, "listed")
        assert after.paths() == listed.paths()
        return found, (after.read("arch/Kconfig"), after.read("mm/Kconfig"), listed.read("arch/Kconfig"))


def test_a_later_run_reads_what_an_earlier_one_made(repo, outcome, tmp_path):
    found, contents = asked(repo, tmp_path / "cache")
    assert found == outcome
    assert found.overlay.keys() == {"arch/Kconfig", "mm/Kconfig"}
    assert contents == (b"config OLD\nconfig NEW\n", None, b"config OLD\nconfig NEW\n")


def test_another_diff_and_another_folder_are_not_known(repo, outcome, tmp_path):
    assert asked(repo, tmp_path / "cache", DIFF + b"\n") == (None, None)
    assert asked(repo, tmp_path / "elsewhere") == (None, None)
    assert asked(repo, None) == (None, None)


def test_an_outcome_that_lost_an_object_is_forgotten(repo, outcome, tmp_path):
    blob = outcome.overlay["arch/Kconfig"]
    (tmp_path / "cache" / "objects" / blob[:2] / blob[2:]).unlink()
    assert asked(repo, tmp_path / "cache") == (None, None)


@pytest.mark.parametrize("junk", ["{}", "[", '{"tree": "HEAD", "overlay": {}, "objects": []}', "null"])
def test_junk_in_the_folder_counts_as_nothing(repo, outcome, tmp_path, junk):
    for kept in (tmp_path / "cache").glob("applied-*.json"):
        kept.write_text(junk)
    assert asked(repo, tmp_path / "cache") == (None, None)


def test_what_the_repository_holds_is_not_kept_twice(repo, outcome, tmp_path):
    (kept,) = (tmp_path / "cache").glob("applied-*.json")
    objects = set(json.loads(kept.read_text())["objects"])
    assert objects == {path.parent.name + path.name for path in (tmp_path / "cache/objects").glob("??/*")}
    assert len(objects) == 3  # the top, arch, arch/Kconfig; what is deleted brings nothing


def test_a_file_where_the_store_should_be_is_no_error(repo, tmp_path):
    (tmp_path / "cache").write_text("")
    assert asked(repo, tmp_path / "cache") == (None, None)
    with Scratch(repo) as scratch:
        tree = Snapshot(scratch, scratch.resolve("HEAD"), "HEAD")
        made = Applied(tmp_path / "cache").put(tree, DIFF, Stack(scratch, tree.oid).apply(DIFF))
    assert isinstance(made, Outcome)
