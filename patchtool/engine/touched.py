"""Which Kconfig symbols a series adds, removes or changes the mention of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from patchtool.core.series import FileChange, Line, Patch, Series
from patchtool.kconfig.outline import Kind, outline

_CONFIG = re.compile(r"(?<![A-Za-z0-9_])CONFIG_([A-Za-z0-9_]+)")
_SYMBOL = re.compile(r"[A-Z][A-Za-z0-9_]*\Z")
_NO_SYMBOL = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|\$\([^)]*\)+|#.*")
_OPERATORS = re.compile(r"[\s!&|()<>=\\]+")
_GLUE = frozenset({"on", "if", "y", "m", "n"})
# Keywords after which words on the line are symbols.
_KEYWORDS = frozenset(
    {"config", "menuconfig", "select", "imply", "depends", "default", "def_bool", "def_tristate", "if"}
    | {"visible", "range", "bool", "tristate", "int", "hex", "string", "prompt"}
)


def is_kconfig(path: str) -> bool:
    """Whether a file is written in the Kconfig language, by its name."""
    return path.rpartition("/")[2].startswith("Kconfig")


def symbols_of(series: Series) -> frozenset[str]:
    """Symbols (without CONFIG_) on added or removed lines of any patch."""
    return frozenset(name for patch in series.patches for name in symbols_of_patch(patch))


def symbols_of_patch(patch: Patch) -> frozenset[str]:
    """Symbols (without CONFIG_) on added or removed lines of one patch."""
    return frozenset(
        name
        for change in patch.files
        for hunk in change.hunks
        for line in (*hunk.removed, *hunk.added)
        for name in symbols_on(change, line)
    )


def symbols_on(change: FileChange, line: Line) -> Iterator[str]:
    """The symbols that one line of a diff names: `CONFIG_X` anywhere, bare names in a Kconfig file.

    A bare name counts where the line reads as Kconfig: a keyword, then names, operators and numbers only.
    A sentence of a help text does not, whatever word it begins with.
    """
    for name in _CONFIG.findall(line.text):
        yield name.removesuffix("_MODULE")
    if is_kconfig(change.path):
        keyword, *words = _OPERATORS.sub(" ", _NO_SYMBOL.sub(" ", line.text)).split() or [""]
        if keyword in _KEYWORDS:
            names = [word for word in words if word not in _GLUE and not word[0].isdigit()]
            yield from names if all(map(_SYMBOL.match, names)) else ()


def changed_entries(before: bytes, after: bytes) -> frozenset[str]:
    """Symbols whose entries, or the blocks around them, differ between two versions of a Kconfig file."""
    old, new = _entries(before), _entries(after)
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


# Each symbol's entries as they are written, with the conditions of the blocks they stand in. A version of a
# file is what one patch makes of it and the next one finds.
@lru_cache(maxsize=64)
def _entries(data: bytes) -> dict[str, list[bytes]]:
    lines = data.split(b"\n")
    statements = outline(data).statements
    found: dict[str, list[bytes]] = {}
    for this in statements:
        if this.kind is Kind.CONFIG:
            own, above = [b"\n".join(lines[this.line - 1 : this.end])], this.parent
            while above >= 0:
                block = statements[above]
                own.append(b"\n".join(lines[block.line - 1 : block.end]))
                above = block.parent
            found.setdefault(this.name, []).append(b"\n".join(own))
    return found
