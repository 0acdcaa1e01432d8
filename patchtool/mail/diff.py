"""The one door to unidiff: a patch text to the file changes and hunks of core."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk as UnidiffHunk
from unidiff.patch import Line as UnidiffLine
from unidiff.patch import PatchSet

from patchtool.core.series import ChangeKind, FileChange, Hunk, Line
from patchtool.mail.mailbox import MailError
from patchtool.mail.scan import FileSpan, Scanner

_INDEX = re.compile(r"index ([0-9a-f]+)\.\.([0-9a-f]+)")
_GIT_NAMES = re.compile(r'diff --git (?:"(.+?)(?<!\\)"|(\S+)) (?:"(.+)"|(\S+))$')
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NO_FILE = "/dev/null"


def parse_diff(patch: bytes, source: str, places: Sequence[int] = ()) -> tuple[FileChange, ...]:
    """The file changes of a patch text, in order; empty where it holds no diff.

    Text before the first file and after the last one (diffstat, signature) is left out, text between two
    files belongs to the first, so the joined `FileChange.text` is the diff without a break. `places` gives
    the input line of each line of `patch` (0 unknown), for `Hunk.at` and for errors. A diff without
    `diff --git` lines is read too; there a file is new or deleted only if the other side is /dev/null.
    Lines that say "No newline at end of file" stand in `text` alone.

    Raises:
        MailError: what `git apply` calls corrupt, a combined diff, or a path that leaves the tree.
    """
    lines = _split(patch)
    scanner = Scanner(lines, source, tuple(places))
    spans = scanner.files()
    ends = [span.start for span in spans[1:]] + [span.end for span in spans[-1:]]
    return tuple(
        _file_change(span, b"".join(lines[span.start : end]), scanner, lines, places)
        for span, end in zip(spans, ends, strict=True)
    )


# Not bytes.splitlines, which also breaks at a lone CR, which is content.
def _split(patch: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in patch.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _file_change(
    span: FileSpan, text: bytes, scanner: Scanner, lines: list[bytes], places: Sequence[int]
) -> FileChange:
    head = [_text(line).rstrip("\n") for line in span.head]
    kind = _kind(head)
    old, new = _names(head)
    for name in (old, new):
        _refuse_escape(name, scanner.place(span.start))
    index = next((found for line in head if (found := _INDEX.match(line))), None)
    body = _text(b"".join(map(_marker, lines[span.hunks[0] : span.end]))) if span.hunks else ""
    at = [places[hunk] if hunk < len(places) else 0 for hunk in span.hunks]
    return FileChange(
        kind=kind,
        old_path=None if kind is ChangeKind.ADD else old,
        new_path=None if kind is ChangeKind.DELETE else new,
        hunks=_hunks(body, at, scanner.place(span.start)),
        text=text,
        old_blob=index[1] if index else None,
        new_blob=index[2] if index else None,
        binary=span.binary,
    )


# git takes the words about a missing newline in any language, unidiff in English alone.
def _marker(line: bytes) -> bytes:
    return b"\\ No newline at end of file\n" if line.startswith(b"\\") else line


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _kind(head: list[str]) -> ChangeKind:
    marks = {
        "new file mode ": ChangeKind.ADD,
        f"--- {_NO_FILE}": ChangeKind.ADD,
        "deleted file mode ": ChangeKind.DELETE,
        f"+++ {_NO_FILE}": ChangeKind.DELETE,
        "rename from ": ChangeKind.RENAME,
        "rename old ": ChangeKind.RENAME,
        "copy from ": ChangeKind.COPY,
    }
    found = (kind for line in head for mark, kind in marks.items() if line.startswith(mark))
    return next(found, ChangeKind.MODIFY)


# Both names without their first component, as `git apply -p1` takes them; rename lines have none to drop.
def _names(head: list[str]) -> tuple[str, str]:
    old, new = _git_names(head[0])
    for line in head[1:] if head[0].startswith("diff ") else head:
        word, _, value = line.partition(" ")
        if word in ("rename", "copy"):
            direction, _, name = value.partition(" ")
            old, new = (_unquote(name), new) if direction in ("from", "old") else (old, _unquote(name))
        elif word in ("---", "+++") and (name := _unquote(value.split("\t")[0].rstrip())) != _NO_FILE:
            old, new = (_strip_one(name), new) if word == "---" else (old, _strip_one(name))
    return old or new, new or old


# Names with blanks are not quoted there; then both names are equal, which gives the middle.
def _git_names(line: str) -> tuple[str, str]:
    if not line.startswith("diff --git "):
        return "", ""
    if found := _GIT_NAMES.match(line):
        quoted_old, old, quoted_new, new = found.groups()
        first = _unquote(f'"{quoted_old}"') if quoted_old else old
        second = _unquote(f'"{quoted_new}"') if quoted_new else new
        return _strip_one(first), _strip_one(second)
    names = line.removeprefix("diff --git ").rstrip()
    half = len(names) // 2
    first, second = _strip_one(names[:half]), _strip_one(names[half + 1 :])
    return (first, second) if first == second else ("", "")


def _strip_one(name: str) -> str:
    return name if name.startswith("/") else name.partition("/")[2]


def _unquote(name: str) -> str:
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name

    def plain(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code, 8)) if code.isdigit() else _ESCAPES.get(code, code)

    latin = _ESCAPE.sub(plain, name[1:-1].encode("utf-8", "surrogateescape").decode("latin-1"))
    return latin.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def _refuse_escape(name: str, place: str) -> None:
    parts = name.split("/")
    if not name or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        shown = repr(name) if name else "an empty path"
        raise MailError(f"the diff's path leaves the tree: {shown}", at=place, hint="do not apply this mail")


# unidiff sees a header of our own: what it makes of a real one with blanks, tabs or renames is its trap.
def _hunks(body: str, at: list[int], place: str) -> tuple[Hunk, ...]:
    if not body:
        return ()
    try:
        parsed = PatchSet(io.StringIO(f"--- a/file\n+++ b/file\n{body}"))
    except UnidiffParseError as error:
        reason = " ".join(str(error).split())
        raise MailError(f"the diff cannot be read: {reason}", at=place) from None
    found = [hunk for file in parsed for hunk in file]
    if len(found) != len(at):
        raise MailError("the diff's hunks cannot be told apart", at=place)
    return tuple(_hunk(hunk, line) for hunk, line in zip(found, at, strict=True))


def _hunk(hunk: UnidiffHunk, at: int) -> Hunk:
    return Hunk(
        old_start=hunk.source_start,
        old_count=hunk.source_length,
        new_start=hunk.target_start,
        new_count=hunk.target_length,
        section=hunk.section_header,
        lines=tuple(_line(line) for line in hunk if line.line_type in (" ", "-", "+")),
        at=at,
    )


def _line(line: UnidiffLine) -> Line:
    old, new = line.source_line_no or 0, line.target_line_no or 0
    return Line(line.line_type, line.value.removesuffix("\n"), old, new)
