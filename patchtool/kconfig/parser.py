"""The one door to kconfiglib: a kernel's Kconfig files, parsed without running or reading anything else.

kconfiglib is used as a private copy with other hands (`kconfig.tamed`) and the tree's own way of computing
values (`kconfig.semantics`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Any

import kconfiglib

from patchtool.core.errors import PatchtoolError
from patchtool.core.tree import TreeReader
from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.entries import Declared, declared
from patchtool.kconfig.environment import environment as make_environment
from patchtool.kconfig.semantics import Semantics, semantics
from patchtool.kconfig.tamed import Os, blank, private_copy
from patchtool.kconfig.values import Base, Setting, Values

_PLACE = re.compile(r"\s*([^\s:]+:\d+): (?:error: )?(.*)", re.S)
_END_OF = re.compile(r"at end of '([^']+)'")
_LOOP_ITEM = re.compile(r"^(?:\.\.\.depends on (?:the choice symbol )?)?(\S+ \(defined at [^)]*\))", re.M)
_LOCK = threading.RLock()
_lib: Any = private_copy(kconfiglib.__spec__)


class KconfigError(PatchtoolError):
    """A Kconfig file that does not parse, or symbols that depend on each other in a circle."""


def parse(reader: TreeReader, arch: str, environment: Mapping[str, str] | None = None) -> Parsed:
    """Read all Kconfig files of an architecture, from the tree's top `Kconfig` on.

    `environment` adds to, or overrides, what the tree's Makefiles export (ARCH, SRCARCH, HEADER_ARCH ...);
    the process environment is neither read nor changed. Nothing is executed: see `Parsed.notes`. Values are
    computed as the tree's own scripts/kconfig does: see `kconfig.semantics.Semantics`.

    Raises:
        KconfigError: with `file:line` of a syntax error; also for circular dependencies.
        UnknownArch: the tree has no such architecture.
        MissingBlob: a Kconfig file's content is absent.

    Cost: 1-2 s for a whole kernel (some 1300 files, 15,000 symbols); one parse at a time in a process.
    """
    variables = make_environment(reader, arch, environment)
    return parse_sources(Sources(reader), semantics(reader), arch, variables)


def parse_all(reader: TreeReader, archs: Iterable[str]) -> Iterator[tuple[str, Parsed | KconfigError]]:
    """Each architecture, in order, with its parse or with the error of the files it reads.

    One that does not parse hides no other. Each is parsed when asked for and can be dropped before the next
    (a parse of a whole kernel holds some 50 MB); a file is read once for all.

    Raises:
        UnknownArch: the tree has no such architecture.
        MissingBlob: a Kconfig file's content is absent.
    """
    sources, rules = Sources(reader), semantics(reader)
    for arch in archs:
        variables = make_environment(reader, arch)
        try:
            yield arch, parse_sources(sources, rules, arch, variables)
        except KconfigError as error:
            yield arch, error


def parse_sources(sources: Sources, rules: Semantics, arch: str, variables: Mapping[str, str]) -> Parsed:
    """Like `parse`, where the caller knows the files, the rules and the variables already."""
    if not sources.has("Kconfig"):
        raise KconfigError("no such file", at=f"{sources.name}:Kconfig", hint="name a kernel tree")
    with _LOCK:
        _lib.os = Os(variables)
        _lib.iglob = sources.matching
        kconf = blank(_lib, sources, rules)
        try:
            kconf.__init__("Kconfig", warn=True, warn_to_stderr=False)
        except _lib.KconfigError as error:
            raise _as_ours(str(error)) from error
        except RecursionError as error:
            raise KconfigError("an expression or a chain of sources is nested too deeply") from error
        except AttributeError as error:
            # kconfiglib looks for no property that its kind of entry cannot have (`help` of a menu).
            place = f"{kconf.filename}:{kconf.linenr}"
            raise KconfigError("an attribute stands where it has no meaning", at=place) from error
        finally:
            _lib.os = Os({})
            _lib.iglob = None
    _mark_transitional(kconf, sources.transitional)
    return Parsed(kconf, sources.name, arch)


# What scripts/kconfig/parser.y allows beside `transitional` is a type and a help text; it stops at all else.
def _mark_transitional(kconf: Any, entries: Container[tuple[str, int]]) -> None:
    for symbol in kconf.unique_defined_syms:
        marked = [node for node in symbol.nodes if (node.filename, node.linenr) in entries]
        symbol.transitional = bool(marked)
        for node in symbol.nodes if marked else ():
            more = node.prompt or node.defaults or node.selects or node.implies or node.ranges
            if more or node.dep is not kconf.y:
                place = f"{node.filename}:{node.linenr}"
                raise KconfigError("a transitional symbol can only have a type and a help text", at=place)


# kconfiglib's messages are of several lines and put the place, if any, first.
def _as_ours(message: str) -> KconfigError:
    text = message.strip()
    if text.startswith("Dependency loop"):
        circle = " -> ".join(_LOOP_ITEM.findall(text))
        return KconfigError(f"circular dependency: {circle}")
    match = _PLACE.match(text)
    if match is None:
        ended = _END_OF.search(text)
        return KconfigError(
            text.splitlines()[0].removeprefix("error: "), at=ended.group(1) if ended else None
        )
    return KconfigError(match.group(2).strip().splitlines()[0], at=match.group(1))


class Parsed:
    """One architecture's Kconfig files, parsed; safe to use from several threads."""

    def __init__(self, kconf: Any, name: str, arch: str) -> None:
        self._kconf = kconf
        self._lock = threading.RLock()
        self._applied = Setting()
        self.name = name
        self.arch = arch
        self.files: tuple[str, ...] = tuple(dict.fromkeys(kconf.kconfig_filenames))
        """Paths read, in order of first reading."""
        self.warnings: tuple[str, ...] = tuple(" ".join(w.split()) for w in kconf.warnings)
        """What kconfiglib warned of, one line each."""
        self.notes: tuple[str, ...] = tuple(kconf.patchtool_notes)
        """What was not run or not understood and what was taken instead, `path:line: ...`."""

    def defined(self, symbol: str) -> bool:
        """Whether the files read have a `config` or `menuconfig` entry for the symbol."""
        known = self._kconf.syms.get(symbol)
        return known is not None and bool(known.nodes)

    def symbols(self) -> frozenset[str]:
        """Every symbol with an entry in the files read."""
        return frozenset(symbol.name for symbol in self._kconf.unique_defined_syms)

    def declared(self, symbols: Collection[str]) -> tuple[Declared, ...]:
        """Entries that define, select or imply one of the symbols, in order of reading."""
        with self._lock:
            return tuple(declared(_lib, self._kconf, symbols))

    def with_values(self, assignments: Mapping[str, str], base: Base = Base.DEFAULT) -> Values:
        """Another configuration of the same parse; the values of earlier ones stay what they are."""
        return Values(self, Setting(tuple(assignments.items()), base))

    def compute(self, setting: Setting, symbol: str) -> str:
        """One symbol's value under a setting; `Values.value` is the way to ask."""
        with self._lock:
            self._apply(setting)
            return str(self._kconf.syms[symbol].str_value) if self.defined(symbol) else "n"

    def written(self, setting: Setting) -> dict[str, str]:
        """What .config would hold; `Values.written` is the way to ask."""
        with self._lock:
            self._apply(setting)
            values = ((symbol, str(symbol.str_value)) for symbol in self._kconf.unique_defined_syms)
            return {
                symbol.name: value
                for symbol, value in values
                if symbol._write_to_conf and not symbol.transitional
            }

    def refusals(self, setting: Setting) -> tuple[str, ...]:
        """One sentence for each assignment that did not take, in the order given."""
        with self._lock:
            self._apply(setting)
            return tuple(
                f"{symbol}={wanted}: {why}"
                for symbol, wanted in setting.assignments
                if (why := self._refusal(symbol, wanted))
            )

    def _apply(self, setting: Setting) -> None:
        if setting == self._applied:
            return
        kconf = self._kconf
        kconf.warn = False
        kconf.unset_values()
        kconf.patchtool_assigned = tuple(name for name, _ in setting.assignments)
        if setting.base is not Base.DEFAULT:
            _answer_all(kconf, setting.base)
        for name, value in setting.assignments:
            if self.defined(name):
                _assign(kconf.syms[name], value)
        self._applied = setting

    def _refusal(self, name: str, wanted: str) -> str:
        if not self.defined(name):
            return "" if wanted == "n" else "no such symbol in this architecture"
        symbol = self._kconf.syms[name]
        got = symbol.str_value
        if got == wanted:
            return ""
        return f"it is {got or 'empty'}, {self._reason(symbol, wanted)}"

    def _reason(self, symbol: Any, wanted: str) -> str:
        if _lib.expr_value(symbol.rev_dep) and wanted in ("n", "m"):
            return f"selected by {', '.join(_selectors(symbol))}"
        if not _prompts(symbol) and not symbol.transitional:
            return "it has no prompt, so it cannot be set"
        if symbol.user_value is None:
            return f"the value is not valid for type {_lib.TYPE_TO_STR[symbol.orig_type]}"
        if not symbol.visibility:
            return f"its prompt is not visible: depends on {_lib.expr_str(_conditions(symbol))}"
        if symbol.choice:
            return "another member of its choice is chosen"
        return "its dependencies or its range allow no other"


# What `make allnoconfig` and `make allyesconfig` answer when asked for the symbols that no one assigned.
# Members of a choice are left to it: one of them is y, and in a choice of modules all may be m.
def _answer_all(kconf: Any, base: Base) -> None:
    yes = base is Base.ALLYESCONFIG
    assigned = frozenset(kconf.patchtool_assigned)
    for symbol in kconf.unique_defined_syms:
        asked = symbol.orig_type in (_lib.BOOL, _lib.TRISTATE) and not symbol.transitional
        if not asked or symbol.name in assigned:
            continue
        if not symbol.choice:
            symbol.set_value(2 if yes or symbol.is_allnoconfig_y else 0)
        elif yes:
            symbol.set_value(1)
    for choice in kconf.unique_choices if yes else ():
        choice.set_value(2)


# A member that is set raises the mode of its choice, as a line of .config does.
def _assign(symbol: Any, value: str) -> None:
    symbol.set_value(value)
    if symbol.choice and value in ("y", "m"):
        mode = symbol.choice.user_value or 0
        symbol.choice.set_value(max(mode, _lib.STR_TO_TRI[value]))


# Names of the symbols whose `select` of this one is in force; for one that no one can set, who selects it.
def _selectors(symbol: Any, depth: int = 3) -> list[str]:
    terms = _lib.split_expr(symbol.rev_dep, _lib.OR)
    names = []
    for term in terms:
        if _lib.expr_value(term):
            who = _lib.split_expr(term, _lib.AND)[0]
            above = _selectors(who, depth - 1) if depth and not _prompts(who) else []
            names.append(f"{who.name} (selected by {', '.join(above)})" if above else str(who.name))
    return names


def _prompts(item: Any) -> list[Any]:
    return [node.prompt[1] for node in item.nodes if node.prompt]


# The conditions of all prompts, either of which would do; a choice's member is seen where the choice is.
def _conditions(symbol: Any) -> Any:
    item = symbol.choice or symbol
    whole, *others = _prompts(item)
    for other in others:
        whole = (_lib.OR, whole, other)
    return whole
