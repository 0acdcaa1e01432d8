"""A patch series as `git am` would see it, with every part's place in the mail it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from patchtool.core.tags import FixesTag, StableTag

# How backports name what they are made of, and how a subject names the tree that they are for.
_UPSTREAM = re.compile(
    r"^\W*(?:(?:backport of )?upstream commit|commit [0-9a-f]{12,40} upstream"
    r"|\((?:cherry[- ]picked|backported) from)",
    re.IGNORECASE | re.MULTILINE,
)
_STABLE_TREE = re.compile(r"(?<![\w.])(?:(?:for-|linux-|stable-)*v?\d\.\d+|stable\b|autosel)", re.IGNORECASE)


class ChangeKind(StrEnum):
    """What a file diff does to its file."""

    MODIFY = "modify"
    ADD = "add"
    DELETE = "delete"
    RENAME = "rename"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a hunk: `tag` is " ", "-" or "+"; `text` has no newline and no tag.

    `old` and `new` are the 1-based line numbers in the pre- and post-image, 0 where the line is not there.
    Bytes that are not UTF-8 are kept as surrogate escapes.
    """

    tag: str
    text: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Hunk:
    """One `@@` section; `at` is its line in the input file (1-based), 0 if it came from elsewhere."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    section: str
    lines: tuple[Line, ...]
    at: int = 0

    @property
    def removed(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.tag == "-")

    @property
    def added(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.tag == "+")


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a patch.

    Paths are relative to the tree's top, without a/ and b/; `old_path` is None for an added file,
    `new_path` None for a deleted one. `old_blob` and `new_blob` are the (abbreviated) hex ids of the
    `index` line, None where there is none. `text` is this file's part of the diff, `diff --git` line
    included, as bytes that `git apply` takes.
    """

    kind: ChangeKind
    old_path: str | None
    new_path: str | None
    hunks: tuple[Hunk, ...]
    text: bytes
    old_blob: str | None = None
    new_blob: str | None = None
    binary: bool = False

    @property
    def path(self) -> str:
        """The path after the patch, or before it for a deleted file."""
        return self.new_path or self.old_path or ""


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address; either may be empty in a real mail."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Trailer:
    """One line of the trailer block, `key: value` as written; `line` in the input (1-based, 0 unknown)."""

    key: str
    value: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch of a series.

    `n` is its 1-based number and `total` what its subject announces (1 of 1 where it announces nothing).
    `subject` has the `[PATCH ...]` prefix removed, as `git am` removes it; `prefix` is that prefix's text
    without brackets. `message` is the commit message below the subject line, diffstat excluded. `date` is
    the author date as `git am` reads it. `diff` is everything from the first diff line to the last, as bytes.
    `sender` is the mail's own From (it differs from `author` where an in-body From is present). `headers`
    holds the mail's other header fields that rules need (lower-case name, decoded value): to, cc.
    `subject_line` is the line of the Subject header in the input file. `message_lines` holds, for each
    line of `message`, its line in the input file (0 unknown); empty where the patch came from no mail.
    `notes` is the text between `---` and the diff (remarks, diffstat), `notes_lines` as `message_lines`.
    `fixes` and `stable` are the tags of `message`, in order.
    """

    n: int
    total: int
    subject: str
    prefix: str
    author: Person
    sender: Person
    date: str
    message: str
    trailers: tuple[Trailer, ...]
    files: tuple[FileChange, ...]
    diff: bytes
    source: str
    line: int = 0
    subject_line: int = 0
    message_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    message_lines: tuple[int, ...] = ()
    notes: str = ""
    notes_lines: tuple[int, ...] = ()
    fixes: tuple[FixesTag, ...] = ()
    stable: tuple[StableTag, ...] = ()

    @property
    def name(self) -> str:
        """`2/9`, as maintainers call it."""
        return f"{self.n}/{self.total}"

    @property
    def is_backport(self) -> bool:
        """Whether the message names the commit it was made of, or the subject's prefix a stable tree."""
        return bool(_UPSTREAM.search(self.message) or _STABLE_TREE.search(self.prefix))

    def header(self, name: str) -> str:
        """The decoded value of a kept mail header (lower-case name); "" where it is absent."""
        return next((value for key, value in self.headers if key == name), "")


def upstream_named(message: str) -> str:
    """The line of a message that names the commit it was made of, in stable's forms; "" without one."""
    found = _UPSTREAM.search(message)
    return found[0].strip() if found else ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The 0/n mail: its subject without prefix and its text (signature and diffstat included).

    `total` is the number of patches that its subject announces, 0 unknown.
    """

    subject: str
    text: str
    source: str
    line: int = 0
    message_id: str = ""
    total: int = 0


@dataclass(frozen=True, slots=True)
class Followup:
    """A trailer that somebody gave in an answer to a patch (`patch` its number) or to the cover (0: for all).

    `sender` wrote the answer `message_id`; `own` says whether the trailer names that very person, which is
    what lets a maintainer take it unseen. It is in no message unless the user asks for it.
    """

    patch: int
    trailer: Trailer
    sender: Person
    message_id: str
    own: bool


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A stable maintainer's `FAILED: patch "..." failed to apply to 5.4-stable tree`.

    `target` is the tree (`5.4.y`), `answer_to` the message-id that the backport answers, `commit` the
    patch's 40-hex id in mainline, each "" where the mail does not say. `dependencies` are the commits that
    the mail guesses at, in its order, each `id ("subject")` as written. `sender` wrote it, `recipients` are
    those who got it (To, then Cc).
    """

    target: str
    answer_to: str
    commit: str
    dependencies: tuple[str, ...]
    source: str
    line: int = 0
    sender: Person | None = None
    recipients: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two different mails with the number `n`: `kept` is taken, `dropped` is not (both `source:line`)."""

    n: int
    kept: str
    dropped: str


@dataclass(frozen=True, slots=True)
class Series:
    """Patches 1..n in order, and what the mails around them say.

    `source` is what the user named. `version` is the revision (1 where none is announced). `missing` are
    announced patch numbers that the input does not hold. `base_commit` is the `base-commit:` trailer's id,
    `change_id` b4's, "" for none. `prerequisites` are the `prerequisite-...:` lines of git and b4 in their
    order, `line` 0. `followups` are the trailers given in answers; no patch's message holds them yet.
    `failed` is set where the series was read out of such a mail.
    """

    source: str
    subject: str
    version: int
    patches: tuple[Patch, ...]
    cover: Cover | None = None
    missing: tuple[int, ...] = ()
    base_commit: str | None = None
    total: int = 0
    notes: tuple[str, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    change_id: str = ""
    prerequisites: tuple[Trailer, ...] = ()
    followups: tuple[Followup, ...] = ()
    failed: FailedMail | None = None
