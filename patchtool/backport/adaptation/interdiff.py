"""What an adapted patch changes otherwise than upstream's, short enough for a mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from patchtool.core.adapt import Act, Dropped, Step
from patchtool.core.series import FileChange

# Steps of which the note says only where they are: nothing that is changed differs.
_CONTEXT = frozenset(Act) - {Act.MOVED, Act.TRANSLATED, Act.LEFTOVER}
_MANY = 4


def interdiff(
    upstream: Sequence[FileChange], adapted: Sequence[FileChange], homes: Mapping[str, Sequence[str]]
) -> str:
    """The changed lines that differ, as a diff of diffs: the first column is ours, the second the patch's.

    `homes` says where the changes of an upstream path went; a path that is not in it stayed. Context and line
    numbers are left out; "" where no changed line differs.
    """
    after = {change.path: _changed(change) for change in adapted}
    parts: list[str] = []
    seen = set()
    for change in upstream:
        for home in homes.get(change.path, [change.path]):
            seen.add(home)
            parts.extend(_compared(change.path, _changed(change), home, after.get(home, ())))
    for path in after:
        if path not in seen:
            parts.extend(_compared("", (), path, after[path]))
    return "\n".join(parts) + "\n" if parts else ""


def _changed(change: FileChange) -> tuple[str, ...]:
    return tuple(line.tag + line.text for hunk in change.hunks for line in hunk.lines if line.tag in "+-")


# By how often each line is there, not by its place: git may show one change in several ways.
def _compared(path: str, wanted: Sequence[str], home: str, got: Sequence[str]) -> list[str]:
    body = [*(f"-{line}" for line in _beyond(wanted, got)), *(f"+{line}" for line in _beyond(got, wanted))]
    return [f"--- upstream/{path}" if path else "--- /dev/null", f"+++ here/{home}", *body] if body else []


def _beyond(lines: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    left = Counter(_bare(line) for line in others)
    for line in lines:
        if left[_bare(line)]:
            left[_bare(line)] -= 1
        else:
            yield line


def _bare(line: str) -> str:
    return f"{line[0]}{' '.join(line[1:].split())}"


def note(steps: Iterable[Step], dropped: Sequence[Dropped], hunks: Mapping[str, int]) -> str:
    """One sentence for the bracket note: what differs, file by file; "" where nothing does.

    `hunks` says how many hunks the patch has for a path.
    """
    steps = tuple(steps)
    context = dict.fromkeys(step.at.path for step in steps if step.act in _CONTEXT)
    said: dict[str, None] = {}
    for step in steps:
        said.setdefault(f"context adjusted in {_listed(context)}" if step.act in _CONTEXT else _said(step))
    for path in dict.fromkeys(one.path for one in dropped):
        own = [one for one in dropped if one.path == path]
        whole = own[0].hunk == 0 or len(own) == hunks.get(path)
        said.setdefault(f"{path} left out" if whole else f"part of {path} left out")
    return "; ".join(text for text in said if text)


def _said(step: Step) -> str:
    if step.act in (Act.MOVED, Act.TRANSLATED):
        return step.what
    return f"{step.path} changed too"


# A note is a line of a mail, not a list.
def _listed(paths: Iterable[str]) -> str:
    *most, last = paths
    if len(most) >= _MANY:
        return f"{', '.join(most[: _MANY - 1])} and {len(most) - _MANY + 2} more files"
    return f"{', '.join(most)} and {last}" if most else last
