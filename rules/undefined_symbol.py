"""Kconfig symbol that no Kconfig file defines.

What it does     names the places that use a symbol which the tree has no `config` entry for after a patch:
                 one the series brings, or one whose entry the series takes away.
Why it is bad    CONFIG_ of an undefined symbol is never set: the guarded code is dead, `depends on` it is
                 never true.
Decides by       every Kconfig file of the tree, whatever the architecture; defined by a Makefile's or a
                 header's own `-DCONFIG_X`, `#define CONFIG_X` counts as defined.
Limits           a symbol that only another architecture defines counts as defined. A new symbol that a later
                 patch of the series defines is no defect: its code is dead until then, on purpose. `select`
                 of an undefined symbol is missing-config-entry, a rename's leftover is incomplete-rename.
Example          fixtures/rules/undefined-symbol/
History          v4 9/9 of "Fixup page directory freeing": a comment names MMU_GATHER_HAVE_TABLE_FREE (note).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rename import in_flux
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import Use, UseKind

NAME = "undefined-symbol"
_SELECTS = {"select", "imply"}
_TEXTS = {UseKind.COMMENT, UseKind.STRING, UseKind.HELP, UseKind.DOC}


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a use of a symbol of the series that has no config entry."""
    for symbol in sorted(facts.symbols - in_flux(facts.renames, state.defined)):
        if not state.defined(symbol) and state.n >= facts.introduced.get(symbol, 0):
            uses = state.uses(symbol)
            if not any(_defines(use) for use in uses):
                yield from (_undefined(state, use) for use in uses if _counts(use))


def _counts(use: Use) -> bool:
    # A bare word of a text need not be a symbol; a select has a rule of its own.
    if use.kind in _TEXTS:
        return f"CONFIG_{use.symbol}" in use.text
    return use.verb not in _SELECTS


def _defines(use: Use) -> bool:
    # A macro of that name that Kconfig has no part in.
    return bool(re.search(rf"#\s*define\s+CONFIG_{use.symbol}\b|-DCONFIG_{use.symbol}\b", use.text))


def _undefined(state: State, use: Use) -> Finding:
    return Finding(
        rule=NAME,
        severity=_severity(use),
        at=Location(use.path, use.line, state.name),
        message=f"{use.symbol} is named in {_where(use)}, no Kconfig file defines it.",
        hint="add its config entry, or name the symbol that is meant",
        key=f"{use.symbol}:{use.path}:{use.text.strip()}",
        evidence=(use.text.strip(),),
    )


def _severity(use: Use) -> Severity:
    if use.kind in {UseKind.CODE, UseKind.MAKEFILE}:
        return Severity.ERROR
    return Severity.WARNING if use.kind is UseKind.KCONFIG else Severity.NOTE


def _where(use: Use) -> str:
    names = {UseKind.CODE: "code", UseKind.MAKEFILE: "a Makefile"}
    names |= {UseKind.KCONFIG: f"a `{use.verb}`" if use.verb else "Kconfig"}
    names |= {UseKind.HELP: "a help text", UseKind.DOC: "a document", UseKind.OTHER: "a script"}
    return names.get(use.kind, f"a {use.kind.value}")


RULE = Rule(id="PT102", name=NAME, severity=Severity.ERROR, since="0.1", doc=__doc__ or "", on_state=check)
