"""The statements of one Kconfig file: which entry, block and `source` stands where, and what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

# What can start a line inside of an entry, and says nothing of where others stand.
_ATTRIBUTES = (
    "bool|boolean|tristate|int|hex|string|prompt|default|def_bool|def_tristate|def_int|def_hex|def_string"
    "|depends|visible|range|option|optional|modules|transitional|help|---help---|allnoconfig_y"
)
_STATEMENT = re.compile(
    r"(?<!\\\n)^[ \t]*(?:"
    r"(?P<word>config|menuconfig|choice|endchoice|if|endif|menu|endmenu|comment|mainmenu"
    r"|(?:or|gr|[org])?source|select|imply)\b(?P<rest>[^\n\\]*(?:\\\n?[^\n\\]*)*)"
    r"|(?P<macro>\$|[\w-]+[ \t]*(?::=|\+=|=))"
    rf"|(?!(?:{_ATTRIBUTES})(?![\w-]))(?P<other>[^\s#]))",
    re.M | re.A,
)
_HELP = re.compile(
    r"^[ \t]*(?:help|---help---)[ \t]*(?:#[^\n]*)?\n(?:[ \t]*\n)*(?P<indent>[ \t]+)(?=\S)[^\n]*"
    r"(?:\n(?:(?P=indent)[^\n]*|[ \t]*(?=\n|\Z)))*",
    re.M,
)
_COMMENT_OR_TEXT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*|\$\([^()\n]*\)""")
_MACRO_CALL = re.compile(r"\$\((?!(?:ARCH|SRCARCH|SUBARCH|HEADER_ARCH|KERNELVERSION|srctree)\))")
_NAME = re.compile(r"\w+", re.A)
_NUMBER = re.compile(r"(?:\d+|0[xX][0-9a-fA-F]+)\Z")
_QUOTED = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+))""")
_WORDS = frozenset(
    {"config", "menuconfig", "choice", "menu", "if", "on", "y", "n", "m", "select", "imply", "env"}
    | {"defconfig_list"}
    | set(_ATTRIBUTES.split("|"))
)
_CLOSES = {"endchoice": "choice", "endif": "if", "endmenu": "menu"}
_RAISE = re.compile(r"^[ \t]*(?:select|imply)\b[^\n\\]*(?:\\\n?[^\n\\]*)*", re.M)
_ENTRIES = frozenset({"config", "menuconfig"})


class Kind(StrEnum):
    """What a statement is; OTHER is a line that no Kconfig file should have, a stray `endif` among them."""

    CONFIG = "config"
    CHOICE = "choice"
    IF = "if"
    MENU = "menu"
    SOURCE = "source"
    COMMENT = "comment"
    MAINMENU = "mainmenu"
    MACRO = "macro"
    OTHER = "other"


_CONDITIONAL = frozenset({Kind.CONFIG, Kind.IF, Kind.MENU, Kind.CHOICE})


class Raised(NamedTuple):
    """A `select` or `imply` (`verb`) of `target`, at its 1-based line, with the names in its condition."""

    verb: str
    target: str
    line: int
    mentions: tuple[str, ...] = ()
    probes: bool = False


class Statement(NamedTuple):
    """One statement with its attributes; lines are 1-based and inclusive, without a help text at the end.

    `name` is the symbol of an entry, the name of a choice ("" for most), the path of a `source` as written.
    `word` is the keyword, "" for macros and others. `close` is the line that ends a block, 0 where nothing
    does. `parent` is the index of the block around it, -1 at the top. `mentions` are the names in what
    decides its value (not those in `raises`), a few too many rather than one too few, sorted. `probes`
    says that this, or a block around it, holds a macro call other than a variable of the Makefiles.
    """

    kind: Kind
    line: int
    end: int
    name: str = ""
    word: str = ""
    close: int = 0
    parent: int = -1
    raises: tuple[Raised, ...] = ()
    mentions: tuple[str, ...] = ()
    probes: bool = False


@dataclass(frozen=True)
class Outline:
    """The statements of one file, in order."""

    statements: tuple[Statement, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every symbol that an entry of the file defines, selects or implies."""
        return self.defined.union(edge.target for one in self.statements for edge in one.raises)

    @cached_property
    def defined(self) -> frozenset[str]:
        """Every symbol that has an entry in the file."""
        return frozenset(one.name for one in self.statements if one.kind is Kind.CONFIG)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """The indices of the entries that define, select or imply a symbol."""
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.statements):
            if one.kind is Kind.CONFIG:
                for name in {one.name, *(edge.target for edge in one.raises)}:
                    found.setdefault(name, []).append(at)
        return {name: tuple(places) for name, places in found.items()}

    def around(self, at: int) -> Iterator[int]:
        """The indices of the blocks around a statement, inmost first."""
        while (at := self.statements[at].parent) >= 0:
            yield at

    @cached_property
    def sources(self) -> tuple[Statement, ...]:
        """The `source` statements."""
        return tuple(one for one in self.statements if one.kind is Kind.SOURCE)

    @cached_property
    def choices(self) -> frozenset[str]:
        """The names of its named choices."""
        return frozenset(one.name for one in self.statements if one.kind is Kind.CHOICE and one.name)

    @cached_property
    def has_macros(self) -> bool:
        """Whether a macro is assigned or called at the top level of the file."""
        return any(one.kind is Kind.MACRO for one in self.statements)

    @cached_property
    def entries(self) -> dict[int, Statement]:
        """The `config` and `menuconfig` entries by their first lines."""
        return {one.line: one for one in self.statements if one.kind is Kind.CONFIG}


# What one patch makes of a file is asked for again when the next one changes it.
@lru_cache(maxsize=64)
def outline(data: bytes) -> Outline:
    """The outline of a Kconfig file's bytes; never fails, whatever they are.

    Does not see what a macro call makes, nor entries behind a `source`. Cost: about 1 ms a thousand lines.
    """
    return Outline(_Reader(data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")).read())


# The text with each help text replaced by as many empty lines. Help ends as in scripts/kconfig/lexer.l:
# at the first line that is indented less than its first line.
def _without_help(text: str) -> str:
    parts, at = [], 0
    while (found := _HELP.search(text, at)) is not None:
        end = _help_end(text, found.end(), len(found["indent"].expandtabs(8)))
        parts += [text[at : found.start()], "\n" * text.count("\n", found.start(), end)]
        at = end
    return "".join([*parts, text[at:]])


# The pattern knows one spelling of the indentation; a line with tabs for blanks may still belong to the text.
def _help_end(text: str, end: int, column: int) -> int:
    while end < len(text):
        stop = text.find("\n", end + 1)
        line = text[end + 1 : stop if stop >= 0 else len(text)].expandtabs(8)
        bare = line.lstrip(" ")
        if bare and len(line) - len(bare) < column:
            return end
        end = stop if stop >= 0 else len(text)
    return end


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = _without_help(text)
        self._done: list[Statement] = []
        self._open: list[int] = []
        # The statement being read: where its text starts, and what was seen of it.
        self._start = 0
        self._head: Statement | None = None
        self._raises: list[Raised] = []

    def read(self) -> tuple[Statement, ...]:
        for match, line in self._matches():
            word = match["word"]
            if self._head and word in ("select", "imply"):
                self._raise(word, match["rest"], line)
            else:
                self._finish(match.start())
                self._begin(match, word or "", line)
        self._finish(len(self._text))
        return tuple(self._done)

    def _matches(self) -> Iterator[tuple[re.Match[str], int]]:
        line, at = 1, 0
        for match in _STATEMENT.finditer(self._text):
            line += self._text.count("\n", at, match.start())
            at = match.start()
            yield match, line

    def _raise(self, verb: str, rest: str, line: int) -> None:
        target = _NAME.search(rest)
        if target:
            probes = _MACRO_CALL.search(rest) is not None
            self._raises.append(Raised(verb, target[0], line, _mentions(rest[target.end() :]), probes))

    def _begin(self, match: re.Match[str], word: str, line: int) -> None:
        if word in _CLOSES and self._close(_CLOSES[word], line):
            return
        kind, name = _kind(match, word)
        parent = self._open[-1] if self._open else -1
        self._start = match.start()
        self._head = Statement(kind, line, line, name, word, parent=parent)

    def _close(self, kind: str, line: int) -> bool:
        if not self._open or self._done[self._open[-1]].kind != kind:
            return False
        at = self._open.pop()
        self._done[at] = self._done[at]._replace(close=line)
        return True

    def _finish(self, end: int) -> None:
        head, self._head = self._head, None
        if head is None:
            return
        text = self._text[self._start : end].rstrip()
        own = _RAISE.sub("", text) if self._raises else text
        self._done.append(
            head._replace(
                end=head.line + text.count("\n"),
                raises=tuple(self._raises),
                mentions=_mentions(own, head.name) if head.kind in _CONDITIONAL else (),
                probes=_MACRO_CALL.search(own) is not None or self._is_below_probe(),
            )
        )
        if head.kind in (Kind.CHOICE, Kind.IF, Kind.MENU):
            self._open.append(len(self._done) - 1)
        self._raises = []

    def _is_below_probe(self) -> bool:
        return bool(self._open) and self._done[self._open[-1]].probes


def _kind(match: re.Match[str], word: str) -> tuple[Kind, str]:
    rest = match["rest"] or ""
    if word in _ENTRIES:
        found = _NAME.search(rest)
        return (Kind.CONFIG, found[0]) if found else (Kind.OTHER, "")
    if word.endswith("source"):
        return Kind.SOURCE, _quoted(rest)
    if word == "choice":
        named = _NAME.search(_COMMENT_OR_TEXT.sub(lambda m: "" if m[0][0] == "#" else m[0][1:-1], rest))
        return Kind.CHOICE, named[0] if named else ""
    if match["macro"]:
        return Kind.MACRO, ""
    return (Kind(word), "") if word in set(Kind) else (Kind.OTHER, "")


def _quoted(rest: str) -> str:
    found = _QUOTED.match(rest)
    return next((group for group in found.groups() if group is not None), "") if found else ""


# Names of symbols in a text: a name in a prompt or a comment is none.
def _mentions(text: str, own: str = "") -> tuple[str, ...]:
    words = set(_NAME.findall(_COMMENT_OR_TEXT.sub(" ", text))) - _WORDS
    words.discard(own)
    return tuple(sorted(word for word in words if not _NUMBER.match(word)))
