"""kconfiglib without its hands: a private copy that runs nothing, imports nothing, and reads the tree only.

kconfiglib runs `$(shell,...)`, imports a module that the environment names, and reads os.environ and the
file system. The copy's `os`, `importlib`, file access and process functions are replaced; the kconfiglib
that others may import is left as it is. kconfiglib itself is imported by `kconfig.parser` alone.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from typing import Any

from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.semantics import Semantics, install

# Macros of scripts/Kconfig.include that ask the build machine, and the index of their answer for "no".
_PROBES = {"success": None, "failure": None, "if-success": 3}
_EMPTY_LINES = re.compile(r"\n+")
# `$SRCARCH`, as trees before 4.18 write what the Makefiles hand over; no later tree has it.
_BARE = re.compile(r"\$(\w+)", re.A)


class Os:
    """What the copy sees of the `os` module: an environment of the caller's."""

    sep = "/"

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def getenv(self, name: str, default: str | None = None) -> str | None:
        """As `os.getenv`, of that environment."""
        return self.environ.get(name, default)


class _NoImports:
    @staticmethod
    def import_module(name: str) -> Any:
        raise ImportError(name)


def private_copy(spec: ModuleSpec) -> Any:
    """kconfiglib as a module of our own, so that nothing of the process-wide one is ever replaced.

    Its `Kconfig` is as kconfiglib's; `Tamed` is the one to use, on objects that `blank` makes.
    """
    assert spec.loader
    copy: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    copy.importlib = _NoImports
    copy.os = Os({})
    copy.expandvars = lambda text: _BARE.sub(lambda found: copy.os.getenv(found[1], found[0]), text)
    copy.realpath = _no_real_path
    copy._UNAME_RELEASE = ""
    for name in ("_shell_fn", "_info_fn"):
        setattr(copy, name, _silent)
    install(copy)
    members = {
        "patchtool_lib": copy,
        "_fn_val": _fn_val,
        "_expand_name": _expand_name,
        "_expect_expr_and_eol": _expect_expr_and_eol,
        "_open": _open,
    }
    copy.Tamed = type("Tamed", (copy.Kconfig,), members)
    return copy


def blank(lib: Any, sources: Sources, rules: Semantics) -> Any:
    """A `Tamed` before its construction, so that it knows its files when kconfiglib asks for the first."""
    kconf = lib.Tamed.__new__(lib.Tamed)
    kconf.patchtool_notes = {}
    kconf.patchtool_sources = sources
    kconf.patchtool_semantics = rules
    kconf.patchtool_assigned = ()
    return kconf


def _no_real_path(path: str) -> str:
    return ""


def _silent(kconf: Any, name: str, text: str) -> str:
    _note(kconf, f"$({name},...) is not run: taken as empty")
    return ""


def _note(kconf: Any, text: str) -> None:
    kconf.patchtool_notes[f"{kconf.filename}:{kconf.linenr}: {text}"] = None


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
    return str(kconf.patchtool_lib.Kconfig._fn_val(kconf, args))


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
    lib = kconf.patchtool_lib
    expr = kconf._parse_expr(True)
    if kconf._tokens[0] is lib._T_DEPENDS and kconf._check_token(lib._T_IF):
        expr = kconf._make_or(expr, _is_n(kconf, kconf._parse_expr(True)))
    if kconf._tokens[kconf._tokens_i] is not None:
        kconf._trailing_tokens_error()
    return expr


# `expr = n` (or `expr != n`) for a whole expression, pushed down to its symbols as scripts/kconfig/expr.c
# does: !B = n becomes B != n, which holds for m too.
def _is_n(kconf: Any, expr: Any, equal: bool = True) -> Any:
    lib = kconf.patchtool_lib
    if not isinstance(expr, tuple):
        return (lib.EQUAL if equal else lib.UNEQUAL, expr, kconf.n)
    if expr[0] is lib.NOT:
        return _is_n(kconf, expr[1], not equal)
    if expr[0] in (lib.AND, lib.OR):
        make = kconf._make_or if expr[0] is lib.AND else kconf._make_and
        both = make(_is_n(kconf, expr[1]), _is_n(kconf, expr[2]))
        return both if equal else (lib.NOT, both)
    return (lib.NOT, expr) if equal else expr


def _open(kconf: Any, path: str, mode: str) -> _Lines:
    return _Lines(kconf, kconf.patchtool_sources.text(path))


# A file as kconfiglib reads it. Empty lines are passed over and counted: most of a slice is empty lines.
class _Lines:
    def __init__(self, kconf: Any, text: str) -> None:
        self._kconf = kconf
        self._text = text
        self._at = 0
        self._joined = False

    def readline(self) -> str:
        at = self._at
        if not self._joined and (run := _EMPTY_LINES.match(self._text, at)):
            self._kconf.linenr += run.end() - at
            at = run.end()
        stop = self._text.find("\n", at) + 1 or len(self._text)
        line = self._text[at:stop]
        self._at, self._joined = stop, line.endswith("\\\n")
        return line

    def close(self) -> None:
        self._text = ""
