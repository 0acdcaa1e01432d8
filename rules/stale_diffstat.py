"""Diffstat that is not that of the diff.

What it does     compares the diffstat of a patch, and that of the cover letter, with the diffs: the files
                 named, the changed lines of each, and the summary line.
Why it is bad    the diff was edited by hand, or the diffstat was left over from an earlier revision; whoever
                 reads the mail sees another change than the one that is applied.
Decides by       the last diffstat between `---` and the diff, and the last one of the cover letter.
Limits           the length of the +- bars says nothing. In a cover letter a file that several patches change
                 is not counted, and neither is the summary beyond the number of files and the difference of
                 insertions and deletions, as lines that come and go are in no diffstat. A cover letter is not
                 compared where patches are missing. Shortened paths (`...`) are compared by what is left.
Example          fixtures/rules/stale-diffstat/
History          silent on v4 of "Fixup page directory freeing". Over 7,439 patch mails of linux-arch from
                 2019 to 2021 it fires on nine patches (five say one line more or less than their own rows add
                 up to) and on 22 cover letters, and is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from patchtool.core.diffstat import Diffstat, Row, read_diffstat
from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import History, Rule
from patchtool.core.series import ChangeKind, FileChange, Patch, Series

NAME = "stale-diffstat"


def check(series: Series, history: History) -> Iterator[Finding]:
    """At most one finding a patch, and one for the cover letter, with every difference as evidence."""
    if series.cover and not series.missing:
        stat = read_diffstat(series.cover.text)
        faults = list(_cover_faults(stat, series.patches)) if stat else []
        if faults:
            at = Location(series.cover.source, series.cover.line)
            yield _finding("The cover letter's", "diffs", faults, at=at, patch=None)
    for patch in series.patches:
        stat = read_diffstat(patch.notes)
        faults = list(_faults(stat, patch.files)) if stat else []
        if stat and faults:
            line = patch.notes_lines[stat.line] if stat.line < len(patch.notes_lines) else patch.line
            yield _finding("The", "diff", faults, at=Location(patch.source, line), patch=patch)


def _finding(whose: str, what: str, faults: list[str], *, at: Location, patch: Patch | None) -> Finding:
    return Finding(
        rule=NAME,
        severity=Severity.WARNING if patch else Severity.NOTE,
        at=at,
        message=f"{whose} diffstat is not that of the {what}.",
        key=f"{patch.n if patch else 0}:{faults[0]}",
        hint="make the mail anew with git format-patch",
        patch=patch.n if patch else None,
        evidence=tuple(faults),
    )


def _faults(stat: Diffstat, files: Sequence[FileChange]) -> Iterator[str]:
    yield from _row_faults(stat, files, counted=frozenset(file.path for file in files))
    if stat.files is not None and stat.files != len({_names(file) for file in files}):
        yield f"it says {stat.files} files, the diff changes {len(files)}"
    added, removed = _count(files, "+"), _count(files, "-")
    plain = not any(file.binary for file in files)
    if plain and stat.files is not None and (stat.added, stat.removed) != (added, removed):
        yield f"it says +{stat.added} -{stat.removed}, the diff has +{added} -{removed}"


def _cover_faults(stat: Diffstat, patches: Sequence[Patch]) -> Iterator[str]:
    files = [file for patch in patches for file in patch.files]
    paths = [name for file in files for name in _names(file)]
    once = frozenset(file.path for file in files if all(paths.count(name) == 1 for name in _names(file)))
    yield from _row_faults(stat, files, counted=once)
    net = _count(files, "+") - _count(files, "-")
    if stat.files is not None and stat.added - stat.removed != net and not any(f.binary for f in files):
        said = stat.added - stat.removed
        yield f"it says +{stat.added} -{stat.removed}, so {said:+d} lines; the diffs come to {net:+d}"


# `counted` are the paths whose lines can be compared; of the others only the name is.
def _row_faults(stat: Diffstat, files: Sequence[FileChange], *, counted: frozenset[str]) -> Iterator[str]:
    named: set[str] = set()
    for row in stat.rows:
        matching = [file for file in files if _is_about(row, file)]
        named.update(file.path for file in files if _is_about(row, file) or row.moves(file.path))
        if not matching:
            yield f"it names {row.path}, which no diff changes"
        elif len(matching) == 1 and matching[0].path in counted:
            yield from _count_fault(row, matching[0])
    if not stat.cut:
        left = [file for file in files if stat.rows and file.path in counted and file.path not in named]
        yield from (f"it does not name {file.path}" for file in left)


# A file that one patch moves may stand in the cover letter as deleted there and new here.
def _is_about(row: Row, file: FileChange) -> bool:
    left = file.old_path if file.kind is ChangeKind.RENAME and not row.is_move else None
    return row.means(file.path) or (left is not None and row.means(left))


def _count_fault(row: Row, file: FileChange) -> Iterator[str]:
    changed = _count([file], "+") + _count([file], "-")
    moved = row.is_move != (file.kind in (ChangeKind.RENAME, ChangeKind.COPY))
    if row.count is not None and row.count != changed and not file.binary and not moved:
        yield f"it says {row.count} lines of {row.path}, the diff changes {changed}"


def _names(file: FileChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (file.old_path, file.new_path) if name))


def _count(files: Sequence[FileChange], tag: str) -> int:
    return sum(line.tag == tag for file in files for hunk in file.hunks for line in hunk.lines)


RULE = Rule(id="PT207", name=NAME, severity=Severity.WARNING, since="0.1", doc=__doc__ or "", on_series=check)
