"""In which files of a tree each of some words stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from patchtool.tree.git import GitError
from patchtool.tree.snapshot import Snapshot

_UNREADABLE = "unable to read"
_HIT = re.compile(r"([^\0]+)\0([^\n]+)\n")


def word_map(
    tree: Snapshot, words: Collection[str], specs: Sequence[str] = ()
) -> Mapping[str, tuple[str, ...]]:
    """Each word with the sorted paths in which it stands as a word of its own; without those of no path.

    `specs` are git pathspecs; () is the whole tree. A file whose content is absent is passed over.
    Cost: one search, some 3 s for a kernel, 1 s for its headers; not kept.

    Raises:
        GitError: git grep failed.
    """
    if not words:
        return {}
    pattern = "|".join(re.escape(word) for word in sorted(words))
    command = ("grep", "-o", "-z", "-I", "-w", "-E", "-f", "-", tree.oid, "--", *specs)
    result = tree.scratch.run(*command, data=f"{pattern}\n".encode())
    if result.status > 1 and _UNREADABLE not in result.err:
        reason = result.err.strip().splitlines()[-1:] or ["no reason given"]
        raise GitError(f"git grep failed: {reason[0]}", at=tree.name)
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for place, word in _HIT.findall(result.out.decode("utf-8", "surrogateescape")):
        found[word][place[len(tree.oid) + 1 :]] = None
    return {word: tuple(sorted(paths)) for word, paths in sorted(found.items())}
