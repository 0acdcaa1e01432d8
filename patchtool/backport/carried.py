"""Which commits a tree's history brought in under another id, and which of them it took away again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from patchtool.backport.ancestry import REVERTS, mainline, upstream_ids
from patchtool.core.finding import Verdict
from patchtool.core.series import Patch
from patchtool.tree.git import FULL_ID, Scratch

# How far back to look where a history shares no commit with mainline.
_REACH = 20_000
_REVERTED = re.compile(rf"{REVERTS}\s+([0-9a-f]{{12,40}})\b")


@dataclass(frozen=True, slots=True)
class Carried:
    """HOLDS where the history brought a commit, VIOLATED where it took it away since; `why` names who did."""

    verdict: Verdict
    why: str


def carried(
    scratch: Scratch, tip: str, wanted: Mapping[int, str], patches: Sequence[Patch] = ()
) -> dict[int, Carried]:
    """What a branch's history says about some commits (12 to 40 hex digits each), under the keys given.

    Seen are the commit itself, backports that name it (`commit <id> upstream`, `[ Upstream commit <id> ]`,
    `(cherry picked from commit <id>)`), and for `patches`, keyed by number, commits of the same author with
    the same `git patch-id --stable`. Reverts (`This reverts commit`) and their reverts count in order. What
    no commit speaks of is left out; so is everything where `tip` is a tree without history.

    Looks back to where the branch left mainline, 20,000 commits where it never did. Two `git log`, which
    read messages; diffs only of the patches' authors.
    """
    start = scratch.resolve(tip)
    if start is None or not (wanted or patches):
        return {}
    fork = _fork(scratch, start)
    ledger = _Ledger(wanted)
    own = _ancestors(scratch, start, wanted)
    for key, oid in own.items():
        ledger.bring(oid, key, f"commit {oid[:12]} itself is in its history")
    unknown = [patch for patch in patches if patch.n not in own]
    for (key, oid), title in _same_changes(scratch, start, fork, unknown).items():
        ledger.bring(oid, key, f"{title} in its history is the same change (patch-id)")
    for oid, subject, body in _messages(scratch, start, _since(scratch, start, fork, own), wanted):
        ledger.read(oid, f'{oid[:12]} ("{subject}")', body)
    return ledger.found


class _Ledger:
    # Read from the oldest commit to the newest. `_brings` has, for every name of a commit, the keys it stands
    # for; `_took` the same for reverts, so that a revert of one gives them back.
    def __init__(self, wanted: Mapping[int, str]) -> None:
        self.found: dict[int, Carried] = {}
        self._wanted = wanted
        self._brings: dict[str, set[int]] = {}
        self._took: dict[str, set[int]] = {}

    def bring(self, oid: str, key: int, why: str) -> None:
        self._brings.setdefault(oid, set()).add(key)
        self.found[key] = Carried(Verdict.HOLDS, why)

    def read(self, oid: str, title: str, body: str) -> None:
        named = upstream_ids(body)
        for reverted in _REVERTED.findall(body):
            self._revert(reverted, (oid, *named), title)
        for key, wanted in self._wanted.items():
            if any(_same(name, wanted) for name in named):
                self.bring(oid, key, f"{title} in its history is commit {wanted[:12]} upstream")

    def _revert(self, reverted: str, names: Sequence[str], title: str) -> None:
        back = {key for name, keys in self._took.items() if _same(name, reverted) for key in keys}
        for key in back:
            self.found[key] = Carried(Verdict.HOLDS, f"{title} in its history brought it back")
        lost = {key for name, keys in self._brings.items() if _same(name, reverted) for key in keys}
        lost |= {key for key, wanted in self._wanted.items() if _same(wanted, reverted) and key in self.found}
        for key in lost:
            self.found[key] = Carried(Verdict.VIOLATED, f"{title} in its history took it away again")
        for name in names:
            self._took.setdefault(name, set()).update(lost)


def _same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _fork(scratch: Scratch, tip: str) -> str:
    main = mainline(scratch)
    if not main:
        return ""
    found = scratch.run("merge-base", main, tip).out.decode().strip()
    return "" if found == tip else found


def _ancestors(scratch: Scratch, tip: str, wanted: Mapping[int, str]) -> dict[int, str]:
    known = {key: oid for key, short in wanted.items() if (oid := scratch.resolve(short))}
    if not known:
        return {}
    beyond = set(scratch.out("rev-list", *known.values(), f"^{tip}").decode().split())
    return {key: oid for key, oid in known.items() if oid not in beyond}


# The commit after which the first word on any of them can come, "" for all of history.
def _since(scratch: Scratch, tip: str, fork: str, own: Mapping[int, str]) -> str:
    starts = [oid for oid in (fork, *own.values()) if oid]
    if not starts:
        edge = scratch.run("rev-list", "--max-count=1", f"--skip={_REACH}", tip)
        return edge.out.decode().strip()
    return scratch.run("merge-base", "--octopus", *starts).out.decode().strip()


def _messages(
    scratch: Scratch, tip: str, since: str, wanted: Mapping[int, str]
) -> list[tuple[str, str, str]]:
    terms = dict.fromkeys(oid[:12] for oid in wanted.values())
    log = scratch.out(
        "log", "-z", "--reverse", "--topo-order", "--fixed-strings", f"--grep={REVERTS}",
        *(f"--grep={term}" for term in terms), "--format=%H%n%s%n%b", *_range(tip, since), "--",
    )  # fmt: skip
    entries = (entry.split("\n", 2) for entry in log.decode("utf-8", "replace").split("\0") if entry)
    return [(fields[0], fields[1], fields[2]) for fields in entries if len(fields) == 3]


def _range(tip: str, since: str) -> tuple[str, ...]:
    return (tip, f"^{since}") if since else (tip,)


# By patch number and commit. A cherry-pick keeps its author; diffs of everybody's commits would take minutes.
def _same_changes(
    scratch: Scratch, tip: str, fork: str, patches: Sequence[Patch]
) -> dict[tuple[int, str], str]:
    authors = {patch.author.email for patch in patches if patch.author.email}
    if not fork or not authors:
        return {}
    log = scratch.out(
        "log", "-p", "-M", "--no-merges", "--fixed-strings", "--no-ext-diff", "--no-textconv",
        *(f"--author=<{author}>" for author in sorted(authors)), "--format=From %H %s", tip, f"^{fork}", "--",
    )  # fmt: skip
    own = b"".join(b"From %040x\n%s\n" % (patch.n, patch.diff) for patch in patches)
    wanted = {change: int(number, 16) for change, number in _patch_ids(scratch, own)}
    same = {oid: wanted[change] for change, oid in _patch_ids(scratch, log) if change in wanted}
    titles = dict(_titles(log)) if same else {}
    return {(n, oid): f'{oid[:12]} ("{titles.get(oid, "")}")' for oid, n in same.items()}


def _patch_ids(scratch: Scratch, text: bytes) -> list[tuple[str, str]]:
    answer = scratch.out("patch-id", "--stable", data=text).decode("ascii", "replace")
    pairs = (line.split(" ") for line in answer.splitlines())
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2 and FULL_ID.match(pair[1])]


def _titles(log: bytes) -> list[tuple[str, str]]:
    heads = re.findall(rb"^From ([0-9a-f]{40}) (.*)$", log, re.MULTILINE)
    return [(oid.decode(), title.decode("utf-8", "replace")) for oid, title in heads]
