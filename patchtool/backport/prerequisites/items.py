"""A commit or the patch, as something to apply: its diff, and what its files are before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from patchtool.core.series import ChangeKind, FileChange
from patchtool.mail.diff import parse_diff
from patchtool.tree.excerpt import excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.stack import Stack

# More files than this is an import of a whole tree, whatever its message says.
_IMPORT = 3_000
_DIFF = ("-p", "-M", "--binary", "--full-index")


@dataclass(frozen=True, eq=False)
class Item:
    """`oid` is the commit's 40-hex id, "" for the patch; `parent` the commit that it was made on.

    `changes` have whole blob ids. `texts` are the files before and after it, b"" where there is none.
    """

    oid: str
    parent: str
    subject: str
    diff: bytes
    changes: tuple[FileChange, ...]
    texts: Mapping[str, tuple[bytes, bytes]]

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every path that it reads or writes."""
        return frozenset(p for change in self.changes for p in (change.old_path, change.new_path) if p)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Lines added and removed."""
        hunks = [hunk for change in self.changes for hunk in change.hunks]
        return sum(len(hunk.added) for hunk in hunks), sum(len(hunk.removed) for hunk in hunks)


def commit_item(scratch: Scratch, oid: str) -> Item | None:
    """A commit against its first parent; None for an import of a whole tree.

    Raises:
        MailError: its diff can't be read (a path that leaves the tree).
        GitError: git can't read it.
    """
    head = scratch.out("log", "--no-walk", "--format=%P%n%s", oid).decode("utf-8", "replace").split("\n")
    parent = head[0].split(" ")[0]
    against = (parent, oid) if parent else ("--root", "--no-commit-id", oid)
    names = scratch.fact("diff-tree", "-r", "-z", "--name-only", *against)
    if names.count(b"\0") > _IMPORT:
        return None
    return _item(scratch, oid, parent, head[1], scratch.fact("diff-tree", "-r", *_DIFF, *against))


def patch_item(scratch: Scratch, trees: tuple[str, str], parent: str, subject: str) -> Item:
    """The patch between two trees, the one it was made on and that with it; `parent` is that commit."""
    return _item(scratch, "", parent, subject, scratch.fact("diff-tree", "-r", *_DIFF, *trees))


def bare_item(files: Sequence[FileChange], diff: bytes, subject: str) -> Item:
    """The patch where no tree takes it: of its files nothing is known but the hunks."""
    return Item("", "", subject, diff, tuple(files), {})


def small_stack(scratch: Scratch, tree: str, paths: Sequence[str]) -> Stack:
    """A stack on some files of a tree alone, which git reads and writes faster than a whole kernel."""
    return Stack(scratch, excerpt(scratch, tree, paths))


def widen(stack: Stack, scratch: Scratch, listing: bytes) -> None:
    """Put files, as `listed` gives them, into a stack's tree."""
    scratch.out("update-index", "-z", "--add", "--index-info", data=listing, index=stack.index)
    stack.reset(scratch.out("write-tree", "--missing-ok", index=stack.index).decode().strip())


def texts_at(scratch: Scratch, tree: str, paths: Sequence[str]) -> dict[str, bytes]:
    """Some files of a tree; without those that it or the object store lacks."""
    found = {}
    for entry in listed(scratch, tree, paths).split(b"\0"):
        head, _, path = entry.partition(b"\t")
        data = scratch.blob(head.split(b" ")[2].decode()) if path else None
        if data is not None:
            found[path.decode("utf-8", "surrogateescape")] = data
    return found


def listed(scratch: Scratch, tree: str, paths: Sequence[str]) -> bytes:
    """Some files of a tree as `git update-index --index-info -z` takes them; without those it lacks."""
    # No pathspec of ours has magic in it; without one, ls-tree would list everything.
    if not paths:
        return b""
    listing = scratch.out(
        "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", tree, "--", *sorted(paths)
    )
    wanted = {path.encode("utf-8", "surrogateescape") for path in paths}
    entries = (entry for entry in listing.split(b"\0") if entry.startswith(b"100"))
    return b"".join(entry + b"\0" for entry in entries if entry.partition(b"\t")[2] in wanted)


def _item(scratch: Scratch, oid: str, parent: str, subject: str, diff: bytes) -> Item:
    changes = parse_diff(diff, oid[:12] or "the patch")
    texts = {change.path: _texts(scratch, change) for change in changes}
    return Item(oid, parent, subject, diff, changes, texts)


def _texts(scratch: Scratch, change: FileChange) -> tuple[bytes, bytes]:
    if change.kind is ChangeKind.RENAME and not change.hunks:
        return b"", b""
    old, new = (
        (scratch.blob(oid) or b"") if oid and oid.strip("0") else b""
        for oid in (change.old_blob, change.new_blob)
    )
    return old, new
