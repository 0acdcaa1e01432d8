"""`patchtool hook` as a user and git run it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from hook_kit import SIGNED, change, cloned, installed, own, run

from kit import SCRIPT, command, fingerprint, git, one
from patchtool.rules import ALL

MINE = sum(rule.default and rule.on_series is not None for rule in ALL)
OTHERS = sum(rule.default and rule.on_series is None for rule in ALL)
LEFT = f"left to pre-push and patchtool check: {OTHERS} rules, and what the commits before say"
UNSIGNED = f"""mm/gathre: Change it

1/1 mm/gathre: Change it
.git/COMMIT_EDITMSG:1: error [missing-signoff]
    The author, T <t@example.org>, did not sign off.
    hint: ask for `Signed-off-by: T <t@example.org>`
.git/COMMIT_EDITMSG:1: warning [misspelt-prefix]
    The subject's prefix says "gathre", which nothing here is called; mm/gather.c says "gather".
    | mm/gathre: Change it
    hint: write "mm/gather: ..."

checked: message and diff, {MINE} rules: 2 findings (1 error, 1 warning, 0 note)
"""
KEPT = (
    "patchtool: stopped; the message is kept: `git commit -e -F .git/COMMIT_EDITMSG` takes it up again, "
    "--no-verify as it is\n"
)


@pytest.fixture
def repo(tmp_path) -> Path:
    return own(tmp_path / "repo")


@pytest.fixture
def topic(mini, tmp_path) -> Path:
    """A clone of the mini kernel, its stable branches at hand, with hooks and an own branch."""
    folder = cloned(mini, tmp_path / "topic")
    git(folder, "checkout", "-q", "-B", "topic", "origin/mainline")
    return folder


def lines(said: str, start: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith(start)]


def test_install_and_uninstall_say_what_they_did(repo):
    hooks = repo / ".git/hooks"
    names = ("commit-msg", "applypatch-msg", "pre-push", "sendemail-validate")
    before = fingerprint(repo)
    assert installed(repo) == "".join(f"installed: {hooks}/{name}\n" for name in names)
    assert installed(repo / "mm", "pre-push") == f"is there: {hooks}/pre-push\n"
    done = command("hook", "uninstall", "pre-push", cwd=repo)
    assert (done.returncode, done.stdout.decode()) == (0, f"removed: {hooks}/pre-push\n")
    assert command("hook", "uninstall", "--repo", repo, cwd=repo.parent).returncode == 0
    assert fingerprint(repo) == before
    done = command("hook", "uninstall", cwd=repo)
    assert (done.returncode, done.stderr.decode()) == (0, f"no hook of patchtool in {hooks}\n")


def test_a_hook_that_is_there(repo):
    hook = repo / ".git/hooks/commit-msg"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho theirs\n")
    hook.chmod(0o755)
    refused = command("hook", "install", cwd=repo)
    said = f"patchtool: {hook}: there is a hook already (hint: --chain runs it first, and then patchtool)\n"
    assert (refused.returncode, refused.stderr.decode()) == (2, said)
    kept = "commit-msg.before-patchtool"
    assert installed(repo, "commit-msg", "--chain") == f"installed: {hook}, runs {kept} first\n"
    change(repo)
    status, said = run(repo, "git", "commit", "-q", "-m", SIGNED)
    assert (status, said.splitlines()) == (
        0,
        [
            "theirs",
            f"patchtool: message and diff, {MINE} rules: no finding",
            f"patchtool: not checked: {LEFT}",
        ],
    )
    done = command("hook", "uninstall", cwd=repo)
    assert done.stdout.decode() == f"removed: {hook}, {kept} is back in its place\n"
    assert hook.read_text() == "#!/bin/sh\necho theirs\n"


def test_a_shared_folder_is_said(repo, tmp_path):
    git(repo, "config", "core.hooksPath", str(tmp_path / "shared"))
    done = command("hook", "install", "commit-msg", cwd=repo)
    assert done.stdout.decode() == f"installed: {tmp_path}/shared/commit-msg\n"
    assert "every repository that uses this folder runs them" in done.stderr.decode()
    change(repo)
    assert run(repo, "git", "commit", "-m", "mm: a")[0] == 1


def test_a_message_that_is_wrong_is_kept(repo):
    installed(repo)
    change(repo)
    before = one(repo, "rev-parse", "HEAD")
    status, said = run(repo, "git", "commit", "-m", "mm/gathre: Change it")
    assert (status, said) == (1, f"{UNSIGNED}not checked: {LEFT}\n{KEPT}")
    assert one(repo, "rev-parse", "HEAD") == before
    assert (repo / ".git/COMMIT_EDITMSG").read_text() == "mm/gathre: Change it\n"
    again = ("git", "commit", "-q", "-s", "-e", "-F", ".git/COMMIT_EDITMSG")
    assert run(repo, *again, GIT_EDITOR="sed -i s/gathre/gather/")[0] == 0
    assert one(repo, "log", "-1", "--format=%s") == "mm/gather: Change it"


def test_the_author_of_an_amended_commit_counts(repo):
    installed(repo)
    change(repo)
    assert run(repo, "git", "commit", "-q", "-m", SIGNED)[0] == 0
    status, said = run(repo, "git", "commit", "-q", "--amend", "--no-edit", "--author", "O <o@example.org>")
    assert (status, lines(said, "    The")) == (1, ["    The author, O <o@example.org>, did not sign off."])


def test_what_git_has_staged_for_this_commit_alone(repo):
    installed(repo)
    (repo / "mm/gather.c").write_text("int partly;\n")
    # Its index is a temporary one, and the diff's path tells what the prefix should have been.
    status, said = run(repo, "git", "commit", "-s", "-m", "mm/gathre: a", "mm/gather.c")
    assert status == 0
    assert len(lines(said, '    The subject\'s prefix says "gathre"')) == 1


def test_a_linked_work_tree(repo, tmp_path):
    installed(repo)
    git(repo, "worktree", "add", "-q", str(tmp_path / "other"), "-b", "other")
    change(tmp_path / "other")
    status, said = run(tmp_path / "other", "git", "commit", "-m", "mm: a")
    place = repo / ".git/worktrees/other/COMMIT_EDITMSG"
    assert (status, len(lines(said, f"{place}:1: error [missing-signoff]"))) == (1, 1)


def test_what_is_no_patch_is_said(repo):
    installed(repo)
    change(repo)
    status, said = run(repo, "git", "commit", "-q", "-m", "fixup! mm: a")
    assert (status, said) == (
        0,
        "patchtool: not checked: a message that `git rebase --autosquash` takes away\n",
    )
    git(repo, "checkout", "-q", "-b", "side", "main")
    (repo / "side.c").write_text("int side;\n")
    git(repo, "add", "side.c")
    git(repo, "commit", "-q", "--no-verify", "-m", "x")
    status, said = run(repo, "git", "merge", "-q", "--no-edit", "topic")
    assert (status, said) == (0, "patchtool: not checked: a merge is no patch\n")


def test_what_keeps_patchtool_from_checking_stops_no_commit(repo, tmp_path):
    installed(repo)
    change(repo)
    (tmp_path / "home/patchtool").mkdir(parents=True)
    (tmp_path / "home/patchtool/config.toml").write_text("ignroe = []\n")
    status, said = run(repo, "git", "commit", "-q", "-m", "mm: a", XDG_CONFIG_HOME=str(tmp_path / "home"))
    assert status == 0
    assert said.startswith(f"patchtool: {tmp_path}/home/patchtool/config.toml:1: ")
    assert said.endswith(": the commit goes on, not checked\n")
    assert one(repo, "log", "-1", "--format=%s") == "mm: a"


def test_the_configuration_counts(repo, tmp_path):
    installed(repo)
    change(repo)
    (tmp_path / "home/patchtool").mkdir(parents=True)
    config = tmp_path / "home/patchtool/config.toml"
    config.write_text('ignore = ["missing-signoff"]\n')
    status, said = run(repo, "git", "commit", "-q", "-m", "mm: a", XDG_CONFIG_HOME=str(tmp_path / "home"))
    assert (status, lines(said, "patchtool: not checked: rules")) == (
        0,
        ["patchtool: not checked: rules left out: missing-signoff"],
    )


def test_git_am_goes_on_with_the_message_put_right(topic, series):
    installed(topic)
    status, said = run(topic, "git", "am", "--empty=drop", str(series / "v1.mbox"))
    assert (status, lines(said, ".git/rebase-apply/final-commit:14: error [malformed-trailer]")) == (
        1,
        [".git/rebase-apply/final-commit:14: error [malformed-trailer]"],
    )
    assert "stopped; the message is kept: edit .git/rebase-apply/final-commit, then `git am` alone" in said
    message = topic / ".git/rebase-apply/final-commit"
    message.write_text(message.read_text().replace("cleo@example.com\n", "cleo@example.com>\n"))
    if not shutil.which("script"):
        # Right: only script(1) gives git a terminal here; all of the test before it has run.
        pytest.skip("no script(1): that `git am` at a terminal goes on was NOT tried")
    status, said = run(topic, "script", "-qec", "git am", "/dev/null")
    assert (status, one(topic, "rev-list", "--count", "origin/mainline..")) == (0, "9")


@pytest.mark.parametrize(("name", "status"), [("clean", 0), ("broken-rename", 1)])
def test_a_push_is_checked_as_a_series(topic, series, name, status):
    installed(topic, "pre-push")
    git(topic, "init", "-q", "--bare", "../there.git")
    git(topic, "remote", "add", "mine", "../there.git")
    git(topic, "am", "-q", "--empty=drop", str(series / f"{name}.mbox"))
    done, said = run(topic, "git", "push", "-q", "mine", "topic")
    checked = command("check", "origin/mainline..topic", "--base", "origin/mainline", cwd=topic)
    assert (done, checked.returncode) == (status, status)
    last = next(line for line in checked.stdout.decode().splitlines() if line.startswith("checked: "))
    assert last in said if status else last.removeprefix("checked: ").split(":")[0] in said
    pushed = git(topic, "ls-remote", "mine", "topic") != b""
    assert pushed == (status == 0)
    assert ("patchtool: stopped; `git push --no-verify` pushes it as it is\n" in said) == bool(status)


def test_a_push_that_brings_nothing_is_silent_and_a_history_is_said(topic):
    installed(topic, "pre-push")
    git(topic, "init", "-q", "--bare", "../there.git")
    assert run(topic, "git", "push", "-q", "../there.git", "topic") == (0, "")
    git(topic, "checkout", "-q", "--orphan", "new")
    git(topic, "commit", "-q", "--no-verify", "-m", "x")
    status, said = run(topic, "git", "push", "-q", "../there.git", "new")
    why = "the first of them has no parent; `patchtool check A..B` takes a range of commits"
    assert (status, said) == (0, f"patchtool: refs/heads/new: not checked: {why}\n")


def test_by_hand(repo):
    (repo / "message").write_text(SIGNED)
    for way in (["--", "message"], ["message"]):
        done = command("hook", "run", "commit-msg", *way, cwd=repo)
        assert (done.returncode, done.stdout) == (0, b"")
        assert done.stderr.decode().startswith(f"patchtool: message, {MINE} rules: no finding\n")
    done = command("hook", "run", "commit-msg", "--", cwd=repo)
    said = "patchtool: git hands a file to commit-msg (hint: patchtool hook run commit-msg FILE)\n"
    assert (done.returncode, done.stderr.decode()) == (2, said)
    assert command("hook", "run", "no-such", "--", "x", cwd=repo).returncode == 2


def test_what_a_commit_waits_for_is_loaded_alone(repo):
    (repo / "message").write_text(SIGNED)
    code = "import sys; from patchtool.cli.entry import _asked; _asked(); print(*sys.modules)"
    words = (sys.executable, "-P", "-c", code, "hook", "run", "commit-msg", "--", "message")
    status, said = run(repo, *words)
    heavy = {
        "typer",
        "rich",
        "pydantic",
        "tree_sitter",
        "kconfiglib",
        "pysat",
        "patchtool.engine.walk",
        "patchtool.engine.check",
    }
    assert (status, heavy & set(said.split())) == (0, set())
    assert "patchtool.rules" in said.split()


def test_no_module_of_the_tree_is_loaded(repo):
    installed(repo)
    for name in ("typing", "patchtool", "re"):
        (repo / f"{name}.py").write_text("raise SystemExit(9)\n")
    change(repo)
    assert run(repo, "git", "commit", "-q", "-m", SIGNED)[0] == 0
    assert str(SCRIPT) in (repo / ".git/hooks/commit-msg").read_text()
