"""How a tree's own scripts/kconfig computes values, where kernels differ; told by the text of that tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from patchtool.core.tree import TreeReader

_CALCULATOR = "scripts/kconfig/symbol.c"
_READER = "scripts/kconfig/confdata.c"
_PROMOTED = re.compile(r"sym->implied\.tri\s*==\s*yes")
_LIMITED = re.compile(r"EXPR_AND\(newval\.tri,\s*sym->dir_dep\.tri\)")
_ZEROED = re.compile(r'newval\.val\s*=\s*"0x0"')
_VERBATIM = re.compile(r"sym->curr\.val\s*=\s*range_sym->curr\.val")
_DROPPED = re.compile(r"sym_string_within_range\(sym, sym->def\[S_DEF_USER\]\.val\)")
_RANKED = re.compile(r"sym_calc_choice\(struct menu \*")


@dataclass(frozen=True, slots=True)
class Semantics:
    """What the tree's conf does; the defaults are the newest kernel's.

    `imply_promotes`: `imply` by y turns m into y (until Linux 5.6). `imply_limited`: an implied value is cut
    to the direct dependencies, m included (from Linux kernel commit 3a9dd3ecb207 "kconfig: make 'imply' obey
    the direct dependency"). `zeroed`: an int or hex without a default is 0, not empty. `ranked`: a choice
    heeds members that the user set to n, and the last set to y that is visible (from commit f79dc03fe68c
    "kconfig: refactor choice value calculation"). `clamped`: a number of the user's outside of its range is
    cut to it, where older kernels drop it (told by confdata.c). `verbatim`: a number cut to a limit is
    written as the limit is (0xFF), where older kernels write it anew (0xff).
    """

    imply_promotes: bool = False
    imply_limited: bool = True
    zeroed: bool = True
    ranked: bool = True
    clamped: bool = True
    verbatim: bool = True


def semantics(reader: TreeReader) -> Semantics:
    """What the tree's scripts/kconfig says; the newest kernel's way where the tree has none.

    Raises:
        MissingBlob: a file's content is absent.
    """
    data = reader.read(_CALCULATOR)
    if data is None:
        return Semantics()
    text = data.decode("utf-8", "replace")
    dropping = (reader.read(_READER) or b"").decode("utf-8", "replace")
    return Semantics(
        imply_promotes=bool(_PROMOTED.search(text)),
        imply_limited=bool(_LIMITED.search(text)),
        zeroed=bool(_ZEROED.search(text)),
        ranked=bool(_RANKED.search(text)),
        clamped=not _DROPPED.search(dropping),
        verbatim=bool(_VERBATIM.search(text)),
    )


def install(lib: Any) -> None:
    """Make a private copy of kconfiglib compute values as a Kconfig object's `patchtool_semantics` say."""
    symbol, choice = lib.Symbol, lib.Choice

    def init(self: Any) -> None:
        symbol.__init__(self)
        self.transitional = False

    def visibility(self: Any) -> Any:
        return 2 if self.transitional else symbol.visibility.fget(self)

    def tri_value(self: Any) -> Any:
        implied = self.weak_rev_dep is not self.kconfig.n and self._cached_tri_val is None
        if implied and not self.choice and self.orig_type in (lib.BOOL, lib.TRISTATE):
            self._cached_tri_val = _implied_value(lib, self)
        return symbol.tri_value.fget(self)

    def str_value(self: Any) -> Any:
        if self._cached_str_val is None and self.orig_type in (lib.INT, lib.HEX):
            self._cached_str_val = _number(lib, self)
        return symbol.str_value.fget(self)

    # Only a prompt lets a value through in kconfiglib, so nothing else makes it forget what it computed.
    def invalidate(self: Any) -> None:
        if self.transitional:
            self._rec_invalidate()
        else:
            symbol._rec_invalidate_if_has_prompt(self)

    def selection(self: Any) -> Any:
        if self.kconfig.patchtool_semantics.ranked:
            return _ranked_selection(self) if self.tri_value == 2 else None
        return choice._selection(self)

    overrides = {"visibility": visibility, "tri_value": tri_value, "str_value": str_value}
    members: dict[str, Any] = {name: property(function) for name, function in overrides.items()}
    members |= {"__slots__": ("transitional",), "__init__": init}
    members["_rec_invalidate_if_has_prompt"] = invalidate
    lib.Symbol = type("Symbol", (symbol,), members)
    lib.Choice = type("Choice", (choice,), {"__slots__": (), "_selection": selection})
    # kconfiglib tells entries by their class, in a constant of its own.
    lib._SYMBOL_CHOICE = frozenset({lib.Symbol, lib.Choice})


# The value of a bool or tristate that something implies; kconfiglib has the rules of Linux 5.6 and before.
def _implied_value(lib: Any, symbol: Any) -> int:
    rules = symbol.kconfig.patchtool_semantics
    visible, forced = symbol.visibility, _limit(lib, symbol, symbol.rev_dep)
    allowed, implied = (_limit(lib, symbol, expr) for expr in (symbol.direct_dep, symbol.weak_rev_dep))
    implied = implied if allowed or rules.imply_limited else 0
    if visible and symbol.user_value is not None:
        value = min(symbol.user_value, visible)
    else:
        value = _default(lib, symbol)
        if implied:
            value = max(value, implied)
            value = min(value, allowed) if rules.imply_limited else value
    symbol._write_to_conf = bool(visible or forced or value or implied)
    value = max(value, forced)
    promoted = rules.imply_promotes and implied == 2
    return 2 if value == 1 and (symbol.type is lib.BOOL or promoted) else int(value)


# A condition's value, m taken as y for what can only be y or n.
def _limit(lib: Any, symbol: Any, expr: Any) -> int:
    value = int(lib.expr_value(expr))
    return 2 if value == 1 and symbol.type is lib.BOOL else value


def _default(lib: Any, symbol: Any) -> int:
    for value, condition in symbol.defaults:
        if when := lib.expr_value(condition):
            return int(min(lib.expr_value(value), when))
    return 0


# The value of an int or hex as text; kconfiglib knows only the older ways.
def _number(lib: Any, symbol: Any) -> str:
    rules = symbol.kconfig.patchtool_semantics
    visible, limits = symbol.visibility, _range(lib, symbol)
    user = symbol.user_value if visible else None
    if user and limits and not rules.clamped and _cut(lib, symbol, user, limits) != user:
        user = None
    default = next((value.str_value for value, when in symbol.defaults if lib.expr_value(when)), None)
    symbol._write_to_conf = symbol.env_var is None and bool(visible or default is not None)
    bare = ("0" if symbol.orig_type is lib.INT else "0x0") if rules.zeroed else ""
    value = str(user or (bare if default is None else default))
    return _cut(lib, symbol, value, limits) if limits else value


def _range(lib: Any, symbol: Any) -> tuple[str, str] | None:
    found = ((low, high) for low, high, when in symbol.ranges if lib.expr_value(when))
    limits = next(found, None)
    return (str(limits[0].str_value), str(limits[1].str_value)) if limits else None


# The text itself if its number is in the range, or the limit that it is beyond.
def _cut(lib: Any, symbol: Any, text: str, limits: tuple[str, str]) -> str:
    base = 10 if symbol.orig_type is lib.INT else 16
    number, low, high = (int(one, base) if lib._is_base_n(one, base) else 0 for one in (text, *limits))
    if low <= number <= high:
        return text
    limit = 0 if number < low else 1
    if symbol.kconfig.patchtool_semantics.verbatim:
        return limits[limit]
    return str((low, high)[limit]) if base == 10 else hex((low, high)[limit])


# The visible member set to y last; else the default, unless set to n; else the first that no one set; else
# the member set to n first.
def _ranked_selection(choice: Any) -> Any:
    visible = [member for member in choice.syms if member.visibility]
    rank = {name: place for place, name in enumerate(choice.kconfig.patchtool_assigned)}
    chosen = [member for member in visible if member.user_value == 2]
    if chosen:
        return max(chosen, key=lambda member: rank.get(member.name, -1))
    default = choice._selection_from_defaults()
    if default is None or default.user_value is None:
        return default
    unset = [member for member in visible if member.user_value is None]
    return unset[0] if unset else min(visible, key=lambda member: rank.get(member.name, -1))
