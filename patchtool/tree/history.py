"""What the commits before a base say: subject prefixes, single commits, and the releases that hold them."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from patchtool.core.finding import Verdict
from patchtool.core.rules import CommitFact, Releases
from patchtool.tree.snapshot import Snapshot

# How far back to look: a path-limited walk over all of the kernel's commits takes many seconds.
_REACH = 20_000
_MOST = 100
_VERSION_TAG = re.compile(r"v(\d+(?:\.\d+){1,3})(?:-rc(\d+))?")


class TreeHistory:
    """A `core.rules.History` over a base; a plain import without commits just gives empty answers.

    A look-up of prefixes walks at most 20,000 commits back, about a second on a full kernel history; one of
    releases asks every tag, some seconds where the repository has no commit-graph. Answers are kept.
    """

    at_hand = True

    def __init__(self, base: Snapshot) -> None:
        self._base = base
        self._asked = lru_cache(maxsize=None)(self._look_up)
        self._commits = lru_cache(maxsize=None)(self._commit)
        self._releases = lru_cache(maxsize=None)(self._release)

    def prefixes(self, path: str) -> tuple[str, ...]:
        """See `History.prefixes`."""
        return self._asked(path)

    def has_path(self, path: str) -> bool | None:
        """See `History.has_path`."""
        return self._base.has(path)

    def commit(self, oid: str) -> CommitFact | None:
        """See `History.commit`."""
        return self._commits(oid)

    def releases(self, oid: str) -> Releases:
        """See `History.releases`."""
        return self._releases(oid)

    def _commit(self, oid: str) -> CommitFact | None:
        scratch = self._base.scratch
        full = scratch.resolve(oid)
        if full is None or not full.startswith(oid):  # a branch may have a hex number for a name
            return None
        subject = scratch.out("log", "--no-walk", "--format=%s", full).decode("utf-8", "replace").strip()
        asked = scratch.run("merge-base", "--is-ancestor", full, self._base.oid)
        if asked.status == 0:
            return CommitFact(full, subject, Verdict.HOLDS)
        absent = asked.status == 1 and not scratch.shallow
        return CommitFact(full, subject, Verdict.VIOLATED if absent else Verdict.UNDECIDED)

    def _release(self, oid: str) -> Releases:
        holding = self._tags(f"--contains={oid}")
        past = self._tags(f"--contains={oid}", f"--merged={self._base.oid}") if holding else []
        finals = [tag for tag in past if "-rc" not in tag]
        return Releases(holding[0] if holding else "", finals[0] if finals else "")

    # Version tags, oldest first.
    def _tags(self, *conditions: str) -> list[str]:
        command = ("for-each-ref", "--format=%(refname:lstrip=2)", *conditions, "refs/tags/v*")
        names = self._base.scratch.run(*command).out.decode("utf-8", "replace").split()
        return sorted((name for name in names if _VERSION_TAG.fullmatch(name)), key=_age)

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


# A release comes after its candidates.
def _age(tag: str) -> tuple[tuple[int, ...], float]:
    found = _VERSION_TAG.fullmatch(tag)
    numbers, candidate = found.groups() if found else ("0", None)
    return tuple(int(number) for number in numbers.split(".")), float(candidate or "inf")


class NoHistory:
    """A `core.rules.History` where no tree is at hand."""

    at_hand = False

    def commit(self, oid: str) -> CommitFact | None:
        """See `History.commit`."""
        return None

    def releases(self, oid: str) -> Releases:
        """See `History.releases`."""
        return Releases()

    def prefixes(self, path: str) -> tuple[str, ...]:
        """See `History.prefixes`."""
        return ()

    def has_path(self, path: str) -> bool | None:
        """See `History.has_path`."""
        return None
