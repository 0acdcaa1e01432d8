"""What patchtool says of itself: help, man pages, completion, rules, and the state of the machine."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kit import SCRIPT, command, commit, git, kernel
from patchtool.cli.help_text import EXAMPLES, SUMMARIES
from patchtool.cli.man import pages, roff
from patchtool.rules import ALL


@pytest.mark.parametrize("name", ["", *SUMMARIES])
def test_help_is_one_screen(tmp_path: Path, name: str) -> None:
    done = command(*name.split(), "--help", cwd=tmp_path, COLUMNS="80")
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(text.splitlines()) <= 40
    wide = [line for line in text.splitlines() if len(line) > 80]
    assert [line for line in wide if not line.lstrip().startswith("patchtool ")] == []
    for line, _ in EXAMPLES.get(name, ()):
        assert f"  {line}" in text


@pytest.mark.parametrize("name", [*SUMMARIES, "hook install", "hook uninstall", "hook run"])
def test_what_an_option_takes_is_named_in_capitals(tmp_path: Path, name: str) -> None:
    text = command(*name.split(), "--help", cwd=tmp_path, COLUMNS="200").stdout.decode()
    page = "\n".join(pages().values())
    assert re.findall(r"<[a-z].*?>|[{}]", text + page) == []
    taken = re.findall(r"^  (?:-\w, )?--[a-z-]+(?:, --[a-z-]+)* (\S+)", text, re.MULTILINE)
    assert [word for word in taken if not re.fullmatch(r"/|[A-Z][A-Z,-]*", word)] == []


def test_commands_stand_in_order_each_on_a_line(tmp_path: Path) -> None:
    text = command("--help", cwd=tmp_path, COLUMNS="80").stdout.decode()
    listed = re.search(r"Commands:\n(.*?)\n\n", text, re.DOTALL)
    assert listed
    width = max(map(len, SUMMARIES))
    assert listed[1].splitlines() == [f"  {name:<{width}}  {said}" for name, said in SUMMARIES.items()]


def test_every_example_is_a_command_that_parses(tmp_path: Path) -> None:
    for name, rows in EXAMPLES.items():
        shown = command(name, "--help", cwd=tmp_path).stdout.decode()
        for line, _ in rows:
            assert line.startswith(f"patchtool {name}")
            assert [option for option in re.findall(r"(?<= )--[a-z-]+", line) if option not in shown] == []


def test_a_man_page_has_what_help_has(tmp_path: Path) -> None:
    made = pages()
    assert list(made) == ["patchtool.1", *(f"patchtool-{name}.1" for name in SUMMARIES)]
    for name in SUMMARIES:
        text = made[f"patchtool-{name}.1"].replace("\\-", "-")
        options = set(re.findall(r"--[a-z-]+", command(name, "--help", cwd=tmp_path).stdout.decode()))
        assert {option for option in options if option not in text} == set()


def test_the_man_pages_are_sound(tmp_path: Path) -> None:
    if shutil.which("groff") is None:
        # Right: only readers of man pages have it; .ci/run installs it.
        pytest.skip("groff is not installed: man pages were NOT formatted")
    for name, text in pages().items():
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z", "-"],
            input=text.encode(),
            capture_output=True,
            check=False,
        )
        assert (name, done.returncode, done.stderr) == (name, 0, b"")


def test_text_is_no_request_of_roff() -> None:
    assert roff(".TH a-b\\n\n'x") == "\\&.TH a\\-b\\en\n\\&'x"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_and_nothing_written(tmp_path: Path, shell: str) -> None:
    done = command("completion", shell, cwd=tmp_path, HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "_PATCHTOOL_COMPLETE" in done.stdout.decode()
    assert list(tmp_path.iterdir()) == []
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=done.stdout, check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("patchtool ch", ["check"]),
        ("patchtool check --write", ["--write-baseline"]),
        ("patchtool explain incomplete", ["incomplete-rename", "incomplete-series"]),
        ("patchtool explain PT12", [rule.id for rule in ALL if rule.id.startswith("PT12")]),
        ("patchtool check --select incomplete", ["incomplete-rename", "incomplete-series"]),
        ("patchtool check --ignore stable-tag,dead", ["stable-tag,dead-symbol"]),
        ("patchtool check v2", []),
    ],
)
def test_a_shell_gets_its_answer_and_no_more(tmp_path: Path, words: str, answer: list[str]) -> None:
    (tmp_path / ".patchtool.toml").write_text("broken = \n")
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    done = command(cwd=tmp_path, _PATCHTOOL_COMPLETE="complete_bash", **asked)
    assert (done.stdout.decode().split(), done.stderr) == (answer, b"")


def test_the_rules_as_a_table_and_as_json(tmp_path: Path) -> None:
    lines = command("rules", cwd=tmp_path).stdout.decode().splitlines()
    assert lines[0] == "PT100  does-not-apply        error    Patch that the tree does not take"
    assert len(lines) == len(ALL) + (2 if any(not rule.default for rule in ALL) else 0)
    assert [line for line in lines[: len(ALL)] if len(line) > 140] == []
    starred = [line.split()[1] for line in lines if "* " in line and line.startswith("PT")]
    assert starred == [rule.name for rule in ALL if not rule.default]
    listed = json.loads(command("rules", "--format", "json", cwd=tmp_path).stdout)["rules"]
    assert [one["id"] for one in listed] == [rule.id for rule in ALL]
    assert list(listed[0]["doc"]) == [
        "What it does", "Why it is bad", "Decides by", "Limits", "Example", "History",
    ]  # fmt: skip


def test_rules_of_ones_own_are_listed(tmp_path: Path, series: Path) -> None:
    own = series.parent / "user-rules"
    lines = command("rules", "--rules", own, cwd=tmp_path).stdout.decode().splitlines()
    assert [line.split()[:3] for line in lines if line.startswith("user")] == [
        ["user", "bug-on", "warning"],
        ["user", "unguarded-flush", "note"],
    ]


def test_a_rule_is_explained_by_its_docstring(tmp_path: Path) -> None:
    text = command("explain", "PT205", cwd=tmp_path).stdout.decode()
    assert text == command("explain", "missing-signoff", cwd=tmp_path).stdout.decode()
    assert text.startswith(
        "missing-signoff (PT205)\n"
        "Patch without the sign-off of its author or of whoever sent it.\n\n"
        "What it does\n    flags a patch that its author did not sign off (error), or that came from\n"
    )
    assert "\nExample\n    fixtures/rules/missing-signoff/\n" in text
    assert text.endswith("Runs\n    runs unless left out; on the mails alone\nSince\n    0.1\n")
    done = command("explain", "missing-singoff", cwd=tmp_path)
    assert (
        done.stderr == b"patchtool: no rule is called missing-singoff (hint: did you mean missing-signoff?)\n"
    )
    assert done.returncode == 2


UPSTREAM = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git"


def checkups(cwd: Path, *arguments: object, status: int = 0, **extra: str) -> dict[str, dict[str, str]]:
    """What the doctor found, by its name."""
    done = command("doctor", "--format", "json", *arguments, cwd=cwd, **extra)
    assert (done.returncode, done.stderr) == (status, b"")
    return {one["name"]: one for one in json.loads(done.stdout)["checkups"]}


def test_the_doctor_on_a_kernel(mini: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "x").write_bytes(b"1" * 100_000)
    found = checkups(tmp_path, "--repo", mini, "--strict", PATCHTOOL_CACHE=str(tmp_path / "cache"))
    head = git(mini, "rev-parse", "--short=12", "HEAD").decode().strip()
    assert found["kernel"]["said"] == f"{mini}: 5.6.0-rc1, HEAD is {head}"
    assert found["stable"]["said"] == "linux-4.19.y, linux-4.9.y, linux-5.4.y, linux-5.5.y"
    assert found["cache"]["said"] == f"{tmp_path}/cache: 1 file, 0.1 MB"
    assert found["git"]["said"] == git(mini, "version").decode().removeprefix("git version ").strip()
    assert {found[name]["health"] for name in ("typer", "rich", "kconfiglib", "GitPython")} == {"fine"}


def test_the_doctor_on_clones_with_less_in_them(mini: Path, tmp_path: Path) -> None:
    whole = checkups(tmp_path, "--repo", mini)
    assert (whole["files"]["health"], whole["history"]["health"]) == ("fine", "fine")
    assert "unfinished" not in whole
    git(tmp_path, "clone", "-q", "--bare", "--depth", "1", mini.as_uri(), "shallow")
    shallow = checkups(tmp_path, "--repo", "shallow")["history"]
    assert (shallow["health"], shallow["cure"]) == ("optional", "git fetch --unshallow")
    repo = tmp_path / "repo"
    shutil.copytree(mini, repo, symlinks=True)
    for path, health in (("mm/gup.c", "optional"), ("arch/m68k/Kconfig", "lacking")):
        oid = git(repo, "rev-parse", f"HEAD:{path}").decode().strip()
        place = repo / ".git" / "objects" / oid[:2] / oid[2:]
        place.chmod(0o644)
        place.unlink()
        assert checkups(tmp_path, "--repo", repo)["files"]["health"] == health
    assert checkups(tmp_path, "--repo", repo)["files"] == {
        "name": "files",
        "health": "lacking",
        "said": "2 files of HEAD absent from the object store and not searched: arch/m68k/Kconfig, mm/gup.c",
        "cure": "git fetch --refetch --no-filter",
    }


def test_the_doctor_on_a_repository_in_the_middle_of_something(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "repo")
    assert checkups(tmp_path, "--repo", repo)["history"] == {
        "name": "history",
        "health": "optional",
        "said": "HEAD is one commit: Fixes tags can't be told, prerequisites and later fixes not found",
        "cure": f"git fetch {UPSTREAM} +master:refs/remotes/mainline/master",
    }
    git(repo, "switch", "-q", "-c", "topic")
    commit(repo, {"a.c": "1\n"})
    git(repo, "switch", "-q", "main")
    commit(repo, {"a.c": "2\n"})
    git(repo, "rebase", "-q", "topic", check=False)
    assert checkups(tmp_path, "--repo", repo)["unfinished"] == {
        "name": "unfinished",
        "health": "optional",
        "said": "in the middle of a rebase: HEAD is a state on the way",
        "cure": "git rebase --continue or --abort",
    }
    git(repo, "rebase", "--abort")
    git(repo, "bisect", "start")
    assert checkups(tmp_path, "--repo", repo)["unfinished"]["cure"] == "git bisect reset ends it"


def test_the_doctor_says_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / ".patchtool.toml").write_text("selct = []\n")
    found = checkups(tmp_path, PATCHTOOL_CACHE="", HOME=str(tmp_path))
    assert (found["kernel"]["health"], found["cache"]["health"]) == ("optional", "optional")
    assert "git clone https://git.kernel.org/" in found["kernel"]["cure"]
    assert found["identity"]["cure"].startswith("git config --global user.name")
    assert found["configuration"] == {
        "name": "configuration",
        "health": "lacking",
        "said": f"{tmp_path}/.patchtool.toml:1: `selct` is no key of patchtool's configuration",
        "cure": "did you mean `select`?",
    }
    checkups(tmp_path, "--strict", status=1)


def test_the_doctor_without_git(tmp_path: Path) -> None:
    found = checkups(tmp_path, PATH=str(tmp_path))
    assert found["git"] == {
        "name": "git",
        "health": "lacking",
        "said": "not on the PATH; nothing works without it",
        "cure": "apt install git",
    }


def test_the_doctors_text(tmp_path: Path) -> None:
    done = subprocess.run(
        [SCRIPT, "doctor"], cwd=tmp_path, env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True, check=True,
    )  # fmt: skip
    lines = done.stdout.decode().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("lacking   git "))
    assert lines[at + 1].split(maxsplit=1) == ["do:", "apt install git"]
    things = sum(not line.startswith(" ") for line in lines[:-2])
    assert lines[-1] == f"examined: {things} things: 1 lacking, 2 optional and not there"


def test_without_git_nothing_else_begins(tmp_path: Path, series: Path) -> None:
    done = command("check", series / "clean.mbox", cwd=tmp_path, PATH=str(tmp_path))
    said = b"patchtool: git is not on the PATH (hint: apt install git; see patchtool doctor)\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", said)
    assert command("explain", "PT101", cwd=tmp_path, PATH=str(tmp_path)).returncode == 0


def test_a_person_at_a_terminal_sees_the_line_in_a_frame(mini: Path, series: Path, tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    asked = ("check", series / "broken-rename.mbox", "--repo", mini, "--base", "mainline", "--color", "never")
    with subprocess.Popen(
        [SCRIPT, *asked],
        cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(controller, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            shown += part
        assert running.wait() == 1
    os.close(controller)
    text = shown.decode().replace("\r\n", "\n")
    caret = " " * 7 + "^" * len("HAVE_RCU_TABLE_FREE")
    assert f"\n    11 | \tselect HAVE_RCU_TABLE_FREE\n       | \t{caret}\n" in text
    assert "\x1b" not in text
