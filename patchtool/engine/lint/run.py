"""`patchtool lint` without its printing: the symbols that a whole tree uses and no Kconfig file defines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from patchtool.core.cache import JsonCache
from patchtool.core.errors import PatchtoolError
from patchtool.core.lint import Defined, LintReport, Undefined
from patchtool.core.rename import Rename
from patchtool.core.report import Base
from patchtool.engine.lint.survey import Survey, from_json, to_json
from patchtool.engine.lint.undefined import NOT_SEARCHED, kconfig_files, survey
from patchtool.engine.states import Progress, silent
from patchtool.kconfig.text import definitions
from patchtool.tree.snapshot import Snapshot

# Kept answers of another form, or found by other rules, are not read.
_FORM = "1"


@dataclass(frozen=True, slots=True)
class LintOptions:
    """`symbols` are those asked for (with or without CONFIG_), () for all; `cache` None for none."""

    symbols: tuple[str, ...] = ()
    renames: tuple[Rename, ...] = ()
    cache: Path | None = None
    progress: Progress = silent


class NoSuchSymbol(PatchtoolError):
    """A symbol that was asked for is neither defined nor used."""


def lint(tree: Snapshot, base: Base, options: LintOptions) -> LintReport:
    """Every undefined symbol of a tree with all its places, or only those asked for.

    A kernel takes some 5 s, and 10 ms when its answer is kept.

    Raises:
        NoSuchSymbol: one asked for stands nowhere.
        MissingBlob: a Kconfig file's content is absent.
        GitError: git can't read the repository.
    """
    found = _survey(tree, options)
    asked = tuple(dict.fromkeys(name.removeprefix("CONFIG_") for name in options.symbols))
    chosen = [name for name in found.places if not asked or name in asked]
    defined = tuple(_defined(tree, name) for name in asked if name not in found.places)
    return LintReport(
        base=base,
        symbols=tuple(_undefined(found, name, options.renames) for name in chosen),
        checked=_checked(found),
        undecided=_undecided(found),
        left_out=(NOT_SEARCHED,),
        defined=defined,
        asked=asked,
    )


def _survey(tree: Snapshot, options: LintOptions) -> Survey:
    cache = JsonCache(options.cache, "lint")
    key = (_FORM, tree.scratch.out("rev-parse", f"{tree.oid}^{{tree}}").decode().strip())
    kept = from_json(cache.get(*key))
    # What was absent then may have been fetched since.
    if kept and not tree.read_all(kept.absent)[0]:
        return kept
    found = survey(tree, options.progress)
    cache.put(to_json(found), *key)
    return found


def _undefined(found: Survey, name: str, renames: Iterable[Rename]) -> Undefined:
    return Undefined(
        name=name,
        places=found.places[name],
        own=found.own.get(name, ""),
        near=found.near.get(name, ""),
        renames=tuple(rename for rename in renames if rename.old == name),
    )


def _defined(tree: Snapshot, name: str) -> Defined:
    files, _ = tree.read_all(kconfig_files(tree))
    places = [
        f"{path}:{line}"
        for path, data in files.items()
        if name.encode() in data
        for entry, line in definitions(data)
        if entry == name
    ]
    if not places:
        hint = "names are matched whole, capitals and small letters being different"
        raise NoSuchSymbol(f"no such symbol: {name} is neither defined nor used", at=tree.name, hint=hint)
    return Defined(name, tuple(places))


def _checked(found: Survey) -> tuple[str, ...]:
    counts = found.counts
    return (
        f"{counts.files} Kconfig files, which define {counts.defined} symbols",
        f"{counts.names} names that stand behind CONFIG_ somewhere",
    )


def _undecided(found: Survey) -> tuple[str, ...]:
    absent = [f"{path}: its content is absent from the object store" for path in found.absent]
    pasted = found.counts.pasted
    some = "1 name that is" if pasted == 1 else f"{pasted} names that are"
    made = [f"{some} put together, as CONFIG_FOO_##x"] if pasted else []
    return (*absent, *made)
