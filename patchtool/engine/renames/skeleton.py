"""What is left of a changed line when its Kconfig symbols are taken out, and which way round they stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from patchtool.core.series import FileChange, Line
from patchtool.core.tree import UseKind
from patchtool.csource.words import role
from patchtool.engine.touched import is_kconfig, symbols_on

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SLOT = "\0"
_TESTS = frozenset({"IS_ENABLED", "IS_BUILTIN", "IS_MODULE", "IS_REACHABLE"})
_COMMENT = re.compile(r"\s*(?:/?\*|//|#\s*(?:endif|else)\b)")
_ENTRIES = frozenset({"config", "menuconfig"})
_WITH_TEXT = frozenset({UseKind.CODE, UseKind.KCONFIG, UseKind.DOC})
PROSE = frozenset({UseKind.COMMENT, UseKind.HELP, UseKind.DOC})
_TYPES = frozenset({"bool", "tristate", "int", "hex", "string", "prompt"})
_VERBS = frozenset(
    {"select", "imply", "depends", "default", "if", "visible", "range", "def_bool", "def_tristate"}
)
# Words that stand on lines of every kind and say nothing of what a line is about.
_GLUE = frozenset({"on", "y", "m", "n", "elif", "else", "endif", "ifeq", "defined"})
_GLUE |= _ENTRIES | _VERBS | _TESTS


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A line with its symbols taken out.

    Two lines whose `shape` is equal differ in nothing but `names` (in order, without CONFIG_) and in
    whether each is `negated`: `#ifdef X`, `#ifndef X` and `#if !defined(X)` are of one shape. `kinds` is
    what each of the names stands in: a Kconfig keyword, or the value of a `UseKind`. `tells` whether a
    polarity can be read off the line, as off a condition; `plain` whether it says nothing but names and
    keywords.
    """

    shape: tuple[str, ...]
    names: tuple[str, ...]
    negated: tuple[bool, ...]
    kinds: tuple[str, ...]
    tells: bool
    plain: bool


def names_on(change: FileChange, line: Line) -> frozenset[str]:
    """The symbols that one line of a diff names, as `symbols_on` has them."""
    if "CONFIG_" not in line.text and _role(change.path) is not UseKind.KCONFIG:
        return frozenset()
    return frozenset(symbols_on(change, line))


def skeleton(change: FileChange, line: Line, in_prose: frozenset[str]) -> Skeleton | None:
    """The skeleton of a line of a diff; None where it names no symbol.

    Bare names count where `symbols_on` counts them; those of `in_prose` in comments, help and documents too.
    """
    known = names_on(change, line)
    role_of = _role(change.path)
    if not known and role_of not in _WITH_TEXT:
        return None
    words = _TOKEN.findall(line.text)
    kind = _kind(role_of, words, line.text, known)
    if kind in PROSE:
        known |= in_prose.intersection(words)
    if not known:
        return None
    tokens, flip = _uniform(words, kind)
    shape: list[str] = []
    names: list[str] = []
    negated: list[bool] = []
    at = 0
    while at < len(tokens):
        name = _named(tokens[at], known, bare=kind in PROSE or (role_of is UseKind.KCONFIG and at > 0))
        at += 1
        if not name:
            shape.append(tokens[at - 1])
            continue
        turned, closing = _taken_back(shape)
        at += closing and tokens[at : at + 1] == [")"]
        if tokens[at : at + 2] == ["=", "n"]:
            turned, at = not turned, at + 2
        shape.append(_SLOT + ("m" if tokens[at - 1].endswith("_MODULE") else ""))
        names.append(name)
        negated.append(turned != flip)
    words_left = [word for word in shape if word[0] != _SLOT and (word[0].isalnum() or word[0] == "_")]
    return Skeleton(
        tuple(shape),
        tuple(names),
        tuple(negated),
        tuple(_in_condition(kind, shape, n) for n in range(len(names))),
        _tells(kind, shape),
        kind == UseKind.DEFCONFIG or all(word in _GLUE for word in words_left),
    )


def _named(token: str, known: frozenset[str], *, bare: bool) -> str:
    name = token.removeprefix("CONFIG_")
    if name == token and not bare:
        return ""
    short = name.removesuffix("_MODULE")
    return name if name in known else short if short in known else ""


# As `csource.words.role`, once a path; what `touched` takes for a Kconfig file is one.
@lru_cache(maxsize=4096)
def _role(path: str) -> UseKind:
    return UseKind.KCONFIG if is_kconfig(path) else role(path)


def _kind(role_of: UseKind, words: list[str], text: str, known: frozenset[str]) -> str:
    if role_of is UseKind.KCONFIG:
        if not known or words[0] not in _ENTRIES | _VERBS | _TYPES:
            return UseKind.HELP.value
        return UseKind.DEFINITION.value if words[0] in _ENTRIES else words[0]
    return UseKind.COMMENT.value if role_of is UseKind.CODE and _COMMENT.match(text) else role_of.value


# What the n-th name of a line stands in: behind the `if` of a `select`, it is no longer selected.
def _in_condition(kind: str, shape: list[str], n: int) -> str:
    if kind not in _VERBS | _TYPES:
        return kind
    slots = [at for at, word in enumerate(shape) if word[0] == _SLOT]
    behind = "if" in shape[1 : slots[n]]
    return "prompt-if" if kind in _TYPES else "if" if behind and kind != "visible" else kind


# One spelling for what means the same: `#ifndef X` is `#if !X`, make's `ifneq` is `ifeq` turned round.
def _uniform(words: list[str], kind: str) -> tuple[list[str], bool]:
    start = 1 if words[:1] == ["#"] else 0
    head, rest = words[:start], words[start:]
    if kind in (UseKind.CODE, UseKind.MAKEFILE) and rest:
        if rest[0] in ("ifdef", "ifndef"):
            return [*head, "if", *["!"][: rest[0] == "ifndef"], *rest[1:]], False
        if rest[0] == "ifneq":
            return [*head, "ifeq", *rest[1:]], True
    return words, False


# Takes `!`, and `defined` with its parenthesis, off the end: was there a `!`, is there a `)` to come.
def _taken_back(shape: list[str]) -> tuple[bool, bool]:
    closing = shape[-2:] == ["defined", "("]
    if closing:
        del shape[-2:]
    elif shape[-1:] == ["defined"]:
        del shape[-1:]
    before = len(shape) - (2 if shape[-1:] == ["("] and not _TESTS.isdisjoint(shape[-2:-1]) else 0)
    turned = before > 0 and shape[before - 1] == "!"
    if turned:
        del shape[before - 1]
    return turned, closing


def _tells(kind: str, shape: list[str]) -> bool:
    if kind == UseKind.CODE:
        return shape[:2] in (["#", "if"], ["#", "elif"]) or not _TESTS.isdisjoint(shape)
    if kind == UseKind.MAKEFILE:
        return shape[0] in ("if", "ifeq")
    return kind not in {member.value for member in UseKind}
