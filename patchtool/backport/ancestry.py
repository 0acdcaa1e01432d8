"""What the user's history knows: a patch's upstream commit, and whether a tree holds a commit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from patchtool.core.finding import Verdict
from patchtool.core.series import Patch
from patchtool.tree.git import FULL_ID, Scratch

_MAINLINE = ("mainline/master", "mainline", "master", "main", "origin/master", "origin/main", "linus/master",
             "torvalds/master", "upstream/master")  # fmt: skip
_HEX = re.compile(r"[0-9a-f]{7,40}\Z")
# How a message names the commit that it reverts, and how a backport's names what it was made of.
REVERTS = "This reverts commit"
_UPSTREAM = re.compile(
    r"^\W*(?:backport of )?upstream commit:? ([0-9a-f]{12,40})\b|^\W*commit ([0-9a-f]{12,40}) upstream\b"
    r"|\((?:cherry[- ]picked|backported) from (?:commit )?([0-9a-f]{12,40})\b",
    re.IGNORECASE | re.MULTILINE,
)


def mainline(scratch: Scratch) -> str:
    """The user's name for the branch that patches come from, "" where none of the usual ones is there."""
    return next((name for name in _MAINLINE if scratch.resolve(name)), "")


def upstream_commit(scratch: Scratch, patch: Patch) -> str:
    """The 40-hex id of the patch's commit in the user's mainline branch, "" where none is found.

    Found by the mail's message-id in a Link: trailer, else by subject (case aside: maintainers recase it)
    and author's address. One `git log` over the branch.
    """
    return _found(scratch, [patch]).get(patch.n, "")


def upstream_commits(scratch: Scratch, patches: Sequence[Patch]) -> dict[int, str]:
    """The ids of all patches' commits in mainline, by number; a patch without one is left out.

    That which a backport's own message names counts first, then as `upstream_commit`. An id that is not in
    the repository is given as it was written (12 to 40 hex digits). One `git log` over the branch for all: a
    second for 75,000 commits.
    """
    stated = {patch.n: named[0] for patch in patches if (named := upstream_ids(patch.message))}
    sure = {n: oid for n, short in stated.items() if (oid := scratch.resolve(short))}
    return stated | _found(scratch, [patch for patch in patches if patch.n not in sure]) | sure


def upstream_ids(message: str) -> tuple[str, ...]:
    """The commits that a backport's message says it was made of, in order, as written (12 to 40 hex digits).

    What it says of a commit that it reverts does not count.
    """
    own = message.partition(REVERTS)[0]
    return tuple(dict.fromkeys(next(filter(None, found.groups())) for found in _UPSTREAM.finditer(own)))


def _found(scratch: Scratch, patches: Sequence[Patch]) -> dict[int, str]:
    found: dict[int, str] = {}
    for name in _MAINLINE:
        left = [patch for patch in patches if patch.n not in found]
        tip = scratch.resolve(name) if left else None
        if tip:
            found |= _search(scratch, tip, left)
    return found


def _search(scratch: Scratch, tip: str, patches: Sequence[Patch]) -> dict[int, str]:
    terms = [term for patch in patches for term in (patch.message_id.strip("<>"), patch.subject) if term]
    if not terms:
        return {}
    log = scratch.run(
        "log", "-z", "--no-merges", "--fixed-strings", "--regexp-ignore-case",
        *(f"--grep={term}" for term in dict.fromkeys(terms)), "--format=%H%n%ae%n%s%n%b", tip, "--",
    )  # fmt: skip
    entries = (entry.split("\n", 3) for entry in log.out.decode("utf-8", "replace").split("\0") if entry)
    commits = [fields for fields in entries if len(fields) == 4 and FULL_ID.match(fields[0])]
    ids = ((patch.n, _among(commits, patch)) for patch in patches)
    return {n: oid for n, oid in ids if oid}


# A link to the mail is surer than a likeness; of several the newest.
def _among(commits: Sequence[Sequence[str]], patch: Patch) -> str:
    mail = patch.message_id.strip("<>")
    linked = [oid for oid, _, _, body in commits if mail and mail in body]
    subject, email = patch.subject.casefold(), patch.author.email.casefold()
    alike = [oid for oid, by, title, _ in commits if (title.casefold(), by.casefold()) == (subject, email)]
    return next(iter((*linked, *alike)), "")


def holds_commit(scratch: Scratch, tip: str, commit: str) -> Verdict:
    """Whether a branch contains a commit, or a backport that names it as its upstream commit.

    UNDECIDED where the repository does not have the commit, or no history that leads from it to the branch
    (a shallow clone, a plain import). What was reverted since counts as held. Looks at the branch's commits
    since the two parted.
    """
    oid = scratch.resolve(commit) if _HEX.match(commit) else None
    fork = scratch.run("merge-base", oid, tip).out.decode().strip() if oid else ""
    if not oid or not fork:
        return Verdict.UNDECIDED
    if fork == oid:
        return Verdict.HOLDS
    log = scratch.run(
        "log", "-z", "--fixed-strings", f"--grep={oid[:12]}", "--format=%b", tip, f"^{fork}", "--"
    )
    bodies = log.out.decode("utf-8", "replace").split("\0")
    if any(oid.startswith(named) for body in bodies for named in upstream_ids(body)):
        return Verdict.HOLDS
    return Verdict.UNDECIDED if scratch.shallow else Verdict.VIOLATED
