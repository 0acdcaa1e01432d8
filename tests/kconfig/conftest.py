"""Trees to read Kconfig from: small ones written into a folder, and real kernels in a git repository."""

import pytest
from modern import FolderTree, GitTree


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
def kernel(kernels):
    """A function that gives a ref of the real kernels."""
    opened = []

    def open_ref(ref):
        opened.append(GitTree(str(kernels), ref))
        return opened[-1]

    yield open_ref
    for one in opened:
        one.close()
