"""A public-inbox archive through the git door: version 2, one commit a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from patchtool.core.inbox import Arrival
from patchtool.tree.git import GitError, Scratch

# Mails read at once: some megabytes, and few enough processes for a hundred thousand mails.
_AT_ONCE = 200
_EPOCH = re.compile(r"(\d{1,6})(?:\.git)?")
_NO_BLOB = "0" * 40


class GitEpoch:
    """One epoch's repository, bare or not, opened by `open_inbox`; the protocol Epoch.

    Source: public-inbox-v2-format(5): a commit that adds or changes the file `m` brings a mail, one that
    adds `d` takes away the mail in that file.
    """

    def __init__(self, scratch: Scratch, name: str) -> None:
        self._scratch = scratch
        self.name = name
        self.head = scratch.head

    def follows(self, commit: str) -> bool:
        return self._scratch.run("merge-base", "--is-ancestor", commit, self.head).status == 0

    def arrivals(self, since: str = "") -> Iterator[Arrival]:
        """As the protocol says; one `git log`, then one `git cat-file` for each 200 mails.

        Raises:
            GitError: a mail's blob is absent.
        """
        if not self.head:
            return
        span = f"{since}..{self.head}" if since else self.head
        log = self._scratch.out(
            "log", "--reverse", "--first-parent", "--root", "--raw", "--no-abbrev", "--no-renames",
            "--format=%H", span, "--", "m", "d",
        )  # fmt: skip
        entries = _entries(log.decode("ascii", "replace"))
        for start in range(0, len(entries), _AT_ONCE):
            part = entries[start : start + _AT_ONCE]
            mails = self._read([blob for _, blob, _ in part])
            for (commit, blob, removed), data in zip(part, mails, strict=True):
                yield Arrival(commit, blob, data, removed)

    def blob(self, oid: str) -> bytes | None:
        return self._scratch.blob(oid)

    def _read(self, blobs: Sequence[str]) -> Iterator[bytes]:
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        answer = self._scratch.out("cat-file", "--batch", data=asked)
        at = 0
        for blob in blobs:
            end = answer.index(b"\n", at)
            words = answer[at:end].split(b" ")
            if len(words) != 3:
                raise GitError(f"the mail {blob} is absent from the archive", at=self.name)
            at = end + 1 + int(words[2]) + 1
            yield answer[end + 1 : at - 1]


@contextmanager
def open_inbox(folder: Path) -> Iterator[tuple[GitEpoch, ...]]:
    """The epochs of an archive, oldest first: `folder` is one repository, or holds git/0.git, git/1.git ...

    A folder of 0.git, 1.git ... (or 0, 1 ..., as grokmirror and git clone leave them) will do as well.

    Raises:
        GitError: no such folder, or neither a repository nor epochs in it.
    """
    with ExitStack() as stack:
        yield tuple(
            GitEpoch(stack.enter_context(Scratch(place)), str(place.resolve())) for place in _places(folder)
        )


def _places(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise GitError("no such folder", at=str(folder), hint="name a clone of a public-inbox archive")
    for parent in (folder / "git", folder):
        held = parent.iterdir() if parent.is_dir() else ()
        numbered = [(int(found[1]), place) for place in held if (found := _EPOCH.fullmatch(place.name))]
        if numbered:
            return [place for _, place in sorted(numbered)]
    return [folder]


# (commit, blob, removed) of each mail; a commit that only empties the tree brings nothing.
def _entries(log: str) -> list[tuple[str, str, bool]]:
    entries: list[tuple[str, str, bool]] = []
    commit = ""
    for line in log.split("\n"):
        if line.startswith(":"):
            fields, _, path = line.partition("\t")
            blob = fields.split(" ")[3]
            if blob != _NO_BLOB:
                entries.append((commit, blob, path == "d"))
        elif line:
            commit = line
    return entries
