"""A state of a series as it would be without one of its earlier patches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patchtool.core.series import ChangeKind, FileChange, Hunk, Patch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack
from patchtool.tree.words import readable

_FARTHEST = 300


@dataclass(frozen=True, slots=True)
class _Run:
    # Lines that stand together in a hunk: `old` became `new` at the 1-based line `at`, between two others.
    old: tuple[str, ...]
    new: tuple[str, ...]
    at: int
    before: str | None
    behind: str | None


def undone(base: Snapshot, state: Snapshot, patch: Patch) -> Snapshot | None:
    """The state with a patch's changes taken back, line by line; None where that cannot be done.

    Lines are put back where the patch's own stand, whatever is around them by now: `git apply --reverse`
    wants the context as it was. A patch whose lines another one has changed since, or that renames files,
    cannot be undone.
    """
    files: dict[str, bytes | None] = {}
    for change in patch.files:
        if change.kind is ChangeKind.ADD and _as_added(state, change):
            files[change.path] = None
        elif change.kind is ChangeKind.MODIFY and not change.binary:
            data = readable(state, change.path)
            old = _without(data, change) if data is not None else None
            if old is None:
                return None
            files[change.path] = old
        else:
            return None
    return base.derive(Stack(state.scratch, state.oid).write(files), f"{state.name} without {patch.name}")


def _as_added(state: Snapshot, change: FileChange) -> bool:
    data = readable(state, change.path)
    lines = [line.text for hunk in change.hunks for line in hunk.added]
    return data is not None and data.decode("utf-8", "surrogateescape").splitlines() == lines


def _without(data: bytes, change: FileChange) -> bytes | None:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    runs = [run for hunk in change.hunks for run in _runs(hunk)]
    for run in reversed(runs):
        at = _place(run, lines)
        if at is None:
            return None
        lines[at : at + len(run.new)] = run.old
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _runs(hunk: Hunk) -> Iterator[_Run]:
    lines = hunk.lines
    at, number = 0, hunk.new_start
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].tag != " ":
            end += 1
        if end == at:
            at, number = at + 1, number + 1
            continue
        new = tuple(line.text for line in lines[at:end] if line.tag == "+")
        yield _Run(
            old=tuple(line.text for line in lines[at:end] if line.tag == "-"),
            new=new,
            at=number,
            before=lines[at - 1].text if at else None,
            behind=lines[end].text if end < len(lines) else None,
        )
        at, number = end, number + len(new)


# Where a run's new lines stand (0-based), nearest to where they were; a gap by the lines around it.
def _place(run: _Run, lines: Sequence[str]) -> int | None:
    new, size = list(run.new), len(run.new)
    if new:
        found = [at for at in range(len(lines) - size + 1) if lines[at : at + size] == new]
    else:
        found = [at + 1 for at, line in enumerate(lines) if line == run.before]
        found = [at for at in found if at < len(lines) and lines[at] == run.behind] or found
        found += [at for at, line in enumerate(lines) if line == run.behind and not found]
    near = [at for at in found if abs(at + 1 - run.at) <= _FARTHEST]
    return min(near, key=lambda at: abs(at + 1 - run.at), default=None)
