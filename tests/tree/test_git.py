"""The private repository sees what the user's has, in every shape, and is led astray by nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from kit import KERNEL, commit, git, kernel, one
from patchtool.core.tree import REFETCH
from patchtool.tree.git import GitError, Result, Scratch, ask, own_setting


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", {"mm/a.c": "int a;\n"})


def seen(folder: Path) -> str:
    with Scratch(folder) as scratch:
        return scratch.out("show", f"{scratch.head}:mm/a.c").decode()


def test_the_scratch_folder_goes_at_the_end_and_when_the_start_fails(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    with Scratch(kernel(tmp_path / "kernel")) as scratch:
        assert scratch.folder.parent == tmp_path / "temp"
        assert scratch.folder.is_dir()
    with pytest.raises(GitError):
        Scratch(tmp_path / "nothing")
    assert list((tmp_path / "temp").iterdir()) == []


def test_without_a_source_there_is_an_empty_repository() -> None:
    with Scratch(None) as scratch:
        assert (scratch.head, scratch.refs(), scratch.resolve("HEAD")) == ("", (), None)


@pytest.mark.parametrize(
    "rev",
    ["", "-h", "--help", "-x", "a\nb", "a\0b", "HEAD\n", "HEAD:mm/a.c", "HEAD^{tree}", "nothing", "@{1}"],
)
def test_what_names_no_commit_is_none(repo: Path, rev: str) -> None:
    with Scratch(repo) as scratch:
        assert scratch.resolve(rev) is None


def test_a_revision_is_never_an_option(repo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Scratch(repo) as scratch:
        for rev in (f"--output={out}", f"-O{out}", "--git-dir", "--all", "--exec=touch"):
            assert scratch.resolve(rev) is None
    assert not out.exists()


def test_refs_of_every_kind_newest_first(repo: Path) -> None:
    first = one(repo, "rev-parse", "HEAD")
    second = commit(repo, {"mm/a.c": "int b;\n"}, date=1_100_000_000)
    for name in ("refs/heads/-x", "refs/heads/größe", "refs/heads/a\u2028b", "refs/tags/light"):
        git(repo, "update-ref", name, first)
    git(repo, "tag", "-a", "-m", "t", "annotated", first)
    git(repo, "tag", "-a", "-m", "t", "nested", "annotated")
    git(repo, "tag", "blob", f"{first}:mm/a.c")
    git(repo, "update-ref", "refs/notes/x", first)
    with Scratch(repo) as scratch:
        found = [(ref.name, ref.commit) for ref in scratch.refs()]
        names = ["refs/heads/-x", "refs/heads/a\u2028b", "refs/heads/größe", "refs/tags/annotated"]
        assert found == [
            ("refs/heads/main", second),
            *((name, first) for name in [*names, "refs/tags/light", "refs/tags/nested"]),
        ]
        for name in (*names, "größe", "a\u2028b", "light", "annotated", "heads/-x", "nested"):
            assert scratch.resolve(name) == first
        assert scratch.resolve("-x") == first
        assert scratch.resolve("main~1") == first


def test_a_ref_to_a_lost_commit_hides_no_other(repo: Path) -> None:
    head = one(repo, "rev-parse", "HEAD")
    (repo / ".git/refs/heads/broken").write_text("12" * 20 + "\n")
    with Scratch(repo) as scratch:
        assert [(ref.name, ref.commit) for ref in scratch.refs()] == [("refs/heads/main", head)]


def test_a_bare_repository(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")
    assert seen(tmp_path / "bare.git") == "int a;\n"


def test_a_folder_below_the_top(repo: Path) -> None:
    assert seen(repo / "mm") == "int a;\n"


def test_a_linked_work_tree_has_its_own_head(repo: Path, tmp_path: Path) -> None:
    git(repo, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    commit(tmp_path / "side", {"mm/a.c": "int side;\n"})
    assert seen(tmp_path / "side") == "int side;\n"
    assert seen(repo) == "int a;\n"


def test_a_git_folder_elsewhere(repo: Path, tmp_path: Path) -> None:
    shutil.move(repo / ".git", tmp_path / "modules")
    (repo / ".git").write_text("gitdir: ../modules\n")
    assert seen(repo) == "int a;\n"


def test_a_detached_head(repo: Path) -> None:
    first = one(repo, "rev-parse", "HEAD")
    commit(repo, {"mm/a.c": "int b;\n"})
    git(repo, "checkout", "-q", "--detach", first)
    assert seen(repo) == "int a;\n"


def test_an_unborn_head(repo: Path) -> None:
    git(repo, "symbolic-ref", "HEAD", "refs/heads/unborn")
    with Scratch(repo) as scratch:
        assert scratch.head == ""
        assert scratch.resolve("main") == one(repo, "rev-parse", "main")


def test_a_shallow_clone(repo: Path, tmp_path: Path) -> None:
    commit(repo, {"mm/a.c": "int b;\n"})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo}", "shallow")
    with Scratch(tmp_path / "shallow") as scratch:
        assert scratch.shallow
        assert scratch.out("log", "--format=%s", scratch.head) == b"x\n"
        assert scratch.resolve("HEAD~1") is None
    with Scratch(repo) as scratch:
        assert not scratch.shallow


@pytest.mark.parametrize(
    "name", ["with blank", "gr\u00f6\u00dfe", "a\u2028b", '"quoted"', "#hash", "a:b", os.fsdecode(b"\xff")]
)
def test_odd_folder_names(repo: Path, tmp_path: Path, name: str) -> None:
    shutil.move(repo, tmp_path / name)
    assert seen(tmp_path / name) == "int a;\n"


def test_objects_borrowed_through_a_relative_path(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--shared", "--bare", str(repo), "shared.git")
    (tmp_path / "shared.git/objects/info/alternates").write_text("../../kernel/.git/objects\n")
    assert seen(tmp_path / "shared.git") == "int a;\n"


def test_a_locked_index_and_a_rebase_under_way_are_no_hindrance(repo: Path) -> None:
    (repo / ".git/index.lock").touch()
    (repo / ".git/HEAD.lock").touch()
    (repo / ".git/rebase-apply").mkdir()
    (repo / ".git/rebase-apply/applying").touch()
    assert seen(repo) == "int a;\n"


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "GIT_COMMON_DIR",
     "GIT_TEMPLATE_DIR", "GIT_CONFIG", "GIT_SHALLOW_FILE", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE"],
)  # fmt: skip
def test_the_variables_of_a_hook_lead_nowhere(repo: Path, tmp_path: Path, monkeypatch, name: str) -> None:
    other = kernel(tmp_path / "other", {"mm/a.c": "int other;\n"})
    monkeypatch.setenv(name, str(other / ".git"))
    assert seen(repo) == "int a;\n"
    assert os.environ[name] == str(other / ".git")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DEFAULT_HASH", "sha256"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_TRACE", "2"),
        ("GIT_CEILING_DIRECTORIES", "/"),
    ],
)
def test_other_variables_change_nothing(repo: Path, monkeypatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with Scratch(repo) as scratch:
        assert scratch.out("log", "--format=%s", "HEAD", "--", ":(literal)mm/a.c") == b"x\n"
        assert scratch.run("log", "--format=%s", "HEAD").err == ""


def test_a_replaced_object_is_not_believed(repo: Path) -> None:
    first = one(repo, "rev-parse", "HEAD")
    second = commit(repo, {"mm/a.c": "int b;\n"})
    git(repo, "replace", second, first)
    assert seen(repo) == "int b;\n"


def test_no_repository_is_said_with_its_place_and_a_hint(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "file").touch()
    for name in ("plain", "file", "nothing"):
        with pytest.raises(GitError) as raised:
            Scratch(tmp_path / name)
        assert raised.value.at == str(tmp_path / name)
        assert "--repo" in (raised.value.hint or "")
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("damage", ["[core\n", "[core]\n\trepositoryformatversion = 77\n"])
def test_a_configuration_that_git_refuses(repo: Path, damage: str) -> None:
    (repo / ".git/config").write_text(damage)
    with pytest.raises(GitError) as raised:
        Scratch(repo)
    assert "\n" not in str(raised.value)


def test_a_repository_of_another_hash_is_an_error_of_one_line(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256", "-b", "main", "new")
    commit(tmp_path / "new", KERNEL)
    with pytest.raises(GitError) as raised:
        Scratch(tmp_path / "new")
    assert "sha256" in str(raised.value)


def test_blobs_and_their_absence(repo: Path) -> None:
    oid = one(repo, "rev-parse", "HEAD:mm/a.c")
    commit(repo, {"mm/big.c": b"x" * 1_500_000})
    big = one(repo, "rev-parse", "HEAD:mm/big.c")
    with Scratch(repo) as scratch:
        assert scratch.blob("12" * 20) is None
        assert scratch.blob(oid) == b"int a;\n"
        assert scratch.blob("12" * 20) is None
        assert scratch.blob(big) == b"x" * 1_500_000 == scratch.blob(big)
        shutil.rmtree(repo / ".git/objects")
        assert scratch.blob(oid) == b"int a;\n"


def test_out_raises_and_run_does_not(repo: Path) -> None:
    with Scratch(repo) as scratch:
        assert scratch.run("cat-file", "-e", "12" * 20).status != 0
        with pytest.raises(GitError, match="Needed a single revision"):
            scratch.out("rev-parse", "--verify", "nothing")


def test_commands_side_by_side(repo: Path, monkeypatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    with Scratch(repo) as scratch:
        slow, fast, bad = (
            scratch.start(*c) for c in (("rev-list", "HEAD"), ("rev-parse", "HEAD"), ("none",))
        )
        assert os.environ["GIT_DIR"] == "/nowhere"
        assert fast.result() == Result(0, f"{scratch.head}\n".encode(), "")
        assert slow.result().out == fast.result().out
        assert bad.result().status == 1


def test_an_absent_object_is_named_with_what_brings_it(repo: Path) -> None:
    first = one(repo, "rev-parse", "HEAD")
    (repo / "mm/a.c").write_text("int b;\n")
    git(repo, "commit", "-qam", "b")
    oid = one(repo, "rev-parse", f"{first}:mm/a.c")
    (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    with Scratch(repo) as scratch, pytest.raises(GitError) as raised:
        scratch.out("diff-tree", "-p", first, "HEAD")
    assert raised.value.message == f"the object {oid} is absent from the store"
    assert raised.value.hint == REFETCH


def test_a_question_to_the_users_repository(repo: Path) -> None:
    assert ask(repo, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    with pytest.raises(GitError) as raised:
        ask(repo, "rev-parse", "--verify", "nothing")
    assert (raised.value.at, raised.value.message) == (str(repo), "Needed a single revision")


def test_the_users_settings_are_read_from_where_they_stand(repo: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Home\n\temail = h@example.org\n")
    git(repo, "config", "user.name", "Here")
    assert own_setting(repo, "user.name") == "Here"
    assert own_setting(repo, "user.email") == "h@example.org"
    assert own_setting(repo, "user.nothing") == ""
