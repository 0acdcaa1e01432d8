"""A configuration file: what may stand in it, read and held against that."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from patchtool.cli.common import Colour, FailOn
from patchtool.core.errors import PatchtoolError
from patchtool.engine.suppress import Suppression

SECTION = ("tool", "patchtool")
_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")
_SUPPRESS = ("rule", "path", "reason")


class BadConfig(PatchtoolError):
    """A configuration that cannot be used; `at` is the file and the line."""


@dataclass(frozen=True, slots=True)
class Config:
    """What files say; None and () where they say nothing. Relative paths are resolved from the file's folder.

    `places` is the file and line of each key, as it is written there.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    rules: tuple[Path, ...] = ()
    renames: tuple[Path, ...] = ()
    baseline: Path | None = None
    base: str | None = None
    repo: Path | None = None
    color: str | None = None
    suppress: tuple[Suppression, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def over(self, below: Config) -> Config:
        """This one's keys, and those of `below` that it does not have; suppressions of both count."""
        merged = {
            one.name: getattr(self, one.name) or getattr(below, one.name)
            for one in fields(self)
            if one.name not in {"suppress", "places"}
        }
        return Config(
            **merged, suppress=(*self.suppress, *below.suppress), places={**below.places, **self.places}
        )


KEYS = tuple(one.name.replace("_", "-") for one in fields(Config) if one.name != "places")


def read_config(path: Path, folder: Path | None = None) -> Config:
    """What a file says: the whole of it, or its `[tool.patchtool]` if it is a pyproject.toml.

    Relative paths in it are below `folder` (None: the file's own).

    Raises:
        BadConfig: it can't be read, is no TOML, or has a key or a value that is not known.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadConfig(f"cannot be read: {error.strerror}", at=str(path)) from error
    except UnicodeDecodeError as error:
        raise BadConfig("not UTF-8", at=str(path)) from error
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        line = found[1] if found and found[1] else text.count("\n") + 1
        raise BadConfig(f"not TOML: {_TOML_PLACE.sub('', str(error))}", at=f"{path}:{line}") from error
    if path.name == "pyproject.toml":
        for name in SECTION:
            table = table.get(name, {}) if isinstance(table, dict) else {}
    return _Reader(path, folder or path.parent, text).config(table)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    folder: Path
    text: str

    def config(self, table: Mapping[str, Any]) -> Config:
        self._only(table, KEYS, "no key of patchtool's configuration")
        return Config(
            select=self._texts(table, "select"),
            ignore=self._texts(table, "ignore"),
            fail_on=self._choice(table, "fail-on", FailOn),
            rules=self._paths(table, "rules"),
            renames=self._paths(table, "renames"),
            baseline=self._path(table, "baseline"),
            base=self._text(table, "base"),
            repo=self._path(table, "repo"),
            color=self._choice(table, "color", Colour),
            suppress=tuple(self._suppressions(table.get("suppress", []))),
            places={key: self._at(key) for key in table},
        )

    # `path:line` of a key, of the n-th [[suppress]] (0-based) if one is meant.
    def _at(self, key: str, number: int | None = None) -> str:
        begin = 0
        if number is not None:
            heads = [m.start() for m in re.finditer(r"^\s*\[\[.*\bsuppress\s*\]\]", self.text, re.M)]
            begin = heads[number] if number < len(heads) else 0
        else:
            section = re.search(r"^\s*\[\s*tool\s*\.\s*patchtool\b", self.text, re.M)
            begin = section.start() if section and self.path.name == "pyproject.toml" else 0
        word = re.compile(rf"^\s*(?:\[\[?.*\b)?[\"']?{re.escape(key)}[\"']?\s*[=\]]", re.M)
        found = word.search(self.text, begin) if key else None
        at = found.end() - 1 if found else begin
        lead = len(self.text[at:]) - len(self.text[at:].lstrip("\n")) if not found else 0
        return f"{self.path}:{self.text.count(chr(10), 0, at + lead) + 1}"

    def _only(
        self, table: Mapping[str, Any], known: Collection[str], what: str, n: int | None = None
    ) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key.replace("_", "-"), known, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"
                raise BadConfig(f"`{key}` is {what}", at=self._at(key, n), hint=hint)

    def _wrong(self, key: str, message: str, number: int | None = None, hint: str | None = None) -> BadConfig:
        return BadConfig(f"`{key}` is {message}", at=self._at(key, number), hint=hint)

    def _text(self, table: Mapping[str, Any], key: str) -> str | None:
        value = table.get(key)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self._wrong(key, "no text")

    def _texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self._wrong(key, "no list of texts", hint=f'{key} = ["..."]')
        return tuple(value)

    def _path(self, table: Mapping[str, Any], key: str) -> Path | None:
        value = self._text(table, key)
        return self._resolved(value) if value else None

    def _paths(self, table: Mapping[str, Any], key: str) -> tuple[Path, ...]:
        value = table.get(key)
        one = [value] if isinstance(value, str) else value
        return tuple(self._resolved(path) for path in self._texts({key: one or []}, key))

    def _resolved(self, path: str) -> Path:
        return self.folder / (Path.home() / path[2:] if path.startswith("~/") else path)

    def _choice(self, table: Mapping[str, Any], key: str, choices: type[FailOn | Colour]) -> str | None:
        value = self._text(table, key)
        known = [str(one.value) for one in choices]
        if value is not None and value not in known:
            raise self._wrong(key, f"one of {', '.join(known)}, and not `{value}`")
        return value

    def _suppressions(self, rows: object) -> Iterator[Suppression]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._wrong("suppress", "no list of tables", hint="write each as [[suppress]]")
        for number, row in enumerate(rows):
            self._only(row, _SUPPRESS, "no key of a suppression", number)
            said = {key: row.get(key, "") for key in _SUPPRESS}
            for key, value in said.items():
                if not isinstance(value, str):
                    raise self._wrong(key, "no text", number)
            for key in ("rule", "reason"):
                if not said[key].strip():
                    raise BadConfig(
                        f"the suppression has no {key}", at=self._at("", number), hint=f'add {key} = "..."'
                    )
            yield Suppression(said["rule"], said["path"] or "*", said["reason"], self._at("", number))
