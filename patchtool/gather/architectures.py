"""What the C does not say about an architecture: its walkers, its instructions, its run-time data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TypeAlias, cast

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Location
from patchtool.gather.program import Reach, Scope

Toml: TypeAlias = "str | int | float | bool | list[Toml] | dict[str, Toml]"
Unhooks = tuple[tuple[str, Location | None], ...]


@dataclass(frozen=True, slots=True)
class Invalidation:
    """A function that invalidates: its fixed `scope`, or the argument that says it and how it is encoded.

    `address` is the argument with the one address a leaf invalidation is about; None: the whole context.
    """

    name: str
    reach: Reach
    scope: Scope | None = None
    scope_argument: int | None = None
    scopes: tuple[tuple[str, Scope], ...] = ()
    address: int | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """One machine to examine: `name` as reports call it (`radix SMP`).

    `hardware` is `page-table` (walks Linux page tables, with a walk cache), `hashed` (loads translations
    that the kernel put elsewhere) or `none`; `software` says whether fast GUP and its like walk.
    `waive_order` is the reason why `order` may fail here, "" where it may not. `environment` are C
    statements that set run-time data before a run, `zap` those that a PTE's clearing stands for. A tree
    that does not define one of the Kconfig symbols `needs` has no such configuration.
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

    def unhooks(self, number: int) -> tuple[str, Location | None]:
        """The function and place where mm/ clears the entry of object `number`; ("", None) if unknown."""
        return self.unhooked[number] if number < len(self.unhooked) else ("", None)

    def located(self, unhooked: Unhooks) -> Configuration:
        """The same, with the places where this tree clears entries."""
        return replace(self, unhooked=unhooked)


def _table(value: Toml | None) -> dict[str, Toml]:
    return value if isinstance(value, dict) else {}


def _strings(value: Toml | None) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()


# A cell is [value, source]; the source is for people.
def _cell(row: Mapping[str, Toml], name: str) -> Toml:
    value = row[name]
    return value[0] if isinstance(value, list) else value


def _statements(row: Mapping[str, Toml], name: str) -> tuple[str, ...]:
    rows = row.get(name)
    return tuple(str(cast("list[Toml]", r)[0]) for r in rows) if isinstance(rows, list) else ()


def _invalidation(row: dict[str, Toml], scopes: tuple[tuple[str, Scope], ...]) -> Invalidation:
    scope, argument, address = row.get("scope"), row.get("scope_argument"), row.get("address")
    return Invalidation(
        str(row["name"]),
        Reach(str(row["reach"])),
        Scope(str(scope)) if scope is not None else None,
        argument if isinstance(argument, int) else None,
        scopes,
        address if isinstance(address, int) else None,
    )


def _configuration(arch: str, row: dict[str, Toml], given: dict[str, Toml]) -> Configuration:
    scopes = tuple((key, Scope(str(v))) for key, v in _table(row.get("scopes")).items())
    rows = given.get("invalidations")
    predicates = _table(row.get("predicates")) | _table(given.get("predicates"))
    symbols = _table(row.get("symbols")) | _table(given.get("symbols"))
    return Configuration(
        arch=arch,
        name=str(given["name"]),
        smp=bool(given["smp"]),
        symbols=tuple((key, str(value)) for key, value in symbols.items()),
        predefined=_strings(row.get("predefined")),
        hardware=str(_cell(given, "hardware")),
        software=bool(_cell(given, "software")),
        waive_order=str(_cell(given, "waive_order")) if "waive_order" in given else "",
        predicates=tuple((name, int(bool(_cell(predicates, name)))) for name in predicates),
        invalidations=tuple(_invalidation(_table(r), scopes) for r in rows) if isinstance(rows, list) else (),
        environment=_statements(row, "environment") + _statements(given, "environment"),
        zap=_statements(given, "zap"),
        constants=tuple((k, int(str(_cell(_table(row["constants"]), k)))) for k in _table(row["constants"])),
        harmless_asm=frozenset(_strings(row.get("harmless_asm"))),
        needs=_strings(given.get("needs")),
    )


@cache
def _rows() -> dict[str, Toml]:
    text = resources.files("patchtool.gather").joinpath("architectures.toml").read_text("utf-8")
    return cast("dict[str, Toml]", tomllib.loads(text))


def known_architectures() -> tuple[str, ...]:
    """The architectures with a row in the table, sorted; named as their folders under arch/."""
    return tuple(sorted(_rows()))


@cache
def configurations(arch: str) -> tuple[Configuration, ...]:
    """The machines to examine for an arch folder; empty where the table has no row for it yet.

    Raises:
        PatchtoolError: the table, which ships with patchtool, does not hold what it must.
    """
    row = _table(_rows().get(arch))
    kinds = row.get("configuration")
    if not isinstance(kinds, list):
        return ()
    shared = row.get("invalidations")
    try:
        given = [{"invalidations": shared or []} | _table(kind) for kind in kinds]
        return tuple(_configuration(arch, row, kind) for kind in given)
    except (KeyError, ValueError) as error:
        raise PatchtoolError(f"{arch}: cannot read {error}", at="architectures.toml") from error
