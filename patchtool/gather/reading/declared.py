"""Static keys in C text: how each is declared."""

from __future__ import annotations

import re

_NEW = r"\bDEFINE_STATIC_KEY_(TRUE|FALSE|MAYBE)(?:_RO)?\s*\(\s*(?:(CONFIG_\w+)\s*,\s*)?{}\s*\)"
_OLD = r"\bstruct\s+static_key(?:_true|_false)?\s+{}\b[^;=]*=[^;]*?STATIC_KEY_(?:INIT_)?(TRUE|FALSE)"


def static_key(text: bytes, name: str) -> tuple[str, int] | None:
    """The C expression of a static key's first value, and its line (1-based); None where it has none.

    A key that follows a symbol has `IS_ENABLED(CONFIG_X)`.
    """
    if name.encode() not in text:
        return None
    for form in (_NEW, _OLD):
        match = re.search(form.format(re.escape(name)).encode(), text)
        if match is not None:
            words = [group.decode() for group in match.groups() if group]
            value = {"TRUE": "1", "FALSE": "0"}.get(words[0], f"IS_ENABLED({words[-1]})")
            return value, text.count(b"\n", 0, match.start()) + 1
    return None
