"""Threads given to b4 and to patchtool: the same series. PATCHTOOL_B4 names a Python that has b4."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from patchtool.mail.mailbox import RawMail
from patchtool.mail.message import read_message
from patchtool.mail.thread import choose, groups

ORACLE = Path(__file__).resolve().parents[2] / "bench" / "b4_oracle.py"
DIFF = "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+{}\n"
WHOLE = [("0", "", "[PATCH 0/2] all"), ("1", "0", "[PATCH 1/2] a"), ("2", "0", "[PATCH 2/2] b")]

# Mails as (id, id it answers, subject).
THREADS = {
    "a series": WHOLE,
    "a series out of order": [WHOLE[2], WHOLE[0], WHOLE[1]],
    "one patch": [("1", "", "[PATCH] a")],
    "one is missing": [WHOLE[0], WHOLE[2]],
    "answers": [*WHOLE, ("a", "1", "Re: [PATCH 1/2] a"), ("b", "a", "Re: [PATCH 1/2] a")],
    "two revisions": [
        *WHOLE,
        ("v0", "0", "[PATCH v2 0/2] all"),
        ("v1", "v0", "[PATCH v2 1/2] a"),
        ("v2", "v0", "[PATCH v2 2/2] b"),
    ],
    "a reroll of one": [*WHOLE, ("v2", "2", "[PATCH v2 2/2] b")],
    "a reroll below an answer": [*WHOLE, ("a", "2", "Re: [PATCH 2/2] b"), ("v2", "a", "[PATCH v2 2/2] b")],
    "rerolls of both": [*WHOLE, ("v2", "2", "[PATCH v2 2/2] b"), ("v3", "1", "[PATCH v3 1/2] a")],
    "a cover without a number": [("0", "", "all of it"), *WHOLE[1:]],
    "RFC and RESEND": [("1", "", "[RFC PATCH RESEND v7 1/2] a"), ("2", "1", "[RFC PATCH RESEND v7 2/2] b")],
    "PATCHv3": [("1", "", "[PATCHv3 1/2] a"), ("2", "1", "[PATCHv3 2/2] b")],
    "zeros before": [("1", "", "[PATCH v2 01/02] a"), ("2", "1", "[PATCH v2 02/02] b")],
}


def mail(number: int, own: str, above: str, subject: str) -> bytes:
    bare = " 0/" in subject or subject.startswith("Re:") or "[" not in subject
    head = f"From: A <a@example.org>\nDate: Thu, 16 Jan 2020 12:15:{number:02d} +0000\nSubject: {subject}\n"
    links = f"In-Reply-To: <{above}@x>\nReferences: <{above}@x>\n" if above else ""
    text = " a.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n"
    body = text if bare else f"Why.\n---\n{text}\n{DIFF.format(number)}"
    return f"{head}Message-Id: <{own}@x>\n{links}\n{body}".encode()


@pytest.fixture(scope="module")
def b4(b4_python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("b4")

    def ask(mails: list[bytes]) -> dict:
        files = [folder / f"{number}" for number, _ in enumerate(mails)]
        for file, data in zip(files, mails, strict=True):
            file.write_bytes(data)
        run = subprocess.run(
            [b4_python, str(ORACLE)], input=json.dumps([str(file) for file in files]) + "\n", text=True,
            capture_output=True, check=True, cwd=folder,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"},
        )  # fmt: skip
        return json.loads(run.stdout)

    return ask


@pytest.mark.parametrize("name", THREADS)
def test_the_same_series(b4, name):
    mails = [mail(number, *row) for number, row in enumerate(THREADS[name])]
    theirs = b4(mails)
    messages = [read_message(RawMail("s", 1, data)) for data in mails]
    mine, _ = choose(groups(messages), None, "s")
    held = {n: one.message_id for n, one in mine.members}
    members = [held.get(n) for n in range(1, mine.total + 1)]
    assert (mine.version, members) == (theirs["revision"], theirs["members"])
    assert (mine.cover.message_id if mine.cover else None) == theirs["cover"]
