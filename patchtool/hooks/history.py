"""What the repository says of single commits and paths in a few milliseconds."""

from __future__ import annotations

from patchtool.core.finding import Verdict
from patchtool.core.rules import CommitFact, Releases
from patchtool.tree.git import Scratch


class QuickHistory:
    """A `core.rules.History` for a commit that is being made on HEAD.

    It looks commits and paths up and walks nowhere: whether HEAD descends from a commit is UNDECIDED, what
    releases hold it and which prefixes a path's commits have is not known.
    """

    at_hand = True

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def commit(self, oid: str) -> CommitFact | None:
        """See `History.commit`."""
        full = self._scratch.resolve(oid)
        if full is None or not full.startswith(oid):  # a branch may have a hex number for a name
            return None
        subject = self._scratch.out("log", "--no-walk", "--format=%s", full).decode("utf-8", "replace")
        return CommitFact(full, subject.strip(), Verdict.UNDECIDED)

    def releases(self, oid: str) -> Releases:
        """See `History.releases`."""
        return Releases()

    def prefixes(self, path: str) -> tuple[str, ...]:
        """See `History.prefixes`."""
        return ()

    def has_path(self, path: str) -> bool | None:
        """See `History.has_path`."""
        if not self._scratch.head:
            return None
        return self._scratch.run("cat-file", "-e", f"{self._scratch.head}:{path}").status == 0
