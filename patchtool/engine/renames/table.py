"""Renames of Kconfig symbols that people wrote down."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from patchtool.core.errors import PatchtoolError
from patchtool.core.rename import Rename
from patchtool.core.tree import UseKind

_KNOWN = {"old": str, "new": str, "inverted": bool, "commit": str, "link": str, "version": str, "note": str}
_KNOWN |= {"kinds": list, "around": list}
_SYMBOL = re.compile(r"\w+\Z", re.ASCII)
_VERBS = ("select", "imply", "depends", "if", "prompt-if", "visible", "default", "range", "def_bool")
_KINDS = (*_VERBS, *(kind.value for kind in UseKind))


class RenameTableError(PatchtoolError):
    """A rename table that can't be read."""


def declared(tables: tuple[Path, ...] = ()) -> tuple[Rename, ...]:
    """The renames of `rules/renames.toml`, and of the user's own tables of the same form.

    A name that was renamed twice also has a row from its first name to its last, with the commit of that.

    Raises:
        RenameTableError: a table is absent, no TOML, or has a row that makes no sense.
    """
    shipped = resources.files("patchtool.rules").joinpath("renames.toml").read_bytes()
    rows = list(_rows("rules/renames.toml", shipped))
    for table in tables:
        try:
            rows.extend(_rows(str(table), table.read_bytes()))
        except OSError as error:
            raise RenameTableError(f"can't be read: {error.strerror}", at=str(table)) from error
    return tuple({(row.old, row.new): row for row in (*_followed(rows), *rows)}.values())


# Rows of old names to what became of their new ones, however many steps away.
def _followed(rows: Sequence[Rename]) -> Iterator[Rename]:
    for row in rows:
        seen, last = {row.old, row.new}, [row]
        while last:
            last = [
                replace(onward, old=row.old, inverted=step.inverted != onward.inverted)
                for step in last
                for onward in rows
                if onward.old == step.new and onward.new not in seen
            ]
            seen.update(step.new for step in last)
            yield from last


def _rows(source: str, data: bytes) -> Iterator[Rename]:
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RenameTableError(f"not TOML: {error}", at=source) from error
    for name in table:
        if name != "rename":
            raise RenameTableError(f"unknown table {name!r}", at=source, hint="write [[rename]]")
    rows = table.get("rename", [])
    if not isinstance(rows, list):
        raise RenameTableError("`rename` is no list of tables", at=source, hint="write [[rename]]")
    for n, row in enumerate(rows, 1):
        try:
            yield replace(_rename(row), source=source)
        except _BadRowError as bad:
            raise RenameTableError(f"row {n}: {bad}", at=source, hint=bad.hint) from bad


class _BadRowError(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _rename(row: object) -> Rename:
    if not isinstance(row, dict):
        raise _BadRowError("no table", "write [[rename]]")
    for key, value in row.items():
        _check(key, value)
    old, new = _name(row, "old"), _name(row, "new")
    if old == new:
        raise _BadRowError(f"{old} is renamed to itself", "give the new name")
    kinds, around = tuple(row.get("kinds", ())), tuple(row.get("around", ()))
    for kind in kinds:
        if kind not in _KINDS:
            raise _BadRowError(f"unknown kind {kind!r}", _nearest(kind, _KINDS))
    if around and "code" not in kinds:
        raise _BadRowError("`around` is about code", 'add kinds = ["code"]')
    texts = {key: row.get(key, "") for key in ("commit", "link", "version", "note")}
    return Rename(old, new, inverted=row.get("inverted", False), kinds=kinds, around=around, **texts)


def _check(key: str, value: object) -> None:
    if key not in _KNOWN:
        raise _BadRowError(f"unknown key {key!r}", _nearest(key, _KNOWN))
    wanted = {str: "text", bool: "true or false", list: "list of texts"}[_KNOWN[key]]
    good = type(value) is _KNOWN[key]
    if isinstance(value, list):
        good = bool(value) and all(isinstance(one, str) and one for one in value)
    if not good:
        raise _BadRowError(f"`{key}` is no {wanted}", f"known are: {', '.join(_KNOWN)}")


def _name(row: Mapping[str, object], key: str) -> str:
    name = row.get(key)
    if not isinstance(name, str) or not name:
        raise _BadRowError(f"no `{key}`", "give old and new, without CONFIG_")
    if not _SYMBOL.match(name) or name.startswith("CONFIG_"):
        raise _BadRowError(f"{name!r} is no symbol's name", "write it without CONFIG_")
    return name


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"{near[0]} is meant?" if near else f"known are: {', '.join(known)}"
