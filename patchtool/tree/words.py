"""Where words stand in a tree: one `git grep` over the base, then only what each patch changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeGuard

from patchtool.core.cache import JsonCache
from patchtool.core.tree import MissingBlob
from patchtool.tree.git import GitError, Result
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.wordmap import word_map

_UNREADABLE = re.compile(r"error: '[^:']*:(.*?)': unable to read", re.DOTALL)


class Grep:
    """Finds the files of a tree that hold any of some words.

    `cache` is a folder for the answers, keyed by tree and words, or None for no cache. A kernel takes
    about 3 s without, and some milliseconds with it.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = JsonCache(cache, "grep")
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
        return self.search(tree, words, paths)()

    def search(
        self, tree: Snapshot, words: Collection[str], paths: Iterable[str] = ()
    ) -> Callable[[], tuple[str, ...]]:
        """Begin what `files` does, and go on meanwhile; the answer, called, waits for it and raises as it."""
        if not words:
            return tuple
        specs = tuple(paths)
        key = (tree.oid, *sorted(words), "", *specs)
        answer = self._cached(tree, key)
        if answer:
            return partial(self._found, answer)
        pattern = "|".join(re.escape(word) for word in sorted(words))
        # Through standard input: thousands of words are longer than a command line may be.
        command = ("grep", "-l", "-z", "-I", "-w", "-E", "-f", "-", tree.oid, "--", *specs)
        running = tree.scratch.start(*command, data=f"{pattern}\n".encode())

        def wait() -> tuple[str, ...]:
            searched = _searched(tree, running.result())
            self._cache.put(searched, *key)
            return self._found(searched)

        return wait

    def _found(self, answer: dict[str, list[str]]) -> tuple[str, ...]:
        self._unread.update(answer["unread"])
        return tuple(answer["files"])

    def where(
        self, tree: Snapshot, words: Collection[str], paths: Iterable[str] = ()
    ) -> Mapping[str, tuple[str, ...]]:
        """Each word with its files, see `wordmap.word_map`; kept as the answers of `files` are."""
        specs = tuple(paths)
        key = (tree.oid, *sorted(words), "by word", *specs)
        answer = self._cache.get(*key) if words else {}
        if not _is_map(answer):
            answer = {word: list(found) for word, found in word_map(tree, words, specs).items()}
            self._cache.put(answer, *key)
        return {word: tuple(found) for word, found in answer.items()}

    def _cached(self, tree: Snapshot, key: tuple[str, ...]) -> dict[str, list[str]]:
        answer = self._cache.get(*key)
        if not _is_answer(answer):
            return {}
        # What was absent then may have been fetched since.
        return {} if any(readable(tree, path) is not None for path in answer["unread"]) else answer


def _searched(tree: Snapshot, result: Result) -> dict[str, list[str]]:
    if result.status > 1 and not _UNREADABLE.search(result.err):
        reason = result.err.strip().splitlines()[-1:] or ["no reason given"]
        raise GitError(f"git grep failed: {reason[0]}", at=tree.name)
    skip = len(tree.oid) + 1
    found = [path[skip:] for path in result.out.decode("utf-8", "surrogateescape").split("\0") if path]
    return {"files": sorted(found), "unread": sorted(set(_UNREADABLE.findall(result.err)))}


def _is_answer(answer: object) -> TypeGuard[dict[str, list[str]]]:
    return _is_map(answer) and answer.keys() == {"files", "unread"}


def _is_map(answer: object) -> TypeGuard[dict[str, list[str]]]:
    if not isinstance(answer, dict):
        return False
    lists = answer.values()
    return all(isinstance(paths, list) and all(isinstance(path, str) for path in paths) for paths in lists)


def spelled(symbols: Iterable[str]) -> tuple[str, ...]:
    """The forms of Kconfig symbols in a tree: bare, `CONFIG_X`, `CONFIG_X_MODULE`, `-DCONFIG_X`."""
    forms = ("{}", "CONFIG_{}", "CONFIG_{}_MODULE", "DCONFIG_{}")
    return tuple(form.format(name) for name in symbols for form in forms)


def readable(tree: Snapshot, path: str) -> bytes | None:
    """The file's bytes; None where it is not in the tree or its content is absent from the store."""
    try:
        return tree.read(path)
    except MissingBlob:
        return None
