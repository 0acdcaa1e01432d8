"""Why a patch does not apply: which hunk, where, and what stands there instead."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from patchtool.core.rules import Failure
from patchtool.core.series import ChangeKind, FileChange, Hunk, Patch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack

_SHOWN = 8


def explain(stack: Stack, tree: Snapshot, patch: Patch) -> tuple[Failure, ...]:
    """One failure a hunk (or file) that git refuses on this tree; empty where all fit one by one.

    git itself judges every hunk, so nothing is called a misfit that `git am` would take. A patch that comes
    off the tree as a whole is in it already. Raises MissingBlob where a file's content is absent.
    """
    if patch.files and stack.fits(patch.diff, reverse=True):
        path = patch.files[0].path
        return (Failure(path, 0, 0, 0, (), (), "the tree holds the whole patch already", present=True),)
    return tuple(failure for change in patch.files for failure in _file(stack, tree, change))


def _file(stack: Stack, tree: Snapshot, change: FileChange) -> Iterator[Failure]:
    if stack.fits(change.text):
        return
    trouble = _whole_file(tree, change)
    if trouble:
        yield _failure(change, reason=trouble)
        return
    data = tree.read(change.old_path or change.path) or b""
    lines = data.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    bad = [n for n in range(len(change.hunks)) if not stack.fits(_alone(change, n))]
    for n in bad:
        yield _misfit(change, n, lines)
    if not bad:  # each fits alone, together they overlap or are out of order
        yield _failure(change, reason="its hunks do not fit together")


def _whole_file(tree: Snapshot, change: FileChange) -> str:
    if change.binary:
        return "the binary change does not fit the file that is there"
    if change.kind is ChangeKind.ADD:
        return "the file is there already" if tree.has(change.path) else "the new file does not fit"
    if not tree.has(change.old_path or change.path):
        return "no such file in this tree"
    return "" if change.hunks else "the change without hunks does not fit"


def _failure(change: FileChange, *, reason: str) -> Failure:
    path = change.old_path or change.path
    return Failure(path, 0, 0, len(change.hunks), (), (), reason)


def hunk_text(change: FileChange, numbers: tuple[int, ...]) -> bytes:
    """The file's diff with only some of its hunks (0-based), as bytes that `git apply` takes.

    A change of the file's name or mode stays with it. Raises IndexError for a hunk that is not there.
    """
    starts = [0]
    at = 0
    for line in change.text.splitlines(keepends=True):
        if line.startswith(b"@@ "):
            starts.append(at)
        at += len(line)
    parts = [change.text[a:b] for a, b in zip(starts, [*starts[1:], len(change.text)], strict=True)]
    return b"".join([parts[0], *(parts[number + 1] for number in numbers)])


def _alone(change: FileChange, number: int) -> bytes:
    return hunk_text(change, (number,))


def _misfit(change: FileChange, number: int, lines: list[str]) -> Failure:
    hunk = change.hunks[number]
    wanted = [line.text for line in hunk.lines if line.tag != "+"]
    start = _nearest(wanted, lines, hunk.old_start - 1)
    at, wants, found = _difference(wanted, lines, start)
    return Failure(
        change.old_path or change.path,
        at + 1,
        number + 1,
        len(change.hunks),
        tuple(wants[:_SHOWN]),
        tuple(found[:_SHOWN]),
        _reason(hunk, wants, found),
    )


def _reason(hunk: Hunk, wants: list[str], found: list[str]) -> str:
    removed = {line.text for line in hunk.removed}
    if not wants and not found:
        return "its lines are there, but not at the start or end of the file, where they belong"
    if not wants:
        return "its lines are there, but others stand between them"
    if any(text in removed for text in wants):
        return "a line that the hunk removes is not there"
    return "a context line of the hunk is not there"


def _nearest(wanted: list[str], lines: list[str], guess: int) -> int:
    # The window that shares most lines with the hunk; of equals the one nearest to where the hunk points.
    vocabulary = {text for text in wanted if text.strip()}
    hits = [index for index, text in enumerate(lines) if text in vocabulary]
    starts = {max(0, min(index - offset, len(lines) - 1)) for index in hits for offset in range(len(wanted))}
    if not starts:
        return max(0, min(guess, len(lines) - 1))

    def score(start: int) -> tuple[int, int, int]:
        window = lines[start : start + len(wanted)]
        aligned = sum(a == b for a, b in zip(wanted, window, strict=False))
        shared = sum(text in vocabulary for text in window)
        return shared, aligned, -abs(start - guess)

    return max(sorted(starts), key=score)


def _difference(wanted: list[str], lines: list[str], start: int) -> tuple[int, list[str], list[str]]:
    # Where the two part (0-based in the file), what the hunk wants there, and what stands there.
    codes = _changes(wanted, lines[start : start + len(wanted)])
    missing = [code for code in codes if code[0] != "insert"]
    wants = [text for _, a, b, _, _ in missing for text in wanted[a:b]]
    # Lines that came in between push as many of the hunk's own out of the window.
    low, high = max(0, start - len(wants)), start + len(wanted) + len(wants)
    wide = _changes(wanted, lines[low:high])
    if all(code[0] == "insert" for code in wide):
        between = [(low + a, low + b) for _, at, _, a, b in wide if 0 < at < len(wanted)]
        first, end = between[0] if between else (start, start)
        return first, [], lines[first:end]
    _, _, _, first, end = missing[0]
    return start + first, wants, lines[start + first : start + max(end, first + 1)]


def _changes(wanted: list[str], window: list[str]) -> list[tuple[str, int, int, int, int]]:
    matcher = SequenceMatcher(None, wanted, window, autojunk=False)
    return [code for code in matcher.get_opcodes() if code[0] != "equal"]
