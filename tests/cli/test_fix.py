"""`patchtool check --fix` as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).parent / "patchtool"
MAIL = b"""From: A Developer <a@example.org>
Date: Thu, 16 Jan 2020 12:15:22 +0530
Subject: [PATCH] mm: a

Why, see =3D.

Fixes: a46cc7a90fd8 (mm: a title that
 is wrapped)
Fixes: a46cc7a ("mm: b")
Reveiwed-by: B <b@example.org>
Signed-off-by: A Developer <a@example.org
---
 mm/gather.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/mm/gather.c b/mm/gather.c
index 1111111..2222222 100644
--- a/mm/gather.c
+++ b/mm/gather.c
@@ -1,3 +1,3 @@ int gather(void)
 one
-two
+deux
 three
"""
FIXED = (
    MAIL.replace(b"(mm: a title that\n is wrapped)", b'("mm: a title that is wrapped")')
    .replace(b"Reveiwed", b"Reviewed")
    .replace(b"example.org\n---", b"example.org>\n---")
)
CHANGES = """{0}:7: fixed
    - Fixes: a46cc7a90fd8 (mm: a title that
    -  is wrapped)
    + Fixes: a46cc7a90fd8 ("mm: a title that is wrapped")
{0}:10: fixed
    - Reveiwed-by: B <b@example.org>
    + Reviewed-by: B <b@example.org>
{0}:11: fixed
    - Signed-off-by: A Developer <a@example.org
    + Signed-off-by: A Developer <a@example.org>
fixed: 3 lines, written to {1}
not fixed: 0 lines; 1 finding needs a person, see patchtool check
"""


def run(cwd: Path, *arguments: str, data: bytes = b"") -> tuple[int, bytes, str]:
    """Exit status, standard output as bytes, standard error."""
    done = subprocess.run(
        [SCRIPT, "check", "--fix", *arguments],
        cwd=cwd,
        env=dict(os.environ),
        input=data,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "x.mbox").write_bytes(MAIL)
    return tmp_path


def test_a_copy_beside_the_input(folder):
    assert run(folder, "x.mbox") == (0, CHANGES.format("x.mbox", "x.fixed.mbox").encode(), "")
    assert ((folder / "x.fixed.mbox").read_bytes(), (folder / "x.mbox").read_bytes()) == (FIXED, MAIL)
    refused = "patchtool: x.fixed.mbox: there is a file already (hint: --force writes over it)\n"
    assert run(folder, "x.mbox") == (2, b"", refused)
    assert run(folder, "x.mbox", "--force")[0] == 0


def test_a_named_copy_a_folder_and_never_the_input(folder):
    (folder / "out").mkdir()
    assert run(folder, "x.mbox", "-o", "out")[0] == 0
    assert run(folder, "x.mbox", "-o", "new/y")[0] == 0
    assert [(folder / name).read_bytes() for name in ("out/x.mbox", "new/y")] == [FIXED, FIXED]
    for place in (".", "x.mbox", "out/../x.mbox"):
        status, out, error = run(folder, "x.mbox", "--force", "-o", place)
        assert (status, out, "the copy would be the input itself" in error) == (2, b"", True)
    assert (folder / "x.mbox").read_bytes() == MAIL


def test_a_folder_of_patches(tmp_path):
    (tmp_path / "in").mkdir()
    other = MAIL.replace(b"[PATCH] mm: a", b"[PATCH 2/2] mm: b").replace(
        b"example.org\n---", b"example.org>\n---"
    )
    (tmp_path / "in/0001.patch").write_bytes(MAIL.replace(b"[PATCH]", b"[PATCH 1/2]"))
    (tmp_path / "in/0002.patch").write_bytes(other)
    status, out, error = run(tmp_path, "in")
    assert (status, error, out.splitlines()[-2]) == (0, "", b"fixed: 5 lines, written to in.fixed")
    assert [path.name for path in sorted((tmp_path / "in.fixed").iterdir())] == ["0001.patch", "0002.patch"]
    assert (tmp_path / "in.fixed/0001.patch").read_bytes() == FIXED.replace(b"[PATCH]", b"[PATCH 1/2]")


def test_standard_input_goes_to_standard_output(tmp_path):
    assert run(tmp_path, "-", data=MAIL) == (0, FIXED, CHANGES.format("stdin", "standard output"))
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_put_right(tmp_path):
    (tmp_path / "x.mbox").write_bytes(FIXED)
    said = b"fixed: 0 lines\nnot fixed: 0 lines; 1 finding needs a person, see patchtool check\n"
    assert run(tmp_path, "x.mbox") == (0, said, "")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mbox"]
    assert run(tmp_path, "-", data=FIXED)[1] == FIXED


def test_an_encoded_mail_is_left(tmp_path):
    encoded = MAIL.replace(b"Subject:", b"Content-Transfer-Encoding: quoted-printable\nSubject:")
    (tmp_path / "x.mbox").write_bytes(encoded)
    status, out, _ = run(tmp_path, "x.mbox", "--strict")
    assert (status, out.decode().splitlines()) == (
        3,
        [
            "x.mbox:8: not fixed: the mail is encoded",
            "    | Fixes: a46cc7a90fd8 (mm: a title that is wrapped)",
            "x.mbox:11: not fixed: the mail is encoded",
            "    | Reveiwed-by: B <b@example.org>",
            "x.mbox:12: not fixed: the mail is encoded",
            "    | Signed-off-by: A Developer <a@example.org",
            "fixed: 0 lines",
            "not fixed: 3 lines; 1 finding needs a person, see patchtool check",
        ],
    )


def test_bad_use(folder):
    missing = "patchtool: no such file: a..b (hint: --fix takes a mailbox, a folder of mails, or -)\n"
    assert run(folder, "a..b") == (2, b"", missing)
    text = "patchtool: --fix prints text alone (hint: leave out --format)\n"
    assert run(folder, "x.mbox", "--format", "json") == (2, b"", text)
    done = subprocess.run(
        [SCRIPT, "check", "x.mbox", "-o", "y"], cwd=folder, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        2,
        b"patchtool: --output is for --fix and for a page (hint: add --fix or --format html)\n",
    )
