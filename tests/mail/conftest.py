"""Real mails where they are at hand, a real git, and one small mail of our own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

DATE = "Thu, 16 Jan 2020 12:15:22 +0530"
MESSAGE = "Why.\n\nSigned-off-by: A <a@example.org>"
DIFF = b"""diff --git a/mm/gather.c b/mm/gather.c
index 1111111..2222222 100644
--- a/mm/gather.c
+++ b/mm/gather.c
@@ -1,3 +1,3 @@ int gather(void)
 one
-two
+deux
 three
"""


@pytest.fixture
def diff() -> bytes:
    return DIFF


@pytest.fixture
def real(real_mails: Path) -> Callable[[str], str]:
    return lambda name: str(real_mails / name)


def _git_in(home: Path) -> Callable[..., bytes]:
    program = shutil.which("git")
    assert program is not None
    env = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(home)}
    env |= {"PATH": "/usr/bin:/bin", "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.org"}
    env |= {"GIT_AUTHOR_NAME": "C", "GIT_AUTHOR_EMAIL": "c@example.org"}

    def run(*arguments: str, cwd: Path = home, data: bytes = b"") -> bytes:
        command = [program, *arguments]
        done = subprocess.run(command, input=data, cwd=cwd, env=env, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., bytes]:
    """Runs the real git in a folder of its own, without anyone's configuration."""
    home = tmp_path / "home"
    home.mkdir()
    return _git_in(home)


@pytest.fixture(scope="session")
def git_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """The same for tests that run many examples and leave nothing behind."""
    return _git_in(tmp_path_factory.mktemp("git"))


@pytest.fixture
def mail() -> Callable[..., bytes]:
    """A patch mail of the given subject; `extra` are header lines, `body` the message."""

    def write(subject: str, *, extra: str = "", body: str = MESSAGE, patch: bytes = DIFF) -> bytes:
        head = f"From: A Developer <a@example.org>\nDate: {DATE}\nSubject: {subject}\n"
        return f"{head}{extra}\n{body}\n---\n mm/gather.c | 2 +-\n\n".encode() + patch + b"-- \n2.24.1\n\n"

    return write
