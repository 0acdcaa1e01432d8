"""How fast is `patchtool lint` beside the kernel's scripts/checkkconfigsymbols.py? Whole processes in turn.

    python bench/lint_speed.py WORKTREE [--repo REPO --base REV] [--rounds 3]

WORKTREE is a checked-out kernel in git, for the script; patchtool reads the same tree from REPO at REV, by
default the repository of WORKTREE at HEAD. A round is the script, `lint` with an empty cache, and three times
`lint` with what that run kept (the middle one counts). Ratios are taken round by round; each figure is the
least, the median and the most, in seconds by the clock and in processor seconds. The goal is 10 cold and 50
warm by the clock; on a machine that others use too, the processor's figures say more.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = "scripts/checkkconfigsymbols.py"
GOALS = {"cold": 10, "warm": 50}


@dataclass(frozen=True, order=True)
class Cost:
    """Seconds by the clock, and of processors in all processes."""

    clock: float
    processor: float


def cost(command: Sequence[str], folder: Path, cache: str = "") -> Cost:
    """What a process takes, from outside; any exit status of patchtool's up to 1 is an answer."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATCHTOOL_CACHE": cache}, capture_output=True, check=False
    )
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 1 or not done.stdout:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}: {done.stderr.decode()[-300:]}")
    return Cost(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(worktree: Path, lint: Sequence[str]) -> dict[str, Cost]:
    """One round."""
    script = cost([sys.executable, SCRIPT], worktree)
    with tempfile.TemporaryDirectory(prefix="lint-speed-") as cache:
        cold = cost(lint, worktree, cache)
        warm = sorted(cost(lint, worktree, cache) for _ in range(3))[1]
    return {"script": script, "cold": cold, "warm": warm}


def spread(name: str, values: Sequence[float]) -> str:
    """Minimum, median and maximum."""
    return f"{name:26}{min(values):8.2f} {statistics.median(values):8.2f} {max(values):8.2f}"


def report(rounds: Sequence[dict[str, Cost]]) -> bool:
    """Prints all figures; whether the medians meet the goals."""
    print(f"{'':26}{'min':>8} {'median':>8} {'max':>8}")
    for name in ("script", *GOALS):
        print(spread(f"{name}, clock s", [one[name].clock for one in rounds]))
        print(spread(f"{name}, processor s", [one[name].processor for one in rounds]))
    met = True
    for name, goal in GOALS.items():
        ratios = [one["script"].clock / one[name].clock for one in rounds]
        print(spread(f"script/{name}, clock", ratios))
        print(
            spread(
                f"script/{name}, processor", [one["script"].processor / one[name].processor for one in rounds]
            )
        )
        met = met and statistics.median(ratios) >= goal
    return met


def main() -> int:
    """Reads the command line, measures, prints; 1 where the median misses a goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("worktree", type=Path)
    parser.add_argument("--repo", type=Path)
    parser.add_argument("--base", default="HEAD")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    worktree = options.worktree.resolve()
    patchtool = str(Path(sys.executable).parent / "patchtool")
    repo = str((options.repo or worktree).resolve())
    lint = [patchtool, "lint", "--repo", repo, "--base", options.base]
    return 0 if report([measure(worktree, lint) for _ in range(options.rounds)]) else 1


if __name__ == "__main__":
    sys.exit(main())
