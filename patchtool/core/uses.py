"""What a use of a Kconfig symbol weighs, the same for every rule."""

from __future__ import annotations

import re

from patchtool.core.finding import Severity
from patchtool.core.tree import Use, UseKind

_SELECTS = frozenset({"select", "imply"})
_TEXTS = frozenset({UseKind.COMMENT, UseKind.STRING, UseKind.HELP, UseKind.DOC})
_PLACES = {UseKind.CODE: "code", UseKind.MAKEFILE: "a Makefile", UseKind.HELP: "a help text"}
_PLACES |= {UseKind.DOC: "a document", UseKind.OTHER: "a script", UseKind.KCONFIG: "Kconfig"}


def asks_for(use: Use) -> bool:
    """Whether the place wants the symbol to exist: no select of it, and in a text only as `CONFIG_X`."""
    if use.kind in _TEXTS:
        return f"CONFIG_{use.symbol}" in use.text
    return use.verb not in _SELECTS


def is_macro(use: Use) -> bool:
    """Whether the line defines a macro of that name itself, in which Kconfig has no part."""
    return bool(re.search(rf"#\s*define\s+CONFIG_{use.symbol}\b|-DCONFIG_{use.symbol}\b", use.text))


def weight(use: Use) -> Severity:
    """How much an undefined name matters there: code is dead, a condition is never true, a text misleads."""
    if use.kind in {UseKind.CODE, UseKind.MAKEFILE}:
        return Severity.ERROR
    return Severity.WARNING if use.kind is UseKind.KCONFIG else Severity.NOTE


def place(use: Use) -> str:
    """What the symbol stands in: `code`, `a Makefile`, "a `depends`", `a help text`."""
    return f"a `{use.verb}`" if use.verb else _PLACES.get(use.kind, f"a {use.kind.value}")
