"""Whether the target needs a hunk at all that has no place in it; never without a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from patchtool.backport.adaptation.fit import Source
from patchtool.backport.adaptation.segments import segments
from patchtool.backport.adaptation.text import telling, tokens
from patchtool.backport.adaptation.translate import entries_here
from patchtool.core.rename import Rename
from patchtool.core.series import Hunk, Patch
from patchtool.engine.touched import is_kconfig
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

_COMMENT = re.compile(r"\s*(?:/\*|\*/|\*(?:\s|$)|//)")
_NAME = re.compile(r"\b(?:CONFIG_)?([A-Za-z]\w*_\w+)\b")
_WORD = re.compile(r"\w+")
_SELECT = re.compile(r"[ \t]*(?:select|imply)[ \t]+(\w+)")


class Needs:
    """What the target needs of a patch. `symbols` are the names that the patch uses as Kconfig symbols."""

    def __init__(self, here: Snapshot, patch: Patch, symbols: Collection[str]) -> None:
        self._here = here
        self._patch = patch
        self._symbols = symbols
        self._known: dict[str, bool] = {}

    def needless(self, source: Source) -> str:
        """Why the target does not need a hunk, "" where it does or where that is not certain.

        It does not where the architecture is not there; where the hunk only takes away what is about a name
        that stands nowhere in the target (or is a symbol without an entry); where it only changes a comment
        that is not there; and where the file is not there, nor anything of what the hunk changes in it.

        Costs a search of the whole tree where a name is in none of the patch's own files.
        """
        path, hunk = source.path, source.hunk
        parts = path.split("/")
        if parts[0] == "arch" and len(parts) > 2 and not self._here.has("/".join(parts[:2])):
            return f"there is no {'/'.join(parts[:2])} here"
        if self._has_any(source):
            return ""
        if not any(telling(line.text) for line in hunk.added):
            gone = self._gone({name for line in hunk.removed for name in _NAME.findall(line.text)})
            if gone:
                return f"it only takes away what is about {gone[0]}, and {self._absence(gone[0])}"
        if hunk.removed and all(_COMMENT.match(line.text) for line in (*hunk.removed, *hunk.added)):
            return "it only changes a comment that is not here"
        return self._nothing_of(source)

    def _absence(self, name: str) -> str:
        return "no Kconfig file here has an entry of it" if name in self._symbols else "it is nowhere here"

    # A removed line that says something and stands in the file: then something is to be done there.
    def _has_any(self, source: Source) -> bool:
        data = readable(self._here, source.path)
        if data is None:
            return False
        lines = {tokens(source.path, [line]) for line in data.decode("utf-8", "surrogateescape").split("\n")}
        return any(
            telling(line.text) and not _COMMENT.match(line.text) and tokens(source.path, [line.text]) in lines
            for line in source.hunk.removed
        )

    # Symbols first: to look for their entries costs little.
    def _gone(self, names: Collection[str]) -> list[str]:
        of_kconfig = sorted(name for name in names if name in self._symbols)
        there = entries_here(self._here, of_kconfig) if of_kconfig else set()
        gone = [name for name in of_kconfig if name not in there]
        return gone or self._absent(set(names) - set(of_kconfig))

    def _absent(self, names: Collection[str]) -> list[str]:
        unknown = {name for name in names if name not in self._known}
        unknown -= self._near(unknown)
        if unknown:
            unknown |= self._others()
            forms = sorted({form for name in unknown for form in (name, f"CONFIG_{name}")})
            found = Grep(self._here.scratch.cache).where(self._here, forms)
            self._known |= {name: name in found or f"CONFIG_{name}" in found for name in unknown}
        return sorted(name for name in names if not self._known[name])

    # Whatever else of the patch may be asked for: one search serves all.
    def _others(self) -> set[str]:
        hunks = [hunk for change in self._patch.files for hunk in change.hunks]
        texts = [*(hunk.section for hunk in hunks), *(line.text for hunk in hunks for line in hunk.removed)]
        names = {name for text in texts for name in _NAME.findall(text)} - self._known.keys()
        return names - self._near(names)

    # Those of some names that stand in a file which the patch names: no search is needed for them.
    def _near(self, names: Collection[str]) -> set[str]:
        paths = [change.path for change in self._patch.files]
        texts = [readable(self._here, path) or b"" for path in paths] if names else []
        words = {word for text in texts for word in _WORD.findall(text.decode("utf-8", "surrogateescape"))}
        found = {name for name in names if name in words or f"CONFIG_{name}" in words}
        self._known |= dict.fromkeys(found, True)
        return found

    # The file is not there, and what the hunk stands in and defines is not in the whole tree.
    def _nothing_of(self, source: Source) -> str:
        if self._here.has(source.path) and not is_kconfig(source.path):
            return ""
        parts = segments(source.hunk, source.path, source.upstream)
        names = {part.owner.split()[-1] for part in parts if part.owner}
        if not names or len(self._absent(names)) != len(names):
            return ""
        return f"neither {source.path} nor anything of {', '.join(sorted(names))} is here"


def turned_selects(hunk: Hunk, rows: Sequence[Rename], untold: Sequence[str], owned: Collection[str]) -> str:
    """Why a hunk that only takes selects of an inverted name away has nothing to do; "" where it has.

    `untold` are its changed lines that can't be told in the target's names, `owned` what the target's entry
    selects: not to select the old name is what selecting the new one means.
    """
    if hunk.added or not untold or len(untold) != len(hunk.removed):
        return ""
    names = [found[1] for line in untold if (found := _SELECT.match(line))]
    olds = {row.new: row.old for row in rows if row.inverted}
    if len(names) != len(untold) or any(olds.get(name, name) in owned or name not in olds for name in names):
        return ""
    new = names[0]
    return (
        f"{new} is {olds[new]} here, of opposite meaning: where upstream selects it, nothing is selected here"
    )
