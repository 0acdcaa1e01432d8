"""The one door to kconfiglib: a kernel's Kconfig files, parsed without running or reading anything else.

kconfiglib runs `$(shell,...)`, imports a module that the environment names, and reads os.environ and the file
system. Here it works on a private copy of its module whose `os`, `importlib`, file access and process
functions are replaced; the kconfiglib that others may import is left as it is.
"""

from __future__ import annotations

import importlib.util
import io
import re
import threading
from collections.abc import Mapping
from typing import Any

import kconfiglib

from patchtool.core.errors import PatchtoolError
from patchtool.core.tree import TreeReader
from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.environment import environment as make_environment
from patchtool.kconfig.values import Values

_PLACE = re.compile(r"\s*([^\s:]+:\d+): (?:error: )?(.*)", re.S)
_END_OF = re.compile(r"at end of '([^']+)'")
_LOOP_ITEM = re.compile(r"^(?:\.\.\.depends on (?:the choice symbol )?)?(\S+ \(defined at [^)]*\))", re.M)
# Macros of scripts/Kconfig.include that ask the build machine, and the index of their answer for "no".
_PROBES = {"success": None, "failure": None, "if-success": 3}
_LOCK = threading.RLock()


class KconfigError(PatchtoolError):
    """A Kconfig file that does not parse, or symbols that depend on each other in a circle."""


# What kconfiglib sees of the `os` module.
class _Os:
    sep = "/"

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def getenv(self, name: str, default: str | None = None) -> str | None:
        return self.environ.get(name, default)


class _NoImports:
    @staticmethod
    def import_module(name: str) -> Any:
        raise ImportError(name)


# A copy of the kconfiglib module of our own, so that nothing of the process-wide one is ever replaced.
def _private_copy() -> Any:
    spec = kconfiglib.__spec__
    copy: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    copy.importlib = _NoImports
    copy.os = _Os({})
    copy.expandvars = str
    copy.realpath = _no_real_path
    copy._UNAME_RELEASE = ""
    for name in ("_shell_fn", "_info_fn"):
        setattr(copy, name, _silent)
    return copy


def _no_real_path(path: str) -> str:
    return ""


def _silent(kconf: Any, name: str, text: str) -> str:
    _note(kconf, f"$({name},...) is not run: taken as empty")
    return ""


def _note(kconf: Any, text: str) -> None:
    kconf.patchtool_notes[f"{kconf.filename}:{kconf.linenr}: {text}"] = None


_lib: Any = _private_copy()


# A call of a macro: probes of the build machine are answered with a fixed "no" and noted.
def _fn_val(kconf: Any, args: list[str]) -> str:
    name = args[0]
    if name in _PROBES and name in kconf.variables:
        index = _PROBES[name]
        answer = "n" if index is None else (args[index] if len(args) > index else "")
        _note(kconf, f"$({name},...) is not run: taken as {answer or 'empty'}")
        return answer
    # A variable whose own definition names it (`a := $(a)`) has no value yet.
    if name in kconf.variables and not hasattr(kconf.variables[name], "value"):
        return ""
    return str(_lib.Kconfig._fn_val(kconf, args))


# A macro that expands to nothing where a value has to stand would be a syntax error: 0 is "n" as well.
def _expand_name(kconf: Any, text: str, at: int) -> tuple[str, str, int]:
    expanded, end = kconf._expand_name_iter(text, at)
    if not expanded[at:end].strip():
        expanded, end = f"{expanded[:at]}0{expanded[end:]}", at + 1
    name = expanded[at:end]
    while end < len(expanded) and expanded[end].isspace():
        end += 1
    return name, expanded, end


# `depends on A if B` means A || (B = n), as in scripts/kconfig/menu.c; kconfiglib knows only A.
def _expect_expr_and_eol(kconf: Any) -> Any:
    expr = kconf._parse_expr(True)
    if kconf._tokens[0] is _lib._T_DEPENDS and kconf._check_token(_lib._T_IF):
        expr = kconf._make_or(expr, _is(kconf, kconf._parse_expr(True), kconf.n))
    if kconf._tokens[kconf._tokens_i] is not None:
        kconf._trailing_tokens_error()
    return expr


# `expr = n` or `expr = y` for a whole expression, pushed down to its symbols.
def _is(kconf: Any, expr: Any, value: Any) -> Any:
    if not isinstance(expr, tuple):
        return (_lib.EQUAL, expr, value)
    if expr[0] in (_lib.AND, _lib.OR):
        both = (expr[0] is _lib.AND) == (value is kconf.y)
        make = kconf._make_and if both else kconf._make_or
        return make(_is(kconf, expr[1], value), _is(kconf, expr[2], value))
    if expr[0] is _lib.NOT:
        return _is(kconf, expr[1], kconf.n if value is kconf.y else kconf.y)
    return expr if value is kconf.y else (_lib.NOT, expr)


def _open(kconf: Any, path: str, mode: str) -> io.StringIO:
    return io.StringIO(kconf.patchtool_sources.text(path))


_Tamed: Any = type(
    "_Tamed",
    (_lib.Kconfig,),
    {
        "_fn_val": _fn_val,
        "_expand_name": _expand_name,
        "_expect_expr_and_eol": _expect_expr_and_eol,
        "_open": _open,
    },
)


def parse(reader: TreeReader, arch: str, environment: Mapping[str, str] | None = None) -> Parsed:
    """Read all Kconfig files of an architecture, from the tree's top `Kconfig` on.

    `environment` adds to, or overrides, what the tree's Makefiles export (ARCH, SRCARCH, HEADER_ARCH ...);
    the process environment is neither read nor changed. Nothing is executed: see `Parsed.notes`.

    Raises:
        KconfigError: with `file:line` of a syntax error; also for circular dependencies.
        UnknownArch: the tree has no such architecture.
        MissingBlob: a Kconfig file's content is absent.

    Cost: 1-2 s for a whole kernel (some 1300 files, 15,000 symbols); one parse at a time in a process.
    """
    variables = make_environment(reader, arch, environment)
    sources = Sources(reader)
    if not sources.has("Kconfig"):
        raise KconfigError("no such file", at=f"{reader.name}:Kconfig", hint="name a kernel tree")
    with _LOCK:
        _lib.os = _Os(variables)
        _lib.iglob = sources.matching
        kconf = _blank(sources)
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
            _lib.os = _Os({})
            _lib.iglob = None
    return Parsed(kconf, reader.name, arch, sources.notes)


# An object before its construction, so that it knows its files when kconfiglib asks for the first.
def _blank(sources: Sources) -> Any:
    kconf = _Tamed.__new__(_Tamed)
    kconf.patchtool_notes = {}
    kconf.patchtool_sources = sources
    return kconf


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

    def __init__(self, kconf: Any, name: str, arch: str, notes: tuple[str, ...]) -> None:
        self._kconf = kconf
        self._lock = threading.RLock()
        self._applied: dict[str, str] = {}
        self.name = name
        self.arch = arch
        self.files: tuple[str, ...] = tuple(dict.fromkeys(kconf.kconfig_filenames))
        """Paths read, in order of first reading."""
        self.warnings: tuple[str, ...] = tuple(" ".join(w.split()) for w in kconf.warnings)
        """What kconfiglib warned of, one line each."""
        self.notes: tuple[str, ...] = (*kconf.patchtool_notes, *notes)
        """What was not run or not understood and what was taken instead, `path:line: ...`."""

    def defined(self, symbol: str) -> bool:
        """Whether the files read have a `config` or `menuconfig` entry for the symbol."""
        known = self._kconf.syms.get(symbol)
        return known is not None and bool(known.nodes)

    def symbols(self) -> frozenset[str]:
        """Every symbol with an entry in the files read."""
        return frozenset(symbol.name for symbol in self._kconf.unique_defined_syms)

    def with_values(self, assignments: Mapping[str, str]) -> Values:
        """Another configuration of the same parse; the values of earlier ones stay what they are."""
        return Values(self, assignments)

    def compute(self, assignments: Mapping[str, str], symbol: str) -> str:
        """One symbol's value under these assignments; `Values.value` is the way to ask."""
        with self._lock:
            self._apply(assignments)
            return str(self._kconf.syms[symbol].str_value) if self.defined(symbol) else "n"

    def refusals(self, assignments: Mapping[str, str]) -> tuple[str, ...]:
        """One sentence for each assignment that did not take, in the order given."""
        with self._lock:
            self._apply(assignments)
            return tuple(
                f"{symbol}={wanted}: {why}"
                for symbol, wanted in assignments.items()
                if (why := self._refusal(symbol, wanted))
            )

    def _apply(self, assignments: Mapping[str, str]) -> None:
        if dict(assignments) == self._applied:
            return
        self._kconf.warn = False
        self._kconf.unset_values()
        for symbol, value in assignments.items():
            if self.defined(symbol):
                self._kconf.syms[symbol].set_value(value)
        self._applied = dict(assignments)

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
        if not _prompts(symbol):
            return "it has no prompt, so it cannot be set"
        if symbol.user_value is None:
            return f"the value is not valid for type {_lib.TYPE_TO_STR[symbol.orig_type]}"
        if not symbol.visibility:
            return f"its prompt is not visible: depends on {_lib.expr_str(_conditions(symbol))}"
        if symbol.choice:
            return "another member of its choice is chosen"
        return "its dependencies or its range allow no other"


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
