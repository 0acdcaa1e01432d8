"""Renames of Kconfig symbols: those people wrote down, and those a series makes."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

from patchtool.core.errors import PatchtoolError
from patchtool.core.rename import Rename
from patchtool.core.series import FileChange, Hunk, Line, Patch, Series

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SYMBOL = re.compile(r"(?:CONFIG_)?([A-Z][A-Z0-9_]{2,})\Z")
_MIN_LINES = 2
_KNOWN = {"old": str, "new": str, "inverted": bool, "commit": str, "link": str, "version": str, "note": str}

Defined = Callable[[str], bool]


class RenameTableError(PatchtoolError):
    """A rename table that can't be read."""


def declared(tables: tuple[Path, ...] = ()) -> tuple[Rename, ...]:
    """The renames of `rules/renames.toml`, and of the user's own tables of the same form.

    Raises:
        RenameTableError: a table is absent, no TOML, or has a row without `old` and `new`.
    """
    shipped = resources.files("patchtool.rules").joinpath("renames.toml").read_bytes()
    rows = list(_rows("rules/renames.toml", shipped))
    for table in tables:
        try:
            rows.extend(_rows(str(table), table.read_bytes()))
        except OSError as error:
            raise RenameTableError(f"can't be read: {error.strerror}", at=str(table)) from error
    return tuple(rows)


def _rows(source: str, data: bytes) -> Iterator[Rename]:
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RenameTableError(f"no TOML: {error}", at=source) from error
    rows = table.get("rename", [])
    for n, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
        if not isinstance(rows, list) or not _is_rename(row):
            hint = (
                f"write [[rename]] with old and new, texts all but `inverted`; known are: {', '.join(_KNOWN)}"
            )
            raise RenameTableError(f"row {n} is no rename", at=source, hint=hint)
        yield Rename(**row, source=source)


def _is_rename(row: object) -> bool:
    if not isinstance(row, dict) or not (row.get("old") and row.get("new")):
        return False
    return all(name in _KNOWN and type(value) is _KNOWN[name] for name, value in row.items())


def inferred(series: Series, before: Defined, after: Defined) -> tuple[Rename, ...]:
    """Renames that the series itself makes, in order of the patch that starts them.

    A rename is seen where removed and added lines differ in one symbol only. It counts when the old name
    was defined before the series and the new one was not, and either the old entry goes, or no entry for
    the new name comes at all though the uses are changed (its hunk was lost). A symbol that is split off
    while the old one stays is no rename. `before` and `after` tell what is defined in the base and after
    the last patch that applies.
    """
    votes: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Patch] = {}
    entries: set[tuple[str, str]] = set()
    for patch in series.patches:
        for pair, is_entry in _substitutions(patch):
            votes[pair] += 1
            first.setdefault(pair, patch)
            if is_entry:
                entries.add(pair)
    found = []
    for pair, patch in first.items():
        old, new = pair
        lost = after(old) and not after(new)
        enough = pair in entries or votes[pair] >= _MIN_LINES
        if enough and before(old) and not before(new) and (lost or not after(old)):
            source = f"patch {patch.name}, {votes[pair]} line{'s' if votes[pair] > 1 else ''}"
            found.append(Rename(old, new, source=source, patch=patch.n))
    return tuple(found)


def _substitutions(patch: Patch) -> Iterator[tuple[tuple[str, str], bool]]:
    for change in patch.files:
        for hunk in change.hunks:
            for removed, added in _runs(hunk):
                yield from _pairs(change, removed, added)


def _runs(hunk: Hunk) -> Iterator[tuple[list[Line], list[Line]]]:
    # Each stretch of removed lines with the added lines that follow it.
    removed: list[Line] = []
    added: list[Line] = []
    for line in hunk.lines:
        if line.tag == "-" and not added:
            removed.append(line)
        elif line.tag == "+":
            added.append(line)
        else:
            yield removed, added
            removed, added = ([line], []) if line.tag == "-" else ([], [])
    yield removed, added


def _pairs(
    change: FileChange, removed: list[Line], added: list[Line]
) -> Iterator[tuple[tuple[str, str], bool]]:
    left = list(added)
    for line in removed:
        for candidate in left:
            pair = _one_symbol(line.text, candidate.text)
            if pair:
                left.remove(candidate)
                yield pair, line.text.split()[:1] in (["config"], ["menuconfig"]) and "Kconfig" in change.path
                break


def _one_symbol(old: str, new: str) -> tuple[str, str] | None:
    # The one symbol in which two lines differ, however often it stands there.
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) != len(after):
        return None
    pairs = {(a, b) for a, b in zip(before, after, strict=True) if a != b}
    if not pairs:
        return None
    names = {(_SYMBOL.match(a), _SYMBOL.match(b)) for a, b in pairs}
    bare = {(a[1], b[1]) if a and b else None for a, b in names}
    return bare.pop() if len(bare) == 1 else None
