"""Where the files and hunks of a patch text are, found as `git apply` finds them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from patchtool.mail.mailbox import MailError

_HUNK = re.compile(rb"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_COMBINED = re.compile(rb"diff --(?:cc|combined) |@@@+ -")
_EXTENDED = (
    b"--- ",
    b"+++ ",
    b"old mode ",
    b"new mode ",
    b"deleted file mode ",
    b"new file mode ",
    b"copy from ",
    b"copy to ",
    b"rename from ",
    b"rename to ",
    b"rename old ",
    b"rename new ",
    b"similarity index ",
    b"dissimilarity index ",
    b"index ",
)
# Whatever its language, as git has it.
_NO_NEWLINE = re.compile(rb"\\ .{9}", re.DOTALL)
_BINARY_SIZE = re.compile(rb"(?:literal|delta) \d+\s*$")


@dataclass(frozen=True, slots=True)
class FileSpan:
    """One file's part of a patch: `head` are its header lines, `hunks` where each `@@` line stands.

    All numbers are 0-based indices into the patch's lines; `end` is the line after the last one.
    """

    start: int
    end: int
    head: tuple[bytes, ...]
    hunks: tuple[int, ...]
    binary: bool


class Scanner:
    """Walks the lines of a patch once. Text between files is passed over, as git does.

    `places` gives the input line for each line of the patch (0 unknown), for the errors.
    """

    def __init__(self, lines: list[bytes], source: str, places: tuple[int, ...] = ()) -> None:
        self._lines = lines
        self._source = source
        self._places = places
        self._stray = b""

    def files(self) -> tuple[FileSpan, ...]:
        """Every file's span, in order; empty where the text holds no diff.

        Raises:
            MailError: a hunk without a file, a hunk that is shorter or longer than it says, a combined diff,
                or a header without a diff before another file, each with its place.
        """
        spans: list[FileSpan] = []
        at = 0
        while at < len(self._lines):
            body = self._after_header(at)
            if body is None:
                at += 1
                continue
            span = self._file(at, body)
            spans.append(span)
            at = span.end
        return tuple(spans)

    def place(self, at: int) -> str:
        """`source:line` of a line of the patch; the source alone where the line is not known."""
        line = self._places[at] if at < len(self._places) else 0
        return f"{self._source}:{line}" if line else self._source

    # The index after a file's header that starts at this line; None where none starts.
    def _after_header(self, at: int) -> int | None:
        line = self._lines[at]
        if _COMBINED.match(line):
            raise MailError(
                "a combined diff (of a merge) cannot be applied",
                at=self.place(at),
                hint="send the change against one parent",
            )
        if _HUNK.match(line):
            raise MailError("a hunk without a file header before it", at=self.place(at))
        if line.startswith(b"diff --git "):
            end = at + 1
            while end < len(self._lines) and self._lines[end].startswith(_EXTENDED):
                end += 1
            whole = end > at + 1 or self._is_binary_at(end)
            return end if self._takes_names(at, whole=whole) else None
        following = self._lines[at + 1 : at + 3]
        if line.startswith(b"--- ") and len(following) == 2 and following[0].startswith(b"+++ "):
            return at + 2 if following[1].startswith(b"@@ -") else None
        return None

    # A `diff --git` line with nothing below it (one quoted in a message) leaves its names with git apply,
    # which then finds that the next file's are others.
    def _takes_names(self, at: int, *, whole: bool) -> bool:
        line = self._lines[at]
        if not whole:
            old, _, new = line.removeprefix(b"diff --git ").rstrip().partition(b" ")
            if old.partition(b"/")[2] == new.partition(b"/")[2] != b"":
                self._stray = line
            return False
        if self._stray and self._stray.rstrip() != line.rstrip():
            raise MailError(
                "git apply takes a `diff --git` line above, which has no diff, for this file's header",
                at=self.place(at),
                hint="indent the diff that the message quotes",
            )
        self._stray = b""
        return True

    def _file(self, start: int, body: int) -> FileSpan:
        head = tuple(self._lines[start:body])
        hunks: list[int] = []
        end = body
        while end < len(self._lines) and _HUNK.match(self._lines[end]):
            hunks.append(end)
            end = self._after_hunk(end)
        binary = not hunks and self._is_binary_at(end)
        return FileSpan(start, self._after_binary(end) if binary else end, head, tuple(hunks), binary)

    def _after_hunk(self, at: int) -> int:
        found = _HUNK.match(self._lines[at])
        counts = found.groups() if found else ()
        old, new = (1 if count is None else int(count) for count in counts)
        end = at + 1
        while old or new:
            line = self._lines[end] if end < len(self._lines) else b""
            tag = line[:1]
            if tag not in (b" ", b"\n", b"-", b"+") and not _NO_NEWLINE.match(line):
                hint = "the mail is cut off, or somebody edited it: get it again"
                raise MailError("the hunk ends before its announced length", at=self.place(at), hint=hint)
            old -= tag in (b" ", b"\n", b"-")
            new -= tag in (b" ", b"\n", b"+")
            if old < 0 or new < 0:
                raise MailError("the hunk is longer than it announces", at=self.place(at))
            end += 1
        if end < len(self._lines) and _NO_NEWLINE.match(self._lines[end]):
            end += 1
        return end

    def _is_binary_at(self, at: int) -> bool:
        if at >= len(self._lines):
            return False
        line = self._lines[at].rstrip()
        return line == b"GIT binary patch" or (
            line.startswith((b"Binary files ", b"Files ")) and line.endswith(b" differ")
        )

    # Up to two blocks (forward and reverse), each a size line, its data and an empty line.
    def _after_binary(self, at: int) -> int:
        end = at + 1
        for _ in range(2):
            if end >= len(self._lines) or not _BINARY_SIZE.match(self._lines[end]):
                break
            while end < len(self._lines) and self._lines[end].strip():
                end += 1
            end = min(end + 1, len(self._lines))
        return end
