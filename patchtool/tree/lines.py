"""Every line of a tree that holds a prefix, by one `git grep`, and the words that begin with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from patchtool.tree.git import GitError, Result
from patchtool.tree.snapshot import Snapshot

_UNREADABLE = re.compile(r"error: '[^:']*:(.*?)': unable to read", re.DOTALL)
# Two searches side by side, about as long each: headers are half of a kernel's bytes.
_HALVES = ("*.h", ":(exclude)*.h")


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A word on a line: `at` is the prefix's byte offset in `text`, the line without its end.

    `line` is 1-based, `word` what follows the prefix.
    """

    path: str
    line: int
    word: str
    at: int
    text: bytes


class Lines:
    """What a search gave. `unread` are the files that the object store lacks, sorted."""

    def __init__(self, oid: str, prefix: str, outputs: tuple[bytes, ...], unread: tuple[str, ...]) -> None:
        self._start = b"%s:" % oid.encode()
        self._word = re.compile(re.escape(prefix).encode() + rb"([A-Za-z0-9_]+)")
        self._outputs = outputs
        self.unread = unread

    def words(self) -> frozenset[str]:
        """What follows the prefix anywhere, also inside of a longer word."""
        found = {word for output in self._outputs for word in self._word.findall(output)}
        return frozenset(word.decode() for word in found)

    def places(self, wanted: Collection[str]) -> Iterator[WordPlace]:
        """Where one of `wanted` follows the prefix, which begins a word or stands behind `-D`."""
        asked = frozenset(word.encode() for word in wanted)
        for output in self._outputs:
            for match in self._word.finditer(output):
                if match[1] in asked and _begins_word(output, match.start()):
                    yield from self._place(output, match)

    def _place(self, output: bytes, match: re.Match[bytes]) -> Iterator[WordPlace]:
        # A record is `oid:path NUL line NUL text`, and a path may have a line break in it.
        start = output.rfind(b"\n", 0, match.start()) + 1
        while start and not output.startswith(self._start, start):
            start = output.rfind(b"\n", 0, start - 1) + 1
        end = output.find(b"\n", match.end())
        path, number, text = [*output[start:end].split(b"\0", 2), b"", b""][:3]
        at = match.start() - start - len(path) - len(number) - 2
        if number and at >= 0:
            name = path[len(self._start) :].decode("utf-8", "surrogateescape")
            yield WordPlace(name, int(number), match[1].decode(), at, text)


def search(tree: Snapshot, prefix: str) -> Callable[[], Lines]:
    """Start looking for the lines of all text files that hold `prefix`; call the answer to wait for it.

    Takes about 3 s for a kernel.

    Raises:
        GitError: git grep failed (when waited for).
    """
    command = ("grep", "-n", "-z", "-I", "-F", "-e", prefix, tree.oid, "--")
    halves = [tree.scratch.start(*command, half) for half in _HALVES]
    return lambda: _lines(tree, prefix, [half.result() for half in halves])


def _begins_word(text: bytes, at: int) -> bool:
    before = text[at - 1 : at]
    return not (before.isalnum() or before == b"_") or text[at - 2 : at] == b"-D"


def _lines(tree: Snapshot, prefix: str, results: list[Result]) -> Lines:
    for result in results:
        if result.status > 1 and not _UNREADABLE.search(result.err):
            reason = result.err.strip().splitlines()[-1:] or ["no reason given"]
            raise GitError(f"git grep failed: {reason[0]}", at=tree.name)
    unread = {path for result in results for path in _UNREADABLE.findall(result.err)}
    return Lines(tree.oid, prefix, tuple(result.out for result in results), tuple(sorted(unread)))
