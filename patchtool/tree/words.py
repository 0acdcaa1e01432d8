"""Where words stand in a tree: one `git grep` over the base, then only what each patch changes."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path

from patchtool.core.tree import MissingBlob
from patchtool.tree.git import GitError
from patchtool.tree.snapshot import Snapshot

_UNREADABLE = re.compile(r"error: '[^:']*:(.*?)': unable to read", re.DOTALL)


class Grep:
    """Finds the files of a tree that hold any of some words.

    `cache` is a folder for the answers, keyed by tree and words, or None for no cache. A kernel takes
    about 3 s without, and some milliseconds with it.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._unread: set[str] = set()

    @property
    def unread(self) -> tuple[str, ...]:
        """Files that no search could read because the object store lacks them, sorted."""
        return tuple(sorted(self._unread))

    def files(self, tree: Snapshot, words: Collection[str], paths: Iterable[str] = ()) -> tuple[str, ...]:
        """Sorted paths of the text files in which one of the words stands as a word of its own.

        For a Kconfig symbol, give it with and without `CONFIG_`. `paths` are git pathspecs; () is the whole
        tree.

        Raises:
            GitError: git grep failed.
        """
        if not words:
            return ()
        specs = tuple(paths)
        answer = self._cached(tree, words, specs) or self._grep(tree, words, specs)
        self._unread.update(answer["unread"])
        return tuple(answer["files"])

    def _cached(self, tree: Snapshot, words: Collection[str], specs: tuple[str, ...]) -> dict[str, list[str]]:
        place = self._place(tree, words, specs)
        if place is None or not place.is_file():
            return {}
        try:
            answer = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # cut off or unreadable: as good as absent
            return {}
        return answer if _is_answer(answer) else {}

    def _place(self, tree: Snapshot, words: Collection[str], specs: tuple[str, ...]) -> Path | None:
        if self._cache is None:
            return None
        key = "\0".join(["1", tree.oid, *sorted(words), "", *specs])
        return self._cache / f"grep-{sha256(key.encode()).hexdigest()[:32]}.json"

    def _grep(self, tree: Snapshot, words: Collection[str], specs: tuple[str, ...]) -> dict[str, list[str]]:
        pattern = "|".join(re.escape(word) for word in sorted(words))
        # Through standard input: thousands of words are longer than a command line may be.
        command = ("grep", "-l", "-z", "-I", "-w", "-E", "-f", "-", tree.oid, "--", *specs)
        result = tree.scratch.run(*command, data=f"{pattern}\n".encode())
        if result.status > 1 and not _UNREADABLE.search(result.err):
            reason = result.err.strip().splitlines()[-1:] or ["no reason given"]
            raise GitError(f"git grep failed: {reason[0]}", at=tree.name)
        skip = len(tree.oid) + 1
        found = [path[skip:] for path in result.out.decode("utf-8", "surrogateescape").split("\0") if path]
        answer = {"files": sorted(found), "unread": sorted(set(_UNREADABLE.findall(result.err)))}
        place = self._place(tree, words, specs)
        if place is not None:
            _store(place, answer)
        return answer


def _is_answer(answer: object) -> bool:
    if not isinstance(answer, dict) or answer.keys() != {"files", "unread"}:
        return False
    lists = answer.values()
    return all(isinstance(paths, list) and all(isinstance(path, str) for path in paths) for paths in lists)


def _store(place: Path, answer: dict[str, list[str]]) -> None:
    # Whole or not at all: another run may be reading.
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{id(answer)}.part")
        part.write_text(json.dumps(answer), encoding="utf-8")
        part.replace(place)
    except (OSError, ValueError):  # a cache that can't be written is no reason to stop
        return


def spelled(symbols: Iterable[str]) -> tuple[str, ...]:
    """The forms of Kconfig symbols in a tree: bare, `CONFIG_X`, `CONFIG_X_MODULE`, `-DCONFIG_X`."""
    forms = ("{}", "CONFIG_{}", "CONFIG_{}_MODULE", "DCONFIG_{}")
    return tuple(form.format(name) for name in symbols for form in forms)


def lines_with(data: bytes, word: str) -> tuple[int, ...]:
    """1-based lines on which an identifier stands as a word of its own."""
    pattern = re.compile(rb"(?<![A-Za-z0-9_])" + re.escape(word.encode()) + rb"(?![A-Za-z0-9_])")
    found = {data.count(b"\n", 0, match.start()) + 1 for match in pattern.finditer(data)}
    return tuple(sorted(found))


def readable(tree: Snapshot, path: str) -> bytes | None:
    """The file's bytes; None where it is not in the tree or its content is absent from the store."""
    try:
        return tree.read(path)
    except MissingBlob:
        return None
