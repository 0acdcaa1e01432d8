"""Macros that put names together, and macros that drop what they are given."""

from __future__ import annotations

import re
from functools import lru_cache

from patchtool.core.tree import TreeReader
from patchtool.csource.building.formulas import ALWAYS, NEVER, Formula
from patchtool.csource.building.unit import Walk
from patchtool.csource.building.values import Binding, Gate
from patchtool.csource.condition import Macro
from patchtool.csource.statements import blanked

_PASTE = re.compile(r"(?<!\w)\w+(?:\s*##\s*\w+)+")
_CALLED = re.compile(r"[A-Za-z_]\w*(?=\s*\()")
_WORD = re.compile(r"[A-Za-z_]\w*")
_SHORTEST = 2
_DEEPEST = 3


def pastes(walk: Walk, name: str, depth: int = 0) -> bool:
    """Whether a macro in force puts its arguments together with something, itself or through others."""
    known = [macro for _, macro in walk.values.bindings(name, ALWAYS)]
    for macro in [*known, *walk.found.gone.get(name, ())]:
        if macro is None or macro.params is None:
            continue
        if "#" in macro.body:
            return True
        called = set(_CALLED.findall(macro.body)) - {name}
        if depth < _DEEPEST and any(pastes(walk, word, depth + 1) for word in called):
            return True
    return False


def dropping(walk: Walk, name: str, within: Formula, depth: int = 0) -> Formula:
    """Where, within a condition, a macro is in force that leaves an argument out, itself or through
    others.
    """
    found = NEVER
    for when, macro in walk.values.bindings(name, within):
        if macro is None or macro.params is None:
            continue
        words = set(_WORD.findall(macro.body))
        given = {"__VA_ARGS__" if param == "..." else param.removesuffix("...") for param in macro.params}
        if not given <= words:
            found = walk.formulas.either(found, when)
            continue
        for called in set(_CALLED.findall(macro.body)) - {name} if depth < _DEEPEST else ():
            found = walk.formulas.either(found, dropping(walk, called, when, depth + 1))
    return found


def pasted(reader: TreeReader, walk: Walk, name: str) -> bool:
    """Whether some macro of the unit makes names of this form: it pastes them, and the part that it is given
    stands in the arguments of a call at the start of a line in one of the unit's files; or it lists the name
    for a macro that it is given."""
    listing, pasting = _making(walk)
    if any(name in macro.body and _lists(macro, name) for macro in listing):
        return True
    parts: set[str] = set()
    for pattern in pasting:
        match = pattern.fullmatch(name)
        parts.update(part for part in match.groups() if part) if match else None
    if not parts:
        return False
    choice = b"|".join(re.escape(part.encode()) for part in sorted(parts))
    call = re.compile(rb"^[ \t]*\w+[ \t]*\([^;{}]*?\b(?:" + choice + rb")\b", re.M)
    return any(_called(reader, path, call, parts) for path in walk.files)


# The macros of a unit that may list names, and the forms of the names that others paste.
@lru_cache(maxsize=8)
def _making(walk: Walk) -> tuple[tuple[Macro, ...], tuple[re.Pattern[str], ...]]:
    gone = (macro for macros in walk.found.gone.values() for macro in macros)
    macros = [*(_latest(value) for value in walk.macros.values()), *gone]
    known = [macro for macro in macros if macro is not None and macro.params]
    listing = tuple(macro for macro in known if set(_CALLED.findall(macro.body)) & set(macro.params or ()))
    patterns = (pattern for macro in known if "##" in macro.body for pattern in _patterns(macro))
    return listing, tuple(dict.fromkeys(patterns))


# A list of names for a macro to be made something of: `#define FOR_EACH(one) one(a) one(b)`.
def _lists(macro: Macro, name: str) -> bool:
    return name in _WORD.findall(macro.body)


def _called(reader: TreeReader, path: str, call: re.Pattern[bytes], parts: set[str]) -> bool:
    data = reader.read(path) or b""
    return any(part.encode() in data for part in parts) and bool(call.search(blanked(path, data)))


def _latest(value: Binding) -> Macro | None:
    while isinstance(value, Gate):
        if value.macro is not None:
            return value.macro
        value = value.before
    return value


@lru_cache(maxsize=8192)
def _patterns(macro: Macro) -> tuple[re.Pattern[str], ...]:
    found = []
    for chain in _PASTE.findall(macro.body):
        pieces = [piece.strip() for piece in chain.split("##")]
        fixed = [piece for piece in pieces if piece not in (macro.params or ())]
        if len(fixed) < len(pieces) and any(len(piece.strip("_")) >= _SHORTEST for piece in fixed):
            text = "".join(
                r"(\w+)" if piece in (macro.params or ()) else re.escape(piece) for piece in pieces
            )
            found.append(re.compile(text))
    return tuple(found)
