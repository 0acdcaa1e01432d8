"""What the C does not say about an architecture: its walkers, its instructions, its run-time data.

One file an architecture, architectures/NAME.toml, named as the folder under arch/; README.txt there has the
columns. Every cell that states a fact is [value, source].
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TypeAlias, cast

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Location
from patchtool.gather.machine.program import Reach, Scope

Toml: TypeAlias = "str | int | float | bool | list[Toml] | dict[str, Toml]"
Unhooks = tuple[tuple[str, Location | None], ...]

WALKERS = ("page-table", "hashed", "refill", "none", "unknown")
LEVELS = ("pte", "pmd", "pud", "p4d")
_SHARED = {
    "symbols", "predefined", "harmless_asm", "scopes", "constants", "predicates", "environment", "zap",
    "invalidations", "folders", "paravirt", "needs", "frees", "same", "hugetlb",
}  # fmt: skip
_OWN = _SHARED | {"name", "smp", "mmu", "optional", "hardware", "software", "waive_order", "levels"}
_ROW = {
    "name", "reach", "scope", "scope_argument", "scope_word", "address", "address_shift", "range", "span_of",
    "sized", "tables", "runs", "unless", "source",
}  # fmt: skip


class BadRow(PatchtoolError):
    """A row of the tables that does not hold what it must."""


@dataclass(frozen=True, slots=True)
class Invalidation:
    """A function that invalidates: its fixed `scope`, or the argument that says it and how it is encoded.

    The argument is a number (`scope_argument`) or a bare word (`scope_word`); `scopes` maps it. `address` is
    the argument with the one address it is about, stored shifted right by `address_shift` under other bits;
    `span` are the arguments with start and end, `span_of` one that points to a struct with members `start`
    and `end`; all None: the whole context. Where `sized`, the end is given as a size. `tables` is `address`
    where walk-cache entries are dropped for these addresses only, `unbounded` where they are dropped only if
    all addresses are meant, else `context`: always. `runs` is a function of the tree whose body is run
    instead, all of it reaching as `reach` says. Where the tree has a function called `unless`, the row does
    not apply.
    """

    name: str
    reach: Reach
    scope: Scope | None = None
    scope_argument: int | None = None
    scopes: tuple[tuple[str, Scope], ...] = ()
    address: int | None = None
    scope_word: int | None = None
    address_shift: int = 0
    span: tuple[int, int] | None = None
    span_of: int | None = None
    tables: str = "context"
    runs: str = ""
    sized: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One machine to examine: `name` as reports call it (`radix SMP`).

    `hardware` is `page-table` (walks Linux page tables, with a walk cache), `hashed` (loads translations
    that the kernel put elsewhere), `refill` (the kernel's miss handler fills the TLB, or hardware that
    caches nothing on the way), `none` or `unknown` (whatever may be is explored; what only such a walker
    violates is UNDECIDED); `software` says whether kernel code of the architecture's own walks with
    interrupts off (fast GUP is found in the tree). `waive_order` is the reason why `order` may fail here, ""
    where it may not. `environment` are C statements that set run-time data before a run, `zap` those that a
    PTE's clearing stands for. A tree that does not define one of the Kconfig symbols `needs` has no such
    configuration. `levels` are the levels that exist at run time, None for all that are compiled in.
    `paravirt` are the files that fill pv_ops, in the order in which they do; `folders` hold more C of the
    architecture, and headers; `frees` are functions that free their first argument, `same` those that give
    it back as it is; `hugetlb` are the sizes of hugetlb pages. Where `mmu` is False there is no gather at
    all; an `optional` one is passed over where a tree's Kconfig rules it out.
    """

    arch: str
    name: str
    smp: bool
    symbols: tuple[tuple[str, str], ...]
    predefined: tuple[str, ...]
    hardware: str
    software: bool
    waive_order: str
    predicates: tuple[tuple[str, int], ...]
    invalidations: tuple[Invalidation, ...]
    environment: tuple[str, ...]
    zap: tuple[str, ...]
    constants: tuple[tuple[str, int], ...]
    harmless_asm: frozenset[str]
    needs: tuple[str, ...] = ()
    unhooked: Unhooks = ()
    levels: tuple[str, ...] | None = None
    paravirt: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    frees: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    hugetlb: tuple[str, ...] = ("pmd", "pud")
    mmu: bool = True
    optional: bool = False

    def unhooks(self, number: int) -> tuple[str, Location | None]:
        """The function and place where mm/ clears the entry of object `number`; ("", None) if unknown."""
        return self.unhooked[number] if number < len(self.unhooked) else ("", None)

    def located(self, unhooked: Unhooks) -> Configuration:
        """The same, with the places where this tree clears entries."""
        return replace(self, unhooked=unhooked)


def _known(row: Mapping[str, Toml], allowed: set[str]) -> None:
    for key in row:
        if key not in allowed:
            raise ValueError(f"unknown key `{key}`")


def _table(value: Toml | None) -> dict[str, Toml]:
    return value if isinstance(value, dict) else {}


def _rows(value: Toml | None) -> list[Toml]:
    return value if isinstance(value, list) else []


def _strings(value: Toml | None) -> tuple[str, ...]:
    return tuple(str(v) for v in _rows(value))


# A cell is [value, source]; the source is for people, and has to be there.
def _cell(value: Toml, name: str) -> Toml:
    match value:
        case [given, str(source)] if len(source.strip()) > 3:
            return given
    raise ValueError(f"`{name}` has to be [value, source]")


def _cells(row: Mapping[str, Toml], given: Mapping[str, Toml], name: str) -> dict[str, Toml]:
    both = _table(row.get(name)) | _table(given.get(name))
    return {key: _cell(value, f"{name}.{key}") for key, value in both.items()}


def _statements(row: Mapping[str, Toml], given: Mapping[str, Toml], name: str) -> tuple[str, ...]:
    return tuple(str(_cell(value, name)) for value in (*_rows(row.get(name)), *_rows(given.get(name))))


# A cell with a list of words in it.
def _words(row: Mapping[str, Toml], given: Mapping[str, Toml], name: str) -> tuple[str, ...]:
    return tuple(w for part in (row, given) if name in part for w in _strings(_cell(part[name], name)))


def _number(row: dict[str, Toml], name: str) -> int | None:
    value = row.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ValueError(f"`{name}` is no number")
    return value


def _invalidation(row: dict[str, Toml], scopes: tuple[tuple[str, Scope], ...]) -> Invalidation:
    _known(row, _ROW)
    name, source, scope = str(row["name"]), row.get("source"), row.get("scope")
    if not isinstance(source, str) or len(source) < 4:
        raise ValueError(f"invalidation `{name}` has no source")
    span = [int(str(v)) for v in _rows(row.get("range"))]
    ways = [key for key in ("scope", "scope_argument", "scope_word", "runs") if key in row]
    if len(ways) != 1:
        raise ValueError(f"invalidation `{name}` needs one of scope, scope_argument, scope_word, runs")
    return Invalidation(
        name,
        Reach(str(row["reach"])),
        Scope(str(scope)) if scope is not None else None,
        _number(row, "scope_argument"),
        scopes,
        _number(row, "address"),
        scope_word=_number(row, "scope_word"),
        address_shift=_number(row, "address_shift") or 0,
        span=(span[0], span[1]) if span else None,
        span_of=_number(row, "span_of"),
        tables=str(row.get("tables", "context")),
        runs=str(row.get("runs", "")),
        unless=str(row.get("unless", "")),
        sized=bool(row.get("sized", False)),
    )


def _hardware(given: dict[str, Toml]) -> str:
    found = str(_cell(given["hardware"], "hardware"))
    if found not in WALKERS:
        raise ValueError(f"hardware `{found}` is none of {', '.join(WALKERS)}")
    return found


def _configuration(arch: str, row: dict[str, Toml], given: dict[str, Toml]) -> Configuration:
    _known(given, _OWN)
    pairs = (_table(row.get("scopes")) | _table(given.get("scopes"))).items()
    scopes = tuple((key, Scope(str(v))) for key, v in pairs)
    # A configuration's own row for a function wins over the architecture's.
    rows = (*_rows(row.get("invalidations")), *_rows(given.get("invalidations")))
    symbols = _table(row.get("symbols")) | _table(given.get("symbols"))
    mmu = given.get("mmu") is not False
    levels = _cell(given["levels"], "levels") if "levels" in given else None
    return Configuration(
        arch=arch,
        name=str(given["name"]),
        smp=bool(given["smp"]),
        symbols=tuple((key, str(value)) for key, value in symbols.items()),
        predefined=(*_strings(row.get("predefined")), *_strings(given.get("predefined"))),
        hardware=_hardware(given) if mmu else "none",
        software=bool(_cell(given["software"], "software")) if mmu else False,
        waive_order=str(_cell(given["waive_order"], "waive_order")) if "waive_order" in given else "",
        predicates=tuple((name, int(bool(v))) for name, v in _cells(row, given, "predicates").items()),
        invalidations=tuple(_invalidation(_table(r), scopes) for r in rows),
        environment=_statements(row, given, "environment"),
        zap=_statements(row, given, "zap"),
        constants=tuple((k, int(str(v))) for k, v in _cells(row, given, "constants").items()),
        harmless_asm=frozenset(_words(row, given, "harmless_asm")),
        needs=(*_strings(row.get("needs")), *_strings(given.get("needs"))),
        levels=_strings(levels) if levels is not None else None,
        paravirt=_words(row, given, "paravirt"),
        folders=(*_strings(row.get("folders")), *_strings(given.get("folders"))),
        frees=_words(row, given, "frees"),
        same=_words(row, given, "same"),
        hugetlb=_words(row, given, "hugetlb") or ("pmd", "pud"),
        mmu=mmu,
        optional=given.get("optional") is True or not mmu,
    )


def read_architecture(arch: str, text: str) -> tuple[Configuration, ...]:
    """The machines that the text of one architecture's table describes.

    Raises:
        BadRow: the text is no TOML, has a key that no column has, or a cell without its source.
    """
    place = f"architectures/{arch}.toml"
    try:
        row = cast("dict[str, Toml]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadRow(str(error), at=place) from error
    name = "the architecture"
    try:
        _known(row, _SHARED | {"configuration"})
        found: list[Configuration] = []
        for given in _rows(row["configuration"]):
            name = f"configuration `{_table(given).get('name', '')}`"
            found.append(_configuration(arch, row, _table(given)))
    except (KeyError, ValueError) as error:
        raise BadRow(f"{name}: {error}", at=place, hint="see architectures/README.txt") from error
    return tuple(found)


@cache
def known_architectures() -> tuple[str, ...]:
    """The architectures with a table, sorted; named as their folders under arch/."""
    folder = resources.files("patchtool.gather").joinpath("architectures")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def configurations(arch: str) -> tuple[Configuration, ...]:
    """The machines to examine for an arch folder; empty where there is no table for it yet.

    Raises:
        BadRow: see `read_architecture`.
    """
    if arch not in known_architectures():
        return ()
    place = resources.files("patchtool.gather").joinpath("architectures", f"{arch}.toml")
    return read_architecture(arch, place.read_text("utf-8"))
