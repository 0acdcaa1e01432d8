"""What a backport writes, given to the real `git send-email`, `git am` and b4.

PATCHTOOL_B4 names a Python that has b4.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from deliver_kit import MAINTAINER, outcome, repository, series_of, took
from hook_kit import run, script

from kit import git, one
from patchtool.backport.delivery import Deliverer, Delivery
from patchtool.backport.outgoing import Style, Written
from patchtool.core.finding import Verdict
from patchtool.core.series import FailedMail
from patchtool.tree.git import Scratch

SENT = ("git", "send-email", "--quiet", "--confirm=never", "--validate")


@pytest.fixture(params=[1, 3])
def result(request, tmp_path: Path) -> tuple[Path, Written, int]:
    """The target's repository, what was written for it, and how many patches that are."""
    repo, target = repository(tmp_path / "repo")
    files = {"file": "1\nFrom here\n", "Kconfig": 'config FOO\n\tbool "é"\n', "name with blank": "x"}
    steps = list(files.items())[: request.param]
    done = outcome(*(took(repo, n, len(steps), {path: text}) for n, (path, text) in enumerate(steps, 1)))
    git(repo, "reset", "-q", "--hard", target.commit)
    for key, value in (("name", MAINTAINER.name), ("email", MAINTAINER.email)):
        git(repo, "config", f"user.{key}", value)
    failed = FailedMail("5.4.y", "asked@gregkh", "", (), "s", sender=MAINTAINER)
    series = replace(series_of(*(one.patch for one in done.taken)), failed=failed)
    delivery = Delivery(folder=tmp_path / "out", repo=repo, branch="bp", style=Style(MAINTAINER))
    with Scratch(repo) as scratch:
        deliverer = Deliverer(series, scratch, delivery, [target])
        written, _ = deliverer.deliver(target, done, None, Verdict.HOLDS)
        deliverer.publish()
    assert written
    return repo, written, len(steps)


def sent(repo: Path, written: Written) -> list[bytes]:
    """The mails that go out, in order."""
    place = repo.parent / "sent"
    script(repo.parent / "sendmail", f'cat > "{place}.$(ls {place}.* 2>/dev/null | wc -l)"\n')
    status, said = run(repo, *SENT, f"--smtp-server={repo.parent / 'sendmail'}", str(written.mails))
    assert status == 0, said
    return [file.read_bytes() for file in sorted(repo.parent.glob("sent.*"))]


def field(mail: bytes, name: str) -> str:
    found = re.search(rf"^{name}: (.*(?:\n[ \t].*)*)", mail.decode(), re.MULTILINE | re.IGNORECASE)
    return " ".join(found[1].split()) if found else ""


@pytest.mark.usefixtures("send_email")
def test_a_dry_run_of_git_send_email_takes_the_folder(result) -> None:
    repo, written, total = result
    status, said = run(
        repo, "git", "send-email", "--dry-run", "--confirm=never", "--validate", str(written.mails)
    )
    count = total + (total > 1)
    assert (status, said.count("Result: OK") + said.count("Dry-OK.")) == (0, count * 2), said
    assert said.count("To: ") >= count


@pytest.mark.usefixtures("send_email")
def test_they_go_out_as_one_thread_that_answers(result) -> None:
    repo, written, total = result
    mails = sent(repo, written)
    subjects = [field(mail, "Subject") for mail in mails]
    if total == 1:
        assert subjects == ["[PATCH 5.4.y] mm: Change 1"]
    else:
        assert subjects[0] == "[PATCH 5.4.y 0/3] Change everything"
        assert subjects[1:] == [f"[PATCH 5.4.y {n}/3] mm: Change {n}" for n in (1, 2, 3)]
    first = field(mails[0], "Message-Id")
    assert [field(mail, "In-Reply-To") for mail in mails] == ["<asked@gregkh>", *[first] * (len(mails) - 1)]


def test_git_am_of_the_mbox_makes_the_branch_and_the_tree_of_the_certificate(result) -> None:
    repo, written, _ = result
    base = one(repo, "rev-parse", "main")
    git(repo, "am", "-q", str(written.mbox))
    form = "--format=%an <%ae>%n%aD%n%T%n%B"
    assert git(repo, "log", form, f"{base}..main") == git(repo, "log", form, f"{base}..bp")
    assert one(repo, "rev-parse", "HEAD^{tree}") == json.loads(written.certificate.read_text())["tree"]


@pytest.mark.usefixtures("send_email")
def test_b4_takes_what_was_sent(b4_python, result) -> None:
    repo, written, _ = result
    mails = sent(repo, written)
    whole = repo.parent / "thread.mbox"
    line = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
    whole.write_bytes(b"".join(line + mail.rstrip(b"\n") + b"\n\n" for mail in mails))
    git(repo, "config", "b4.attestation-policy", "off")
    number = field(mails[-1], "Message-Id").strip("<>")
    status, said = run(
        repo,
        b4_python,
        "-m",
        "b4.command",
        "--offline-mode",
        "am",
        "-m",
        str(whole),
        "-o",
        str(repo.parent / "am"),
        number,
    )
    assert status == 0, said
    (mbox,) = (repo.parent / "am").glob("*.mbx")
    git(repo, "am", "-q", str(mbox))
    tree = json.loads(written.certificate.read_text())["tree"]
    assert one(repo, "rev-parse", "HEAD^{tree}") == tree
