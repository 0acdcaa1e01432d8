"""`patchtool check` as a user runs it: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kit import one
from patchtool.cli.common import FailOn
from patchtool.core.finding import Severity
from patchtool.rules import ALL

SCRIPT = Path(sys.executable).parent / "patchtool"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
DIFF = "diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-nowhere\n+x\n"


def run(cwd: Path, *arguments: object, data: bytes = b"", **extra: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of the installed command."""
    done = subprocess.run(
        [SCRIPT, "check", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **extra},
        input=data,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def mail(subject: str, diff: str, *, message: str = "Why.") -> bytes:
    head = f"From: T <t@example.org>\nDate: Thu, 16 Jan 2020 12:15:22 +0530\nSubject: {subject}\n\n"
    return f"{head}{message}\n\nSigned-off-by: T <t@example.org>\n---\n{diff}-- \n2.39.5\n".encode()


def put(place: Path, data: bytes) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A git repository that is no kernel."""
    folder = tmp_path / "plain"
    git = ("git", "-c", "user.name=T", "-c", "user.email=t@example.org")
    subprocess.run([*git, "init", "-q", folder], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("none.mbox", "none.mbox: no such file"),
        ("empty.mbox", "empty.mbox: the file is empty"),
        ("binary", "binary:1: not a mail: a NUL byte in it (hint: give an mbox or a mail)"),
        ("text", "text:1: not a mail: it begins with no header field"),
        ("letter.mbox", "letter.mbox: no patch in it (hint: 1 mail read, 0 of them answers;"),
        ("folder", "folder: the folder holds no mails"),
        ("{clean} --repo none", "none: no such folder (hint: name a kernel repository with --repo)"),
        ("{clean} --repo text", "text: no such folder (hint: name a kernel repository with --repo)"),
        ("{clean} --repo folder", "folder: not a git repository"),
        (
            "{clean} --repo plain",
            "HEAD: not a Linux kernel tree: no Kconfig (hint: name a kernel's",
        ),
        ("{clean} --repo {mini} --base none", "no such revision: none (hint: git branch -a"),
        ("{clean} --repo {mini} --base=--output=out", "no such revision: --output=out (hint: git branch -a"),
        ("{clean} --repo {mini} --base=", "no such revision:  (hint: git branch -a"),
        (
            "{clean} --repo {mini} --base v5.4:Makefile",
            "no such revision: v5.4:Makefile (hint: git",
        ),
        ("{clean} --revision 7", "clean.mbox: no revision 7 in it (hint: it has 1)"),
        ("{clean} --base v5.4", ": not a git repository"),
        ("esc\x1b[31m.mbox", "esc\\x1b[31m.mbox: no such file"),
    ],
)
def test_bad_input_is_one_line_and_2(
    tmp_path: Path, plain: Path, mini: Path, series: Path, arguments: str, said: str
) -> None:
    put(tmp_path / "empty.mbox", b"")
    put(tmp_path / "binary", b"\0\1\2")
    put(tmp_path / "text", b"just some text\n")
    put(tmp_path / "letter.mbox", mail("hello", ""))
    put(tmp_path / "folder/README", b"x")
    words = [word.format(clean=series / "clean.mbox", mini=mini) for word in arguments.split(" ")]
    status, out, err = run(tmp_path, *words)
    assert (status, out) == (2, "")
    assert err.startswith("patchtool: ")
    assert err.index("\n") == len(err) - 1
    assert said in err
    assert not (tmp_path / "out").exists()


def test_without_a_tree_the_mails_are_checked(tmp_path: Path, plain: Path, series: Path) -> None:
    idle = ", ".join(rule.name for rule in ALL if rule.default and not rule.on_series)
    why = f"not checked: no tree: no kernel repository here, name one with --repo; not run: {idle}\n"
    for cwd in (tmp_path, plain):
        status, out, err = run(cwd, series / "v1.mbox")
        assert (status, err) == (1, "")
        assert "error [malformed-trailer]" in out
        assert "base: " not in out
        assert why in out
        assert out.endswith(why)
    assert run(tmp_path, series / "clean.mbox")[0] == 0
    assert run(tmp_path, series / "clean.mbox", "--strict")[0] == 3


def test_exit_statuses(mini: Path, series: Path) -> None:
    assert run(mini, series / "bisect.mbox")[0] == 1
    assert run(mini, series / "bisect.mbox", "--strict")[0] == 1
    assert run(mini, series / "bisect.mbox", "--fail-on", "never", "--strict")[0] == 0
    assert run(mini, series / "clean.mbox", "--strict", "--fail-on", "note")[0] == 0


@pytest.mark.parametrize("worst", [None, *Severity])
@pytest.mark.parametrize("limit", FailOn)
def test_what_fails_a_run(limit: FailOn, worst: Severity | None) -> None:
    failing = {
        FailOn.ERROR: {Severity.ERROR},
        FailOn.WARNING: {Severity.ERROR, Severity.WARNING},
        FailOn.NOTE: set(Severity),
        FailOn.NEVER: set(),
    }
    assert limit.fails(worst) is (worst in failing[limit])


def test_from_a_pipe_and_from_a_folder_below(mini: Path, series: Path) -> None:
    data = (series / "clean.mbox").read_bytes()
    status, out, err = run(mini / "mm", "-", data=data)
    assert (status, err) == (0, "")
    assert "0 findings" in out


def test_colour_only_where_it_is_wanted(mini: Path, series: Path) -> None:
    piped = run(mini, series / "bisect.mbox")[1]
    assert "\x1b" not in piped
    forced = run(mini, series / "bisect.mbox", FORCE_COLOR="1")[1]
    assert COLOUR.search(forced)
    assert COLOUR.sub("", forced) == piped
    assert run(mini, series / "bisect.mbox", FORCE_COLOR="1", NO_COLOR="1", COLUMNS="20")[1] == piped


def test_json(mini: Path, series: Path) -> None:
    status, out, err = run(mini, series / "bisect.mbox", "--format", "json", FORCE_COLOR="1")
    assert (status, err) == (1, "")
    report = json.loads(out)
    assert {"series", "base", "findings", "checked", "undecided"} <= report.keys()
    assert {"rev", "commit", "version"} <= report["base"].keys()
    assert report["base"]["rev"] == "mainline"
    keys = {"rule", "severity", "verdict", "patch", "fixed_by", "path", "line", "message", "hint"}
    assert all(keys <= finding.keys() for finding in report["findings"])
    places = [(f["path"], f["line"], f["patch"], f["fixed_by"]) for f in report["findings"]]
    assert ("arch/arm/Kconfig", 6, 1, 3) in places
    assert report["undecided"] == []


def test_json_without_a_tree(tmp_path: Path, series: Path) -> None:
    status, out, _ = run(tmp_path, series / "clean.mbox", "--format", "json", "--strict")
    report = json.loads(out)
    assert (status, report["base"], len(report["undecided"])) == (3, None, 1)


def test_what_a_hostile_mail_says_reaches_no_terminal(tmp_path: Path, mini: Path) -> None:
    path = '"a/mm/\\033]0;x\\007[red]:bomb:.c"'
    diff = DIFF.format("mm/x").replace("a/mm/x", path).replace("b/mm/x", path.replace('"a', '"b'))
    subject = "=?utf-8?q?=1b[31mred_=e2=80=aegnp_[/x]_[v2_1/9]_:x:_=ff?="
    place = put(tmp_path / "hostile.mbox", mail(subject, diff))
    for variables in ({}, {"FORCE_COLOR": "1"}):
        status, out, err = run(mini, place, **variables)
        assert (status, err) == (1, "")
        text = COLOUR.sub("", out)
        assert not set(text) & set("\x1b\x07\u202e\ufeff")
        assert "\\x1b[31mred \\u202egnp [/x] [v2 1/9] :x:" in text
        assert "mm/\\x1b]0;x\\x07[red]:bomb:.c: error [does-not-apply]" in text
    report = json.loads(run(mini, place, "--format", "json")[1])
    assert report["findings"][0]["path"] == "mm/\x1b]0;x\x07[red]:bomb:.c"


def lacking(mini: Path, folder: Path, path: str) -> Path:
    """A copy of the mini kernel whose object store lacks one file."""
    repo = shutil.copytree(mini, folder, symlinks=True)
    oid = one(repo, "rev-parse", f"HEAD:{path}")
    place = repo / ".git/objects" / oid[:2] / oid[2:]
    place.chmod(0o644)
    place.unlink()
    return repo


def test_absent_blobs_are_said(tmp_path: Path, mini: Path, series: Path) -> None:
    repo = lacking(mini, tmp_path / "kernel", "arch/m68k/Kconfig")
    for _ in range(2):  # the second time from the cache
        status, out, _ = run(repo, series / "clean.mbox", "--strict")
        assert status == 3
        assert "1 file absent from the object store and not searched: arch/m68k/Kconfig" in out


@pytest.mark.parametrize(
    ("path", "verdict", "ending"),
    [
        ("arch/m68k/Kconfig", "UNDECIDED", "; 1 file that might say otherwise could not be read."),
        ("arch/x86/mm/pgtable.c", "VIOLATED", " still says the old name."),
    ],
)
def test_a_file_that_might_refute_leaves_it_open(
    tmp_path: Path, mini: Path, series: Path, path: str, verdict: str, ending: str
) -> None:
    repo = lacking(mini, tmp_path / "kernel", path)
    _, out, _ = run(repo, series / "broken-rename.mbox", "--select", "incomplete-rename", "--format", "json")
    found = json.loads(out)["findings"]
    assert found
    assert {finding["verdict"] for finding in found} == {verdict}
    assert all(finding["message"].endswith(ending) for finding in found)


def test_a_blob_that_a_patch_needs_is_named_and_no_pass(tmp_path: Path, mini: Path, series: Path) -> None:
    repo = lacking(mini, tmp_path / "kernel", "mm/gup.c")
    status, out, err = run(repo, series / "clean.mbox")
    assert (status, err) == (3, "")
    assert "not checked: 1/2, 2/2: mm/gup.c is absent from the object store (hint: " in out


def test_a_cache_that_cannot_be_used_is_no_hindrance(tmp_path: Path, mini: Path, series: Path) -> None:
    (tmp_path / "file").touch()
    for place in (str(tmp_path / "file" / "x"), ""):
        assert run(mini, series / "clean.mbox", PATCHTOOL_CACHE=place)[0] == 0


def test_a_reader_that_goes_away_is_no_bug(mini: Path, series: Path) -> None:
    command = f"'{SCRIPT}' check '{series / 'bisect.mbox'}' | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=mini, capture_output=True, check=False)
    assert (done.stdout in (b"0\n", b"1\n"), done.stderr) == (True, b"")


def test_the_rules_that_read_code_run_unasked(mini: Path) -> None:
    case = Path(__file__).resolve().parents[2] / "fixtures/rules/guard-mismatch/bad-arch.mbox"
    report = json.loads(run(mini, case, "--format", "json")[1])
    assert "guard-mismatch" in {finding["rule"] for finding in report["findings"]}
    assert report["off_by_default"] == []
