from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kit import SCRIPT, commit, git
from patchtool.cli.inputs import read_input, read_inputs
from patchtool.core.errors import PatchtoolError

ENV = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/bin:/bin",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
COVER = """Change it all

Why.

--- b4-submit-tracking ---
{"series": {"revision": 2, "change-id": "20240102-all-0123456789ab"}}
"""


@pytest.fixture
def repo(tmp_path):
    """A branch `topic` of three commits upon `main`: b4's cover, and two that change a file."""
    program = shutil.which("git")
    folder = tmp_path / "repo"
    folder.mkdir()

    def git(*command: str) -> None:
        subprocess.run([program, *command], cwd=folder, env=ENV, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch=main")

    def change(text: str, message: str) -> None:
        (folder / "a.c").write_text(text)
        git("add", "a.c")
        git("commit", "--quiet", "-m", message)

    change("0\n", "base")
    git("switch", "--quiet", "-c", "topic")
    git("commit", "--quiet", "--allow-empty", "-m", COVER)
    change("1\n", "mm: one")
    change("2\n", "mm: two")
    git("branch", "--set-upstream-to=main")
    return folder


def said(series) -> tuple[str, int, str, list[str]]:
    return series.subject, series.version, series.change_id, [f"{p.name} {p.subject}" for p in series.patches]


WHOLE = ("Change it all", 2, "20240102-all-0123456789ab", ["1/2 mm: one", "2/2 mm: two"])


@pytest.mark.parametrize("name", ["main..topic", "main..", None])
def test_a_branch_that_b4_prepares(repo, name):
    series = read_input(name, repo=repo)
    assert said(series) == WHOLE
    assert series.source == (name or "the current branch")


def test_a_part_of_it(repo, monkeypatch):
    monkeypatch.chdir(repo)
    assert said(read_input("topic^..topic")) == ("mm: two", 1, "", ["1/1 mm: two"])


def test_a_path_that_exists_wins(repo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main..topic").write_bytes((FIXTURES / "clean.mbox").read_bytes())
    assert read_input("main..topic", repo=repo).source == "main..topic"
    with pytest.raises(PatchtoolError, match="no such file"):
        read_input("../nope.mbox", repo=repo)


FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "series"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("main..nope", "{repo}: no such revision: nope (hint: git fetch, or see git log)"),
        ("main...topic", "main...topic: not a range (hint: name it as A..B)"),
        ("topic..main", "topic..main: no commit in the range changes anything"),
        ("--output=x..main", "{repo}: no such revision: --output=x (hint: git fetch, or see git log)"),
    ],
)
def test_no_range(repo, name, message):
    with pytest.raises(PatchtoolError) as error:
        read_input(name, repo=repo)
    assert str(error.value) == message.format(repo=repo)


def test_a_mail_of_an_archive(tmp_path):
    box = tmp_path / "inbox"
    box.mkdir()

    def git(*command: str) -> None:
        subprocess.run(["git", *command], cwd=box, env=ENV, check=True, capture_output=True)

    git("init", "--quiet")
    names = []
    for mail in (FIXTURES / "clean.mbox").read_bytes().split(b"\nFrom "):
        data = mail.partition(b"\n")[2] + b"\n"
        names += [line for line in data.split(b"\n") if line.lower().startswith(b"message-id:")][:1]
        (box / "m").write_bytes(data)
        git("add", "m")
        git("commit", "--quiet", "-m", "mail")
    name = names[-1].decode().partition(":")[2].strip()
    series = read_input(name, inbox=box)
    assert said(series)[3]
    assert series.patches[-1].message_id == name.strip("<>")
    with pytest.raises(PatchtoolError, match="--inbox needs a message-id"):
        read_input(None, inbox=box)


def test_a_range_is_judged_on_the_commit_it_begins_at(mini: Path, tmp_path: Path) -> None:
    repo = Path(shutil.copytree(mini, tmp_path / "kernel"))
    git(repo, "checkout", "-q", "-f", "linux-5.4.y")
    first = commit(repo, {"lib/one.c": "int one;\n"})
    commit(repo, {"lib/two.c": "int two;\n"})
    read = read_input(f"{first}..HEAD", repo=repo)
    assert (read.base_commit, [patch.total for patch in read.patches]) == (first, [1])


def test_files_of_git_format_patch_are_one_series(repo: Path, tmp_path: Path) -> None:
    git(repo, "format-patch", "-q", "-o", str(tmp_path / "out"), "-2")
    files = sorted(str(file) for file in (tmp_path / "out").iterdir())
    series = read_inputs(files)
    assert (series.source, series.total, series.missing) == (f"{files[0]} and 1 file more", 2, ())
    assert [(patch.name, patch.subject) for patch in series.patches] == [
        ("1/2", "mm: one"),
        ("2/2", "mm: two"),
    ]
    assert read_inputs(files[1:]).missing == (1,)


def test_several_names_are_files(repo: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.patch"
    file.touch()
    hint = "several names are the files of one series, as git format-patch writes them"
    with pytest.raises(PatchtoolError) as caught:
        read_inputs([str(file), "HEAD"], repo=repo)
    assert str(caught.value) == f"HEAD: not a file (hint: {hint})"
    with pytest.raises(PatchtoolError) as caught:
        read_inputs([str(file), str(file)], inbox=tmp_path)
    assert str(caught.value) == f"{file}: --inbox is for one message-id (hint: {hint})"


NO_SERIES = "a revision is no series (hint: X^..X is that commit alone, A..X is all that A lacks)"
NO_ARCHIVE = (
    "a message-id, and no archive to look in (hint: b4 am 2020@x.org fetches its thread as a mailbox; "
)
NOTHING = "no such file or revision (hint: a mailbox, a mail, a folder of them, -, or a range A..B)"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("topic", NO_SERIES.replace("X", "topic")),
        ("HEAD", NO_SERIES.replace("X", "HEAD")),
        ("2020@x.org", f"{NO_ARCHIVE}--inbox DIR reads an archive of yours)"),
        ("https://lore.kernel.org/all/2020@x.org/", f"{NO_ARCHIVE}--inbox DIR reads an archive of yours)"),
        ("nonesuch", NOTHING),
    ],
)
def test_what_is_no_series_says_how_to_ask_for_it(repo: Path, name: str, said: str) -> None:
    with pytest.raises(PatchtoolError) as caught:
        read_input(name, repo=repo)
    assert str(caught.value) == f"{name}: {said}"


def test_a_name_that_is_nothing_where_there_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(PatchtoolError, match="HEAD: no such file or revision"):
        read_input("HEAD", repo=tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full: a full disk was NOT tried")
def test_a_full_disk_is_no_bug(mini: Path, series: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [str(SCRIPT), "check", str(series / "clean.mbox")],
            cwd=mini, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == b"patchtool: can't write: No space left on device (hint: make room)\n"
