"""`patchtool backport` as its user runs it, on the mini kernel."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kit import command, fingerprint, git, one
from patchtool.mail.series import read_series

DIVIDER = "\n\n------------------ original commit in Linus's tree ------------------\n\n"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def mails(series: Path) -> list[bytes]:
    """The mails of v1, cover first, each without its mbox line."""
    text = (series / "v1.mbox").read_bytes()
    return [part.split(b"\n", 1)[1] for part in text.split(b"From mboxrd@z")[1:]]


def test_the_plan_of_a_stable_tree_and_what_to_send(mini: Path, series: Path, tmp_path: Path) -> None:
    before = fingerprint(mini)
    done = command("backport", series / "v1.mbox", "--to", "5.4.y", "-o", tmp_path / "out", cwd=mini)
    out = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "model: powerpc radix SMP: FAIL (order, hw-uaf) -> PASS" in out
    assert "model: powerpc radix !SMP: FAIL (order, hw-uaf) -> PASS" in out
    sending = f"git send-email {tmp_path / 'out' / '5.4.y'}"
    assert f"  to send, once the upstream commits are filled in: {sending}\n" in out
    written = sorted(file.name.split("-")[0] for file in (tmp_path / "out" / "5.4.y").iterdir())
    assert written == ["0000", "0001", "0002"]
    certificate = json.loads((tmp_path / "out" / "5.4.y.json").read_text())
    assert (certificate["verdict"], len(certificate["rules"]) > 10) == ("HOLDS", True)
    assert f"  certificate: {tmp_path / 'out' / '5.4.y.json'}\n" in out
    assert "patch 2 goes out with an error in its mail: The address of Signed-off-by has no closing" in out
    assert len(read_series(str(tmp_path / "out" / "5.4.y.mbox")).patches) == 2
    assert fingerprint(mini) == before


def test_json_has_the_keys_that_scripts_rely_on(mini: Path, series: Path) -> None:
    done = command(
        "backport", series / "v1.mbox", "--to", "5.4.y", "--to", "4.19", "--format", "json", cwd=mini
    )
    report = json.loads(done.stdout)
    assert done.returncode == 1  # 2/9 is blocked on 4.19
    first, second = report["targets"]
    assert (first["name"], first["ref"], first["version"]) == ("5.4.y", "linux-5.4.y", "5.4.18")
    assert first["verdict"] == first["verification"]["verdict"] == "HOLDS"
    assert [cell["decision"] for cell in first["patches"]] == ["take"] * 2 + ["skip"] * 7
    assert [cell["how"] for cell in first["patches"]][:3] == ["clean", "clean", None]
    assert {"n", "subject", "decision", "how", "because", "prerequisites"} <= first["patches"][0].keys()
    assert [cell["decision"] for cell in second["patches"]][:2] == ["take", "blocked"]
    assert second["verdict"] == "VIOLATED"


def test_a_failed_mail_names_its_own_target_and_is_answered(mini: Path, series: Path, tmp_path: Path) -> None:
    subject = 'FAILED: patch "[PATCH] x" failed to apply to 5.4-stable tree'
    head = f"From: S <s@example.org>\nMessage-Id: <f@x>\nSubject: {subject}\n\nNo.\n"
    above = f"\ngit cherry-pick -x {COMMIT}\ngit send-email --in-reply-to '2021-tag@gregkh' HEAD^..\n"
    original = f"From {COMMIT} Mon Sep 17 00:00:00 2001\n".encode() + mails(series)[1]
    place = tmp_path / "failed.mbox"
    place.write_bytes(f"{head}{above}{DIVIDER}".encode() + original)
    done = command("backport", place, "-o", tmp_path / "out", cwd=mini)
    mbox = (tmp_path / "out" / "5.4.y.mbox").read_text()
    # 1/9 alone does not mend it, here as upstream: no worse, and said.
    assert done.returncode == 0
    assert b"model: powerpc radix !SMP: order, hw-uaf is still there, as it is upstream" in done.stdout
    assert b"  to send: git send-email " in done.stdout
    assert "In-Reply-To: <2021-tag@gregkh>\n" in mbox
    assert f"\n[ Upstream commit {COMMIT} ]\n" in mbox
    assert "To: S <s@example.org>, stable@vger.kernel.org\n" in mbox
    assert "Subject: [PATCH 5.4.y] powerpc/mmu_gather: " in mbox


def test_a_branch_is_made_and_nothing_else(mini: Path, series: Path, tmp_path: Path) -> None:
    repo = Path(shutil.copytree(mini, tmp_path / "kernel"))
    asked = ("backport", series / "v1.mbox", "--to", "5.4.y", "--take", "5", "--branch", "bp")
    nobody = command(*asked, cwd=repo)
    assert (nobody.returncode, nobody.stdout) == (2, b"")
    assert b"git's configuration names no committer (hint: git config user.name" in nobody.stderr
    for key, value in (("name", "Maja Tainer"), ("email", "maja@example.org")):
        git(repo, "config", f"user.{key}", value)
    before = fingerprint(repo)
    done = command(*asked, cwd=repo)
    after = fingerprint(repo)
    assert b"  committed on: bp\n" in done.stdout, done
    new = {path for path in after.keys() - before.keys() if not path.startswith(".git/objects/")}
    assert {path.removeprefix(".git/") for path in new} <= {"refs/heads/bp", "logs/refs/heads/bp"}
    assert {path for path in before if after.get(path) != before[path] and "objects/" not in path} == set()
    made = git(repo, "log", "--format=%an|%cn", "linux-5.4.y..bp").decode().splitlines()
    assert {line.split("|")[1] for line in made} == {"Maja Tainer"}
    assert len(made) == 3
    again = command(*asked, cwd=repo)
    assert (again.returncode, again.stdout) == (2, b"")
    assert again.stderr == (
        b"patchtool: bp: the branch is there already (hint: name another one, or delete it)\n"
    )


def test_trailers_of_answers_go_in_on_request_only(mini: Path, series: Path, tmp_path: Path) -> None:
    patch = mails(series)[1]
    number = next(line for line in patch.splitlines() if line.lower().startswith(b"message-id:"))
    answer = (
        b"From: R Eviewer <r@example.org>\nSubject: Re: it\nMessage-Id: <r@x>\nIn-Reply-To:"
        + number.split(b":", 1)[1]
        + b"\n\nReviewed-by: R Eviewer <r@example.org>\n"
    )
    line = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
    place = tmp_path / "thread.mbox"
    place.write_bytes((series / "v1.mbox").read_bytes().rstrip(b"\n") + b"\n\n" + line + answer)
    for options, times in (((), 0), (("--trailers",), 1)):
        done = command("backport", place, "--to", "5.4.y", "-o", tmp_path / f"out{times}", *options, cwd=mini)
        assert done.returncode == 0, done.stdout
        text = (tmp_path / f"out{times}" / "5.4.y.mbox").read_text()
        assert text.count("Reviewed-by: R Eviewer <r@example.org>") == times


def test_without_a_series_it_takes_what_the_upstream_lacks(mini: Path, series: Path, tmp_path: Path) -> None:
    repo = Path(shutil.copytree(mini, tmp_path / "kernel"))
    git(repo, "checkout", "-q", "-f", "-b", "topic", "mainline")
    git(repo, "config", "branch.topic.remote", ".")
    git(repo, "config", "branch.topic.merge", "refs/heads/mainline")
    for mail in mails(series)[1:3]:
        git(repo, "am", "-q", data=mail)
    done = command("backport", "--to", "5.4.y", cwd=repo / "mm")
    assert b"2 patches for 1 target" in done.stdout, done
    assert one(repo, "rev-parse", "--abbrev-ref", "HEAD") == "topic"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "6.1.y"], "no such target: looked for linux-6.1.y, */linux-6.1.y and 6.1.y"),
        ([], "no target is named (hint: --to 5.4.y)"),
        (
            ["--to", "5.4.y", "--take", "8-11"],
            "--take: not patches of the series: '8-11' (hint: such as 1,3-5)",
        ),
        (["--to", "5.4.y", "--take", "x"], "--take: not patches of the series: 'x'"),
    ],
)
def test_a_target_that_is_not_there_is_one_line(mini: Path, series: Path, options, said: str) -> None:
    done = command("backport", series / "v1.mbox", *options, cwd=mini)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
