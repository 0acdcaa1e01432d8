"""Files of users' own rules, read and held against what a rule may say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from patchtool.core.errors import PatchtoolError
from patchtool.core.expr import Expr, Y
from patchtool.core.finding import Severity
from patchtool.core.rules import Rule
from patchtool.csource.parser import BadQuery, Query
from patchtool.engine.user_rules.conditions import BadExpression, kconfig_expression
from patchtool.engine.user_rules.queries import UserRule, slots

_NEEDED = ("name", "severity", "message", "query")
_KEYS = (*_NEEDED, "hint", "when", "match", "paths", "only-new")
_NAME = re.compile(r"[a-z]+[a-z0-9]*(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"^\s*\[\[\s*rule\s*\]\]", re.M)
_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


class BadRule(PatchtoolError):
    """A file of rules that cannot be used; `at` is the file and the line."""


def load_rules(folder: Path, taken: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules of a TOML file, or of the `*.toml` of a folder by name, in their order.

    Each `[[rule]]` has `name` (kebab-case, none of `taken`), `severity`, `message` (`{capture}` stands for
    its text) and `query` (tree-sitter, C), and may have `hint`, `when` (a Kconfig expression: only code that
    some configuration compiles in which it holds), `match` (a regular expression for captures by their
    names), `paths` (globs; `*` crosses folders) and `only-new` (true: not what stood there before the
    series). The capture `@at` is the line that is reported, else the first one.

    Raises BadRule.
    """
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]
    if not files:
        raise BadRule("no *.toml in the folder", at=str(folder), hint="name a folder or a file of rules")
    known = set(taken)
    found = []
    for path in files:
        for rule in _File(path).rules(known):
            known.add(rule.name)
            found.append(rule.rule())
    return tuple(found)


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = _read(path)

    def rules(self, taken: Collection[str]) -> Iterator[UserRule]:
        try:
            tables = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            place = _TOML_PLACE.search(str(error))
            line = place[1] if place and place[1] else self._text.count("\n") + 1
            raise BadRule(
                f"not TOML: {_TOML_PLACE.sub('', str(error))}", at=f"{self._path}:{line}"
            ) from error
        for key in tables:
            if key != "rule":
                raise BadRule(
                    f"`{key}` is nothing that is known here", at=self.at(0, key), hint="use [[rule]]"
                )
        rows = tables.get("rule", [])
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise BadRule("no [[rule]] in the file", at=str(self._path))
        for number, row in enumerate(rows, 1):
            yield _Row(self, number, row).rule(taken)

    # `path:line` of a key in the n-th rule (1-based; 0: of the file), or of the rule's head.
    def at(self, number: int, key: str, further: int = 0) -> str:
        heads = [match.start() for match in _HEADER.finditer(self._text)]
        begin = heads[number - 1] if 0 < number <= len(heads) else 0
        end = heads[number] if number < len(heads) else len(self._text)
        word = re.compile(rf"^\s*\[*[\"']?{re.escape(key)}[\"']?(?:\.\w+)?\s*[=\]]", re.M)
        found = word.search(self._text, begin, end) if key else None
        at = found.end() - 1 if found else begin
        return f"{self._path}:{self._text.count(chr(10), 0, at) + 1 + further}"

    def wrong(self, number: int, key: str, message: str, *, further: int = 0, hint: str = "") -> BadRule:
        return BadRule(message, at=self.at(number, key, further), hint=hint)

    # Lines between a key and the first of its text: a multi-line string may begin behind its quotes.
    def offset(self, number: int, key: str) -> int:
        line = int(self.at(number, key).rpartition(":")[2])
        row = self._text.splitlines()[line - 1]
        return int(row.rstrip().endswith(('"""', "'''")))


class _Row:
    def __init__(self, file: _File, number: int, values: Mapping[str, Any]) -> None:
        self._file = file
        self._number = number
        self._values = values

    def rule(self, taken: Collection[str]) -> UserRule:
        for key in self._values:
            if key not in _KEYS:
                near = get_close_matches(key, _KEYS, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(_KEYS)}"
                raise self._wrong(key, f"`{key}` is no key of a rule", hint=hint)
        for key in _NEEDED:
            if not self._text(key):
                raise self._wrong("", f"the rule has no `{key}`", hint=f"add {key} = ...")
        query = self._query()
        message = self._text("message")
        self._known("message", slots(message), query)
        return UserRule(
            name=self._name(taken),
            severity=self._severity(),
            message=message,
            query=query,
            hint=self._text("hint"),
            when=self._when(),
            match=tuple(self._match(query)),
            paths=self._paths(),
            only_new=self._flag("only-new"),
        )

    def _wrong(self, key: str, message: str, *, further: int = 0, hint: str = "") -> BadRule:
        return self._file.wrong(self._number, key, message, further=further, hint=hint)

    def _text(self, key: str) -> str:
        value = self._values.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(key, f"`{key}` is no text")
        return value

    def _flag(self, key: str) -> bool:
        value = self._values.get(key, True)
        if not isinstance(value, bool):
            raise self._wrong(key, f"`{key}` is neither true nor false")
        return value

    def _name(self, taken: Collection[str]) -> str:
        name = self._text("name")
        if not _NAME.fullmatch(name):
            raise self._wrong(
                "name", f"`{name}` is no name of a rule", hint="use small letters, digits and -"
            )
        if name in taken:
            raise self._wrong("name", f"there is a rule `{name}` already", hint="choose another name")
        return name

    def _severity(self) -> Severity:
        value = self._text("severity")
        if value not in list(Severity):
            known = ", ".join(Severity)
            raise self._wrong("severity", f"`{value}` is no severity", hint=f"known are {known}")
        return Severity(value)

    def _query(self) -> Query:
        try:
            return Query(self._text("query"))
        except BadQuery as error:
            further = max(error.line - 1, 0) + (self._file.offset(self._number, "query") if error.line else 0)
            column = f" (column {error.column} of the query's line)" if error.line else ""
            raise self._wrong("query", f"bad query: {error.message}{column}", further=further) from error

    def _when(self) -> Expr:
        text = self._text("when")
        try:
            return kconfig_expression(text) if text else Y
        except BadExpression as error:
            raise self._wrong("when", f"{error.message} (column {error.column} of `{text}`)") from error

    def _match(self, query: Query) -> Iterator[tuple[str, re.Pattern[str]]]:
        table = self._values.get("match", {})
        if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
            raise self._wrong("match", "`match` is no table of regular expressions")
        self._known("match", tuple(table), query)
        for name, text in table.items():
            try:
                yield name, re.compile(text)
            except re.error as error:
                raise self._wrong("match", f"`{text}` is no regular expression: {error}") from error

    def _paths(self) -> tuple[str, ...]:
        value = self._values.get("paths", [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong("paths", "`paths` is no list of texts")
        return tuple(value)

    def _known(self, key: str, names: Collection[str], query: Query) -> None:
        for name in names:
            if name not in query.captures:
                near = get_close_matches(name, query.captures, 1) or [", ".join(query.captures)]
                raise self._wrong(key, f"the query captures no `{name}`", hint=f"it captures {near[0]}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise BadRule(f"cannot be read: {reason}", at=str(path)) from error
