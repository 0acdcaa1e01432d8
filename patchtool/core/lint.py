"""What `patchtool lint` says of a whole tree: the Kconfig symbols that are used and defined nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from patchtool.core.finding import Severity
from patchtool.core.rename import Rename
from patchtool.core.report import Base
from patchtool.core.tree import Use, UseKind

_SELECTS = frozenset({"select", "imply"})


class Weight(StrEnum):
    """What a use of an undefined symbol does.

    DECIDES: what is built depends on it: a condition of the preprocessor, a Makefile, a Kconfig expression.
    VALUE: C code says the name outside of any condition; it is an identifier that only looks like Kconfig's,
    or code that can't be compiled. TEXT: comments, strings, documents, help texts, defconfigs, scripts.
    """

    DECIDES = "decides"
    VALUE = "value"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """One use and its weight."""

    use: Use
    weight: Weight


@dataclass(frozen=True, slots=True)
class Undefined:
    """A symbol (without CONFIG_) that no Kconfig file defines, with its places in order of path and line.

    `own` is the first `path:line` at which the tree defines the name without Kconfig (`#define CONFIG_X`,
    `-DCONFIG_X`, `CONFIG_X :=`), "" where it does not. `near` is the defined symbol whose name is most alike,
    "" where none is close. `renames` are the known ones of which it is the old name.
    """

    name: str
    places: tuple[Place, ...]
    own: str = ""
    near: str = ""
    renames: tuple[Rename, ...] = ()

    @property
    def severity(self) -> Severity:
        """ERROR for a select, a Makefile or code, WARNING for other Kconfig expressions, else NOTE."""
        deciding = [place.use for place in self.places if place.weight is Weight.DECIDES]
        if not deciding or self.own:
            return Severity.NOTE
        only_asked = all(use.kind is UseKind.KCONFIG and use.verb not in _SELECTS for use in deciding)
        return Severity.WARNING if only_asked else Severity.ERROR


@dataclass(frozen=True, slots=True)
class Defined:
    """A symbol that was asked for and is defined: `places` are `path:line` of its entries, in order."""

    name: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LintReport:
    """Undefined symbols sorted by name; with symbols asked for, only these, and `defined` the others of them.

    `checked`, `undecided` and `left_out` are sentences for the last lines: what was searched, what could not
    be, and what is no part of the question.
    """

    base: Base
    symbols: tuple[Undefined, ...]
    checked: tuple[str, ...]
    undecided: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    defined: tuple[Defined, ...] = ()
    asked: tuple[str, ...] = ()

    def worst(self) -> Severity | None:
        """The gravest severity; None where nothing is undefined."""
        found = [symbol.severity for symbol in self.symbols]
        return min(found, key=lambda severity: severity.rank, default=None)
