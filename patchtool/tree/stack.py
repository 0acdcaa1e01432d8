"""Patches applied one by one on a private index: git's own verdict, and the tree after each."""

from __future__ import annotations

import re
from pathlib import Path

from patchtool.core.tree import MissingBlob
from patchtool.tree.git import Scratch


class DoesNotApply(Exception):
    """git apply refused; `reason` is what it said, first line. Caught by whoever applies."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# What one patch changes is written beside the index it started from, and not all of it anew.
_SPLIT = ("-c", "core.splitIndex=true", "-c", "splitIndex.maxPercentChange=100")
# git apply on a file that the tree lists and the object store lacks.
_UNREAD = re.compile(r"error: (?:failed to read|unable to read|cannot read) (?:blob object for )?(\S+)")


class Stack:
    """An index of our own, starting at a tree.

    `git apply --cached` gives the verdict of `git am`: offsets are allowed, fuzz is not. About 0.05 s a
    patch on a kernel.
    """

    _count = 0

    def __init__(self, scratch: Scratch, tree: str) -> None:
        Stack._count += 1
        self._scratch = scratch
        self._index = scratch.folder / f"index-{Stack._count}"
        self.reset(tree)

    @property
    def index(self) -> Path:
        return self._index

    def reset(self, tree: str) -> None:
        """Go back to a tree."""
        self._scratch.out(*_SPLIT, "read-tree", tree, index=self._index)
        self.tree = self._scratch.out("rev-parse", f"{tree}^{{tree}}").decode().strip()

    def read(self, path: str) -> bytes | None:
        """A file's bytes as the index has it; None where it has none. Raises MissingBlob."""
        listing = self._scratch.out("ls-files", "-s", "-z", "--", f":(literal){path}", index=self._index)
        if not listing:
            return None
        data = self._scratch.blob(listing[7:47].decode())
        if data is None:
            raise MissingBlob(path, "")
        return data

    def apply(self, diff: bytes, *, reverse: bool = False, three_way: bool = False) -> str:
        """Apply a diff and return the new tree's id; on refusal the index stays as it was.

        Raises:
            DoesNotApply: some hunk does not fit, with git's reason. With `three_way` a conflict is one too.
            MissingBlob: a file that the diff changes is absent from the object store.
        """
        self._try(diff, reverse=reverse, three_way=three_way)
        written = self._scratch.out(*_SPLIT, "write-tree", "--missing-ok", index=self._index)
        self.tree = written.decode().strip()
        return self.tree

    def fits(self, diff: bytes, *, reverse: bool = False) -> bool:
        """Whether the diff would apply; changes nothing. Raises MissingBlob."""
        return not self._refusal(diff, ["--check"], reverse=reverse)

    def _try(self, diff: bytes, *, reverse: bool, three_way: bool) -> None:
        before = self.tree
        reason = self._refusal(diff, ["--3way"] if three_way else [], reverse=reverse)
        if reason:
            if three_way:  # a conflict is left in the index
                self.reset(before)
            raise DoesNotApply(reason)

    def _refusal(self, diff: bytes, options: list[str], *, reverse: bool) -> str:
        options = [*options, "--reverse"] if reverse else options
        command = (*_SPLIT, "apply", "--cached", "--whitespace=nowarn", *options, "-")
        result = self._scratch.run(*command, data=diff, index=self._index)
        if result.status == 0:
            return ""
        unread = _UNREAD.search(result.err)
        if unread:
            raise MissingBlob(unread[1].strip("'"), "")
        errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
        said = errors or result.err.strip().splitlines() or ["git apply failed"]
        return said[0].removeprefix("error: ")
