"""What the commits before a base say about subject prefixes."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from patchtool.tree.snapshot import Snapshot

# How far back to look: a path-limited walk over all of the kernel's commits takes many seconds.
_REACH = 20_000
_MOST = 100


class TreeHistory:
    """A `core.rules.History` over a base; a plain import without commits just gives empty answers.

    One look-up walks at most 20,000 commits back, about a second on a full kernel history; answers are kept.
    """

    def __init__(self, base: Snapshot) -> None:
        self._base = base
        self._asked = lru_cache(maxsize=None)(self._look_up)

    def prefixes(self, path: str) -> tuple[str, ...]:
        """See `History.prefixes`."""
        return self._asked(path)

    def has_path(self, path: str) -> bool | None:
        """See `History.has_path`."""
        return self._base.has(path)

    def _look_up(self, path: str) -> tuple[str, ...]:
        scratch, oid = self._base.scratch, self._base.oid
        edge = scratch.run("rev-list", "--max-count=1", f"--skip={_REACH}", oid).out.decode().strip()
        reach = f"{edge}..{oid}" if edge else oid
        log = scratch.run(
            "log", "--format=%s", "--no-merges", f"--max-count={_MOST}", reach, "--", f":(literal){path}"
        )
        subjects = log.out.decode("utf-8", "replace").splitlines()
        tally = Counter(subject.rpartition(": ")[0] for subject in subjects if ": " in subject)
        return tuple(prefix for prefix, _ in tally.most_common())


class NoHistory:
    """A `core.rules.History` where no tree is at hand."""

    def prefixes(self, path: str) -> tuple[str, ...]:
        """See `History.prefixes`."""
        return ()

    def has_path(self, path: str) -> bool | None:
        """See `History.has_path`."""
        return None
