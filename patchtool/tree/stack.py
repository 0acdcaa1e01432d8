"""Patches applied one by one on a private index: git's own verdict, and the tree after each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from patchtool.core.tree import MissingBlob
from patchtool.tree.applied import Applied, Refused
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


# What a merge needs beside the tree: the blobs that the patch was made on.
_MADE_ON = re.compile(rb"^index ([0-9a-f]{4,40})\.\.", re.MULTILINE)


class Stack:
    """An index of our own, starting at a tree (any id that leads to one).

    `git apply --cached` gives the verdict of `git am`: offsets are allowed, fuzz is not. About 0.05 s a
    patch on a kernel, and nothing for what an earlier run asked with the same cache.
    """

    _count = 0

    def __init__(self, scratch: Scratch, tree: str) -> None:
        Stack._count += 1
        self._scratch = scratch
        self._applied = Applied(scratch)
        self._index = scratch.folder / f"index-{Stack._count}"
        self._holds = ""
        self.reset(tree)

    @property
    def index(self) -> Path:
        """The index file; it holds `tree`."""
        if self._holds != self.tree:
            self._scratch.out(*_SPLIT, "read-tree", self.tree, index=self._index)
            self._holds = self.tree
        return self._index

    def reset(self, tree: str) -> None:
        """Go back to a tree."""
        self.tree = self._scratch.fact("rev-parse", f"{tree}^{{tree}}").decode().strip()

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where the tree has none. Raises MissingBlob."""
        entry = self._entry(path)
        if not entry:
            return None
        data = self._scratch.blob(entry.split(b"\t")[0].split(b" ")[2].decode())
        if data is None:
            raise MissingBlob(path, "")
        return data

    def apply(self, diff: bytes, *, reverse: bool = False, three_way: bool = False) -> str:
        """Apply a diff and return the new tree's id; on refusal the stack stays where it was.

        Raises:
            DoesNotApply: some hunk does not fit, with git's reason. With `three_way` a conflict is one too.
            MissingBlob: a file that the diff changes is absent from the object store.
        """
        options = (*["--3way"] * three_way, *["--reverse"] * reverse)
        asked: tuple[str | bytes, ...] = ("apply", *options, self._at_hand(diff) if three_way else b"", diff)
        outcome = self._applied.get(self.tree, *asked)
        if outcome is None:
            outcome = self._tried(diff, options)
            self._applied.keep(self.tree, outcome, *asked)
        if isinstance(outcome, Refused):
            raise DoesNotApply(outcome.reason)
        self.tree = outcome
        return outcome

    def write(self, files: Mapping[str, bytes | None]) -> str:
        """Put some files' bytes in place, None for a file to go, and return the new tree's id; modes stay."""
        named = [(path, "gone" if data is None else data) for path, data in sorted(files.items())]
        asked = ("write", *chain.from_iterable(named))
        outcome = self._applied.get(self.tree, *asked)
        if not isinstance(outcome, str):
            rows = b"".join(self._row(path, data) for path, data in sorted(files.items()))
            self._scratch.out("update-index", "-z", "--add", "--index-info", data=rows, index=self.index)
            outcome = self._written()
            self._applied.keep(self.tree, outcome, *asked)
        self.tree = outcome
        return outcome

    def fits(self, diff: bytes, *, reverse: bool = False) -> bool:
        """Whether the diff would apply; changes nothing. Raises MissingBlob."""
        asked = ("--check", *["--reverse"] * reverse)
        known = self._applied.get(self.tree, *asked, diff)
        if known is None:
            known = self._refusal(diff, asked) or self.tree
            self._applied.keep(self.tree, known, *asked, diff)
        return not isinstance(known, Refused)

    def _tried(self, diff: bytes, options: Sequence[str]) -> str | Refused:
        refused = self._refusal(diff, options)
        if refused and "--3way" in options:  # a conflict is left in the index
            self._holds = ""
        return refused or self._written()

    # What the index holds now is a tree of its own.
    def _written(self) -> str:
        written = self._scratch.out(*_SPLIT, "write-tree", "--missing-ok", index=self._index)
        self._holds = written.decode().strip()
        return self._holds

    def _refusal(self, diff: bytes, options: Sequence[str]) -> Refused | None:
        command = (*_SPLIT, "apply", "--cached", "--whitespace=nowarn", *options, "-")
        result = self._scratch.run(*command, data=diff, index=self.index)
        if result.status == 0:
            return None
        unread = _UNREAD.search(result.err)
        if unread:
            raise MissingBlob(unread[1].strip("'"), "")
        errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
        said = errors or result.err.strip().splitlines() or ["git apply failed"]
        return Refused(said[0].removeprefix("error: "), judged=result.status == 1)

    def _at_hand(self, diff: bytes) -> bytes:
        asked = b"".join(b"%s^{blob}\n" % oid for oid in sorted(set(_MADE_ON.findall(diff))))
        return self._scratch.out("cat-file", "--batch-check=%(objectname)", data=asked) if asked else b""

    # `mode type id\tpath`, or nothing.
    def _entry(self, path: str) -> bytes:
        listing = self._scratch.fact(
            "--literal-pathspecs", "ls-tree", "-z", "--full-tree", self.tree, "--", path
        )
        return listing.partition(b"\0")[0]

    def _row(self, path: str, data: bytes | None) -> bytes:
        name = path.encode("utf-8", "surrogateescape")
        if data is None:
            return b"0 %s\t%s\0" % (b"0" * 40, name)
        oid = self._scratch.out("hash-object", "-w", "--stdin", data=data).strip()
        mode = self._entry(path).partition(b" ")[0] or b"100644"
        return b"%s %s\t%s\0" % (mode, oid, name)
