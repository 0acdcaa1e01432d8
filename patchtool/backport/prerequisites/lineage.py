"""The commits between a target and the tree that a patch was made on, and what git knows of their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from patchtool.core.series import FileChange, Patch
from patchtool.tree.git import FULL_ID, Scratch

_BLAMED = re.compile(rb"^([0-9a-f]{40}) \d+ (\d+)", re.M)
_MOST_BASES = 60


class Lineage:
    """The commits that `base` has and `target` has not; both are 40-hex ids of commits."""

    def __init__(self, scratch: Scratch, target: str, base: str) -> None:
        self._scratch = scratch
        self._range = f"{target}..{base}"
        self.base = base
        self._not_target = f"^{target}"

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Each commit, merges aside, with its place: parents come before children."""
        command = ("rev-list", "--topo-order", "--reverse", "--no-merges", self._range, "--")
        return {oid: at for at, oid in enumerate(self._scratch.out(*command).decode().split())}

    def blamed(self, rev: str, path: str, spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
        """The commits that last wrote the lines of some spans (1-based, inclusive) of a file at `rev`."""
        limits = [word for first, last in spans for word in ("-L", f"{first},{last}")]
        result = self._scratch.run("blame", "--porcelain", "-s", *limits, self._not_target, rev, "--", path)
        found = (match[1].decode() for match in _BLAMED.finditer(result.out))
        return self._known(found)

    def shaped(self, rev: str, path: str, spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
        """Every commit that changed the lines of some spans, those that took lines out included."""
        found: list[str] = []
        for first, last in spans:
            limit = f"-L{first},{last}:{path}"
            log = self._scratch.run("log", limit, "--no-patch", "--format=%H", rev, self._not_target, "--")
            found += log.out.decode().split()
        return self._known(found)

    def adding(self, rev: str, path: str) -> tuple[str, ...]:
        """The commits that brought a file to its path, newest first: new, or moved from elsewhere."""
        command = ("log", "--format=%H", "--no-renames", "--diff-filter=A", rev, self._not_target)
        return self._known(
            self._scratch.run("--literal-pathspecs", *command, "--", path).out.decode().split()
        )

    def removing(self, rev: str, path: str) -> tuple[str, ...]:
        """The commits that took a file from its path, newest first."""
        command = ("log", "--format=%H", "--no-renames", "--diff-filter=D", rev, self._not_target)
        return self._known(
            self._scratch.run("--literal-pathspecs", *command, "--", path).out.decode().split()
        )

    def counting(self, word: str, rev: str, path: str) -> tuple[str, ...]:
        """The commits after which a text stands more or less often in a file, newest first."""
        command = ("log", "--topo-order", "--format=%H", "--no-renames", f"-S{word}", rev, self._not_target)
        return self._known(
            self._scratch.run("--literal-pathspecs", *command, "--", path).out.decode().split()
        )

    def _known(self, oids: Iterable[str]) -> tuple[str, ...]:
        return tuple(oid for oid in dict.fromkeys(oids) if oid in self.order)


def fork(scratch: Scratch, target: str, base: str) -> str:
    """The newest commit that both have, "" where none is in the repository."""
    answer = scratch.run("merge-base", target, base)
    oid = answer.out.decode().split()[:1]
    return oid[0] if answer.status == 0 and oid and FULL_ID.match(oid[0]) else ""


def committed(scratch: Scratch, tree: str, parent: str, subject: str) -> str:
    """A commit of a tree in the scratch; its 40-hex id, the same for the same arguments."""
    who = "patchtool <patchtool@localhost> 0 +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{subject}\n"
    data = text.encode("utf-8", "surrogateescape")
    return scratch.out("hash-object", "-t", "commit", "-w", "--stdin", data=data).decode().strip()


def own_bases(scratch: Scratch, patch: Patch, tip: str) -> Iterator[str]:
    """Commits that the patch may have been made on, the likeliest first: the tip, then those before the
    commits that changed its files, that with its subject first of all.

    At most 60; finding them is one `git log` over the tip's history, limited to the files.
    """
    yield tip
    paths = sorted({path for change in patch.files for path in _paths(change)})
    command = ("log", "-z", "--format=%P%n%s", "--no-merges", f"--max-count={_MOST_BASES * 10}", tip)
    log = scratch.run("--literal-pathspecs", *command, "--", *paths).out.decode("utf-8", "replace")
    commits = [entry.split("\n", 1) for entry in log.split("\0") if "\n" in entry]
    wanted = patch.subject.casefold()
    alike = [parents for parents, subject in commits if subject.strip().casefold() == wanted]
    likely = [parents for parents, _ in commits[:_MOST_BASES]]
    for parents in dict.fromkeys((*alike, *likely)):
        if FULL_ID.match(parents):
            yield parents


def _paths(change: FileChange) -> list[str]:
    return [path for path in (change.old_path, change.new_path) if path]
