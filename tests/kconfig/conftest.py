"""Trees to read Kconfig from: small ones written into a folder, and real kernels in a git repository."""

import os
import subprocess
from pathlib import Path

import pytest


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


@pytest.fixture
def tree(tmp_path):
    """A function that writes files (path to text) and gives the folder as a tree."""

    def write(files):
        for path, text in files.items():
            file = tmp_path / "tree" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return FolderTree(tmp_path / "tree")

    return write


@pytest.fixture
def kernel():
    """A function that gives a ref of the kernels in PATCHTOOL_KERNELS; skips, saying why, without it."""
    git_dir = os.environ.get("PATCHTOOL_KERNELS")
    if not git_dir:
        pytest.skip("PATCHTOOL_KERNELS is not set: real kernels were NOT examined")
    opened = []

    def open_ref(ref):
        opened.append(GitTree(str(Path(git_dir)), ref))
        return opened[-1]

    yield open_ref
    for one in opened:
        one.close()
