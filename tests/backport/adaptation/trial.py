"""Hunks made of two texts, as git makes them, and small kernels to adapt patches to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path

import kit
from patchtool.backport.adaptation.adapt import adapt
from patchtool.backport.adaptation.text import Text
from patchtool.core.adapt import Adapted, Blocked
from patchtool.core.rename import Rename
from patchtool.core.series import Hunk
from patchtool.mail.diff import parse_diff
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack


def text(path: str, lines: str) -> Text:
    return Text.of(path, lines.encode())


def hunks(path: str, before: str, after: str) -> tuple[Hunk, ...]:
    """The hunks between two texts, each with the heading that git gives it."""
    old = before.split("\n")[:-1]
    lines = "\n".join(unified_diff(old, after.split("\n")[:-1], f"a/{path}", f"b/{path}", lineterm=""))

    def headed(match: re.Match[str]) -> str:
        heads = [line for line in old[: int(match[1]) - 1] if line[:1].isalpha()]
        return f"{match[0]} {heads[-1]}" if heads else match[0]

    lines = re.sub(r"^@@ -(\d+).* @@$", headed, lines, flags=re.M)
    (change,) = parse_diff(f"diff --git a/{path} b/{path}\n{lines}\n".encode(), "x")
    return change.hunks


def hunk(path: str, before: str, after: str) -> Hunk:
    (only,) = hunks(path, before, after)
    return only


class Trial:
    """A patch between two states of an upstream kernel, and a target that differs from both."""

    def __init__(self, folder: Path, upstream: Mapping[str, str], target: Mapping[str, str]) -> None:
        self._repo = kit.kernel(folder / "kernel", upstream)
        self._base = kit.one(self._repo, "rev-parse", "HEAD")
        gone = {path: None for path in upstream if path not in target}
        self._target = kit.commit(self._repo, {**target, **gone})
        kit.git(self._repo, "reset", "-q", "--hard", self._base)

    def adapt(
        self, files: Mapping[str, str | None], *, upstream: bool = True, renames: Sequence[Rename] = ()
    ) -> Adapted | Blocked:
        """The change that these files are upstream, adapted to the target."""
        with self._trees() as (target, base):
            stack = Stack(target.scratch, target.oid)
            patch = kit.patch(kit.diff(self._repo, files))
            found = adapt(stack, target, patch, base if upstream else None, renames)
            if isinstance(found, Adapted):
                assert stack.tree == kit.one(self._repo, "rev-parse", f"{self._target}^{{tree}}")
                assert stack.apply(found.diff) == found.tree
                self.after = {path: (target.derive(found.tree, "x").read(path) or b"").decode() for path in
                              target.derive(found.tree, "x").changed()}  # fmt: skip
                stack.apply(found.diff, reverse=True)
                assert stack.tree == kit.one(self._repo, "rev-parse", f"{self._target}^{{tree}}")
            return found

    @contextmanager
    def _trees(self) -> Iterator[tuple[Snapshot, Snapshot]]:
        with Scratch(self._repo) as scratch:
            yield Snapshot(scratch, self._target, "old"), Snapshot(scratch, self._base, "new")
