"""A newer kernel than the project grew from: the Kconfig files of Debian's linux-source-6.1, in git."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

from kit import git

ARCHIVE = Path("/usr/src/linux-source-6.1.tar.xz")
REF = "linux-6.1"
# The Kconfig language's own files, and what hands them their variables.
PARTS = r"(?:.*/)?Kconfig[^/]*|scripts/.*|arch/[^/]+/Makefile|arch/[^/]+/configs/.*|Makefile"


class FolderTree:
    """A plain folder as a TreeReader."""

    def __init__(self, root):
        self.root = root
        self.name = "folder"

    def read(self, path):
        file = self.root / path
        return file.read_bytes() if file.is_file() else None

    def paths(self, prefix=""):
        files = (path for path in (self.root / prefix).rglob("*") if path.is_file())
        return tuple(sorted(str(path.relative_to(self.root)) for path in files))


class GitTree:
    """A ref of a git repository as a TreeReader, through one `git cat-file --batch`."""

    def __init__(self, git_dir, ref):
        self.git_dir = git_dir
        self.name = ref
        self.process = subprocess.Popen(
            ["git", "-C", git_dir, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def read(self, path):
        self.process.stdin.write(f"{self.name}:{path}\n".encode())
        self.process.stdin.flush()
        header = self.process.stdout.readline().split()
        if header[-1] == b"missing":
            return None
        data = self.process.stdout.read(int(header[2]))
        self.process.stdout.read(1)
        return data if header[1] == b"blob" else None

    def paths(self, prefix=""):
        listing = ["git", "-C", self.git_dir, "ls-tree", "-r", "--name-only", self.name, prefix or "."]
        return tuple(subprocess.run(listing, capture_output=True, text=True, check=True).stdout.splitlines())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def archive() -> Path:
    """The package's archive; skips, saying so, without it."""
    if not ARCHIVE.is_file():
        # Right: a kernel of 130 MB, of which nothing may lie in the fixtures; .ci/run installs it.
        pytest.skip(f"no {ARCHIVE} (apt-get install linux-source-6.1): Linux 6.1 was NOT examined")
    return ARCHIVE


def modern() -> Path:
    """The git directory of a bare repository with the branch REF; skips, saying so, without the package.

    It holds the files that PARTS names, of one commit. Unpacking takes some 15 s and is done once for all
    sessions and workers of a machine, in the folder for temporary files.
    """
    known = archive().stat()
    shared = Path(tempfile.gettempdir()) / f"patchtool-tests-{os.getuid()}"
    shared.mkdir(mode=0o700, exist_ok=True)
    assert shared.stat().st_uid == os.getuid()
    target = shared / f"linux-6.1-{known.st_size}-{known.st_mtime_ns}.git"
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=shared) as folder:
                _build(Path(folder) / "new").rename(target)
    return target


# Blobs go to fast-import as they are met: the archive's order is not ours, and nothing is checked out.
def _build(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "-q", "--bare", "--template=")
    wanted = re.compile(rf"[^/]+/({PARTS})")
    command = ["git", "-C", str(folder), "fast-import", "--quiet", "--depth=0"]
    run = subprocess.Popen(command, stdin=subprocess.PIPE, env={"PATH": os.environ["PATH"]})
    run.stdin.write(f"commit refs/heads/{REF}\ncommitter T <t@t> 1000000000 +0000\ndata 1\nx\n".encode())
    with tarfile.open(ARCHIVE, "r|xz") as archive:
        for member in archive:
            if (match := wanted.fullmatch(member.name)) and (member.isfile() or member.issym()):
                data = member.linkname.encode() if member.issym() else archive.extractfile(member).read()
                mode = "120000" if member.issym() else "100755" if member.mode & 0o100 else "100644"
                run.stdin.write(f"M {mode} inline {match[1]}\ndata {len(data)}\n".encode() + data + b"\n")
    run.stdin.close()
    assert run.wait() == 0
    return folder
