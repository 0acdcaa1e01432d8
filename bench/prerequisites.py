"""Are the prerequisites that patchtool finds the true ones? Precision and recall over random histories.

    python bench/prerequisites.py [--cases 60] [--first 1] [--length 14] [--show]

A case is a history of some commits and a patch on top; the target is its first commit and a few others. What
the patch needs is known from how the history was made (history_kit), and proven apart from patchtool: with
these commits and the patch the real git applies all, and after each of them gcc takes every C file and every
Kconfig symbol that is named has its entry; without any one of them that is not so. A case that fails this
proof is set aside and counted.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from history_acts import branched, goal, grown
from history_git import Refused, compiles, git
from history_kit import World

from patchtool.backport.prerequisites.find import Terms, prerequisites
from patchtool.core.finding import Verdict
from patchtool.core.plan import Target
from patchtool.core.prerequisite import Found
from patchtool.core.series import Patch, Person
from patchtool.mail.diff import parse_diff
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

_ENTRY = re.compile(r"^config (\w+)", re.M)
_NAMED = re.compile(r"^\tselect (\w+)|CONFIG_(\w+)", re.M)


@dataclass
class Tally:
    """Sums over cases; `missed` and `extra` are of commits, `kinds` of commits called by the wrong kind."""

    true: int = 0
    extra: int = 0
    missed: int = 0
    exact: int = 0
    kinds: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    aside: int = 0
    seconds: list[float] = field(default_factory=list)
    sizes: Counter[int] = field(default_factory=Counter)


def main() -> int:
    """Reads the command line; 1 where a case is not exact."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--length", type=int, default=14)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    tally = Tally()
    for seed in range(given.first, given.first + given.cases):
        folder = Path(tempfile.mkdtemp(prefix="prerequisites-"))
        try:
            _case(folder / "kernel", seed, given.length, tally, show=given.show)
        finally:
            shutil.rmtree(folder)
    _print(tally)
    return int(tally.exact != len(tally.seconds))


def _case(folder: Path, seed: int, length: int, tally: Tally, *, show: bool) -> None:
    folder.mkdir()
    world = World(folder, seed)
    grown(world, length)
    tip = git(folder, "rev-parse", "HEAD").decode().strip()
    target = branched(world)
    goal(world)
    after = world.write("goal")
    git(folder, "reset", "-q", "--hard", tip)
    diff = git(folder, "diff", "--full-index", tip, after)
    truth = {world.changes[n].oid: kind for n, kind in world.closure(world.changes[-1]).items()}
    ordered = [change.oid for change in world.changes if change.oid in truth]
    if not diff or not _proven(folder, target, ordered, diff):
        tally.aside += 1
        return
    start = time.monotonic()
    found = _found(folder, target, diff)
    tally.seconds.append(time.monotonic() - start)
    _count(tally, truth, found)
    if show and {c.oid: c.need.value for c in found.commits} != truth:
        _show(world, seed, truth, found)


def _found(folder: Path, target: str, diff: bytes) -> Found:
    who = Person("T", "t@example.org")
    patch = Patch(1, 1, "goal", "PATCH", who, who, "", "", (), parse_diff(diff, "x"), diff, "x")
    with Scratch(folder) as scratch:
        tree = Snapshot(scratch, target, "target")
        answer = prerequisites(Target("target", "target", target, ""), tree, [patch], "mainline", Terms())
    assert isinstance(answer, Found)
    return answer


def _count(tally: Tally, truth: Mapping[str, str], found: Found) -> None:
    given = {commit.oid: commit.need.value for commit in found.commits}
    right = given.keys() & truth.keys()
    tally.true += len(right)
    tally.extra += len(given.keys() - truth.keys())
    tally.missed += len(truth.keys() - given.keys())
    tally.exact += given.keys() == truth.keys() and found.verdict is Verdict.HOLDS
    tally.kinds += sum(given[oid] != truth[oid] for oid in right)
    tally.verdicts[found.verdict.value] += 1
    tally.sizes[len(truth)] += 1


# Whether these commits are enough, and each of them is needed, by git and gcc alone.
def _proven(folder: Path, base: str, ordered: Sequence[str], diff: bytes) -> bool:
    diffs = [git(folder, "diff-tree", "-p", "-M", "--full-index", f"{oid}^", oid) for oid in ordered]
    if not _holds(folder, base, [*diffs, diff]):
        return False
    without = ([*diffs[:n], *diffs[n + 1 :], diff] for n in range(len(diffs)))
    return not any(_holds(folder, base, left) for left in without)


def _holds(folder: Path, base: str, diffs: Sequence[bytes]) -> bool:
    head = git(folder, "rev-parse", "HEAD").decode().strip()
    try:
        git(folder, "read-tree", "-u", "--reset", base)
        for diff in diffs:
            try:
                git(folder, "apply", "--index", "-", data=diff)
            except Refused:
                git(folder, "apply", "--3way", "-", data=diff)
            if not (compiles(folder) and _symbols_defined(folder)):
                return False
        return True
    except Refused:
        return False
    finally:
        git(folder, "reset", "-q", "--hard", head)
        git(folder, "clean", "-q", "-f", "-d")


def _symbols_defined(folder: Path) -> bool:
    texts = [place.read_text() for place in sorted(folder.glob("drivers/*"))]
    entries = set(_ENTRY.findall((folder / "drivers/Kconfig").read_text()))
    return all({one or other for one, other in _NAMED.findall(text)} <= entries for text in texts)


def _show(world: World, seed: int, truth: Mapping[str, str], found: Found) -> None:
    print(f"case {seed}: {found.verdict.value} {found.obstacles} {found.undecided}")
    given = {commit.oid: commit for commit in found.commits}
    for change in world.changes[:-1]:
        commit, true = given.get(change.oid), truth.get(change.oid, "not needed")
        said = commit.need.value if commit else "not needed"
        if said != true:
            print(f"  {change.number} {change.what}: {true}, found: {said}, {commit.why if commit else ''}")


def _print(tally: Tally) -> None:
    cases, all_true = len(tally.seconds), tally.true + tally.missed
    precision, recall = tally.true / (tally.true + tally.extra or 1), tally.true / (all_true or 1)
    print(f"cases {cases}, set aside {tally.aside}, verdicts {dict(tally.verdicts)}")
    print(f"true prerequisites {all_true}, cases by their number {dict(sorted(tally.sizes.items()))}")
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    print(f"exact sets {tally.exact} of {cases}, kinds wrong {tally.kinds}")
    print(f"seconds a case: median {sorted(tally.seconds)[cases // 2]:.2f}, most {max(tally.seconds):.2f}")


if __name__ == "__main__":
    sys.exit(main())
