"""The user's repository is as it was, whatever happens, and nothing it configures is run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kit import SCRIPT, command, fingerprint, git

KEYS = (
    "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean",
    "filter.x.smudge", "filter.x.process", "merge.x.driver", "gpg.program", "pager.log", "pager.grep",
    "credential.helper", "uploadpack.packObjectsHook", "sequence.editor", "interactive.diffFilter",
)  # fmt: skip
BUILTINS = (
    "apply",
    "cat-file",
    "for-each-ref",
    "grep",
    "log",
    "ls-tree",
    "read-tree",
    "rev-parse",
    "diff-tree",
)
HOOKS = ("post-index-change", "reference-transaction", "post-checkout", "pre-commit", "fsmonitor-watchman",
         "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-auto-gc", "query-watchman")  # fmt: skip


@pytest.fixture
def repo(mini: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(mini, tmp_path / "kernel", symlinks=True))


def facts(repo: Path) -> tuple[object, ...]:
    """All that must not change: every byte, every time stamp, and what git says of it."""
    said = [
        git(repo, *line.split())
        for line in ("status --porcelain", "for-each-ref", "count-objects -v", "config -l")
    ]
    return fingerprint(repo), said, sorted(str(place) for place in repo.rglob("*"))


def test_a_check_changes_nothing(repo: Path, series: Path) -> None:
    # An index that git would like to refresh, and changes under way.
    os.utime(repo / "Makefile", (1, 1))
    (repo / "mm/gup.c").write_text("changed\n")
    (repo / "untracked").touch()
    before = facts(repo)
    for name in ("v1", "bisect", "clean"):
        done = command("check", series / f"{name}.mbox", cwd=repo)
        assert b"\nchecked: " in done.stdout
    assert facts(repo) == before


def begun(temp: Path) -> bool:
    """Whether a scratch folder has an index; it may be on its way to its own name."""
    with suppress(FileNotFoundError):
        return bool(list(temp.glob("patchtool-*/index-*")))
    return False


def start(repo: Path, series: Path, temp: Path) -> subprocess.Popen[bytes]:
    """A check that has begun to apply patches."""
    temp.mkdir(exist_ok=True)
    process = subprocess.Popen(
        # A shell's background job ignores interrupts, and what it starts inherits that.
        ["env", "--default-signal=INT", SCRIPT, "check", series / "v1.mbox", "--repo", repo],
        env={**os.environ, "TMPDIR": str(temp), "PATCHTOOL_CACHE": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not begun(temp):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)
    return process


def test_an_interrupted_run_leaves_nothing(repo: Path, series: Path, tmp_path: Path) -> None:
    before = facts(repo)
    process = start(repo, series, tmp_path / "temp")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err in (b"", b"patchtool: interrupted\n")
    assert list((tmp_path / "temp").iterdir()) == []
    assert facts(repo) == before


def test_a_killed_run_is_swept_by_the_next_and_a_live_one_is_not(
    repo: Path, series: Path, tmp_path: Path
) -> None:
    before = facts(repo)
    temp = tmp_path / "temp"
    process = start(repo, series, temp)
    (left,) = temp.iterdir()
    process.kill()
    process.communicate()
    assert left.is_dir()
    alive = temp / f"patchtool-{os.getpid()}-other"
    alive.mkdir()
    assert facts(repo) == before
    assert (
        command("check", series / "clean.mbox", "--repo", repo, cwd=tmp_path, TMPDIR=str(temp)).returncode
        == 0
    )
    assert list(temp.iterdir()) == [alive]
    assert facts(repo) == before


@pytest.fixture
def hostile(repo: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A repository that tries to run a program in every way git knows, and the file that it would touch."""
    sentinel = tmp_path / "sentinel"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho \"$0 $*\" >>'{sentinel}'\nexit 0\n")
    trap.chmod(0o755)
    lines = [f"[include]\n\tpath = {tmp_path / 'included'}\n"]
    included = [f"[alias]\n\t{name} = !{trap}\n" for name in BUILTINS]
    (tmp_path / "included").write_text("".join(included))
    (repo / ".git/config").write_text((repo / ".git/config").read_text() + "".join(lines))
    for key in KEYS:
        git(repo, "config", key, str(trap))
    for key, value in (
        ("core.hooksPath", str(tmp_path / "hooks")),
        ("log.showSignature", "true"),
        ("core.untrackedCache", "true"),
    ):
        git(repo, "config", key, value)
    for folder in (repo / ".git/hooks", tmp_path / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            shutil.copy(trap, folder / hook)
    (repo / ".git/info").mkdir(exist_ok=True)
    for place in (repo / ".gitattributes", repo / ".git/info/attributes"):
        place.write_text("* filter=x diff=x merge=x text\n")
    tree = git(repo, "mktree", data=git(repo, "ls-tree", "HEAD") + attributes_entry(repo)).decode().strip()
    head = git(repo, "commit-tree", "-m", "x", "-p", "HEAD", tree).decode().strip()
    git(repo, "-c", "core.hooksPath=/dev/null", "update-ref", "refs/heads/hostile", head)
    sentinel.unlink(missing_ok=True)
    return repo, sentinel


def attributes_entry(repo: Path) -> bytes:
    oid = git(repo, "hash-object", "-w", "--no-filters", ".gitattributes").decode().strip()
    return f"100644 blob {oid}\t.gitattributes\n".encode()


def test_the_trap_works(hostile: tuple[Path, Path]) -> None:
    repo, sentinel = hostile
    git(repo, "status", check=False)
    assert sentinel.exists()


@pytest.mark.parametrize(
    "line",
    [
        "check {series}/v1.mbox --base hostile",
        "check {series}/bisect.mbox",
        "backport {series}/clean.mbox --to 5.4.y",
    ],
)
def test_nothing_of_a_scanned_repository_runs(hostile: tuple[Path, Path], series: Path, line: str) -> None:
    repo, sentinel = hostile
    done = command(*line.format(series=series).split(), cwd=repo)
    assert done.returncode in (0, 1, 3), done.stderr
    assert done.stdout
    assert not sentinel.exists(), sentinel.read_text()


def test_a_hook_may_call_it(repo: Path, series: Path, tmp_path: Path) -> None:
    """As in `git commit`: GIT_DIR and GIT_INDEX_FILE lead to the repository of the hook."""
    git(tmp_path, "init", "-q", "other")
    other = tmp_path / "other/.git"
    variables = {
        "GIT_DIR": str(other),
        "GIT_INDEX_FILE": str(other / "index"),
        "GIT_PREFIX": "",
        "GIT_WORK_TREE": ".",
    }
    before = facts(repo), fingerprint(other)
    plain = command("check", series / "clean.mbox", "--repo", repo, cwd=tmp_path)
    hooked = command("check", series / "clean.mbox", "--repo", repo, cwd=tmp_path, **variables)
    assert (hooked.returncode, hooked.stdout) == (0, plain.stdout)
    assert (facts(repo), fingerprint(other)) == before
