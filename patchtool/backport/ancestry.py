"""What the user's history knows: a patch's upstream commit, and whether a tree holds a commit."""

from __future__ import annotations

import re

from patchtool.core.finding import Verdict
from patchtool.core.series import Patch
from patchtool.tree.git import FULL_ID, Scratch

_MAINLINE = ("mainline", "master", "main", "origin/master", "origin/main", "linus/master", "torvalds/master",
             "mainline/master", "upstream/master")  # fmt: skip
_HEX = re.compile(r"[0-9a-f]{7,40}\Z")


def upstream_commit(scratch: Scratch, patch: Patch) -> str:
    """The 40-hex id of the patch's commit in the user's mainline branch, "" where none is found.

    Found by the mail's message-id in a Link: trailer, else by subject (case aside: maintainers recase it)
    and author's address. One `git log` over the branch.
    """
    for name in _MAINLINE:
        tip = scratch.resolve(name)
        if tip:
            found = _search(scratch, tip, patch)
            if found:
                return found
    return ""


def _search(scratch: Scratch, tip: str, patch: Patch) -> str:
    terms = [f"--grep={term}" for term in (patch.message_id.strip("<>"), patch.subject) if term]
    log = scratch.run(
        "log", "-z", "--no-merges", "--fixed-strings", "--regexp-ignore-case", *terms,
        "--format=%H%n%ae%n%s%n%b", tip, "--",
    )  # fmt: skip
    commits = [entry.split("\n", 3) for entry in log.out.decode("utf-8", "replace").split("\0") if entry]
    linked = [
        c[0] for c in commits if len(c) == 4 and patch.message_id and patch.message_id.strip("<>") in c[3]
    ]
    alike = [
        c[0]
        for c in commits
        if len(c) == 4
        and c[2].casefold() == patch.subject.casefold()
        and c[1].casefold() == patch.author.email.casefold()
    ]
    return next((oid for oid in (*linked, *alike) if FULL_ID.match(oid)), "")


def holds_commit(scratch: Scratch, tip: str, commit: str) -> Verdict:
    """Whether a branch contains a commit, or a backport that names it as its upstream commit.

    UNDECIDED where the repository does not have the commit (a shallow clone, a plain import).
    """
    oid = scratch.resolve(commit) if _HEX.match(commit) else None
    if oid is None:
        return Verdict.UNDECIDED
    if scratch.run("merge-base", "--is-ancestor", oid, tip).status == 0:
        return Verdict.HOLDS
    log = scratch.run(
        "log",
        "-E",
        f"--grep=^commit {oid} upstream|^\\[ Upstream commit {oid} \\]",
        "--format=%H",
        "--max-count=1",
        tip,
        "--",
    )
    return Verdict.HOLDS if log.out.strip() else Verdict.VIOLATED
