"""How a line says another Kconfig symbol, and its opposite."""

from __future__ import annotations

import re

from patchtool.core.tree import Use, UseKind

_SWAPPED = {"ifdef": "ifndef", "ifndef": "ifdef", "ifeq": "ifneq", "ifneq": "ifeq"}
_CONDITIONS = frozenset({"depends", "if", "prompt-if", "visible", "default", "def_bool", "def_tristate"})
_BEGINS = re.compile(r"\s*#\s*if(?:def|ndef)?\b")
_BRANCH = re.compile(r"\s*#\s*(?:el(?:se|if|ifdef|ifndef)|endif)\b")
_ENDS = re.compile(r"\s*#\s*endif\b")
_OPENS = re.compile(r"\s*#\s*(?:if|ifdef|ifndef|elif)\b")


def inverted(use: Use, new: str) -> str:
    """The line of a use, saying that `new` is not set where it said that its symbol is, and the other way.

    Without the blanks around it. "" where there is no such form in place: a `select` has no opposite, nor
    has a config entry, `obj-$(CONFIG_X)`, a comparison with `m`, or a line that tests nothing.
    """
    found = {
        UseKind.CODE: _in_code,
        UseKind.MAKEFILE: _in_makefile,
        UseKind.KCONFIG: _in_kconfig,
        UseKind.DEFCONFIG: _in_defconfig,
    }.get(use.kind)
    text = found(use, new) if found else ""
    return text if not re.search(rf"\b(?:CONFIG_)?{use.symbol}\b", text) else ""


def guarded(source: str, line: int) -> str:
    """The code that the preprocessor condition on a line (1-based) is for, up to its `#else` or `#endif`.

    "" where no condition stands on that line.
    """
    lines = source.split("\n")
    if not 0 < line <= len(lines) or not _OPENS.match(lines[line - 1]):
        return ""
    depth, block = 0, []
    for text in lines[line:]:
        if depth == 0 and _BRANCH.match(text):
            break
        depth += bool(_BEGINS.match(text)) - bool(_ENDS.match(text))
        block.append(text)
    return "\n".join(block)


def _in_code(use: Use, new: str) -> str:
    text = use.text.strip()
    alone = re.fullmatch(rf"(#\s*)(ifn?def)(\s+)CONFIG_{use.symbol}\b(.*)", text)
    if alone:
        return f"{alone[1]}{_SWAPPED[alone[2]]}{alone[3]}CONFIG_{new}{alone[4]}"
    test = rf"(!\s*)?\b(defined\s*\(?\s*|IS_\w+\s*\(\s*)CONFIG_{use.symbol}\b"
    return re.sub(test, lambda found: f"{'' if found[1] else '!'}{found[2]}CONFIG_{new}", text)


def _in_makefile(use: Use, new: str) -> str:
    text = use.text.strip()
    test = rf"(ifn?def)(\s+)CONFIG_{use.symbol}|(ifn?eq)(\s*\(\s*\$\()CONFIG_{use.symbol}(\)\s*,\s*y\s*\))"
    found = re.fullmatch(test, text)
    if not found:
        return ""
    if found[1]:
        return f"{_SWAPPED[found[1]]}{found[2]}CONFIG_{new}"
    return f"{_SWAPPED[found[3]]}{found[4]}CONFIG_{new}{found[5]}"


def _in_kconfig(use: Use, new: str) -> str:
    if use.verb not in _CONDITIONS:
        return ""
    test = rf"(!\s*)?\b{use.symbol}\b(?:\s*(!?=)\s*\"?(\w+)\"?)?"
    return re.sub(test, lambda found: _opposite(found, new), use.text.strip())


# `!A` is B, `A` is !B; a value other than y and n leaves the line as it is, which is no form.
def _opposite(found: re.Match[str], new: str) -> str:
    unset = bool(found[1])
    if found[2]:
        if found[3] not in ("y", "n"):
            return found[0]
        unset ^= (found[3] == "n") == (found[2] == "=")
    return new if unset else f"!{new}"


def _in_defconfig(use: Use, new: str) -> str:
    text = use.text.strip()
    if text == f"CONFIG_{use.symbol}=y":
        return f"# CONFIG_{new} is not set"
    return f"CONFIG_{new}=y" if text == f"# CONFIG_{use.symbol} is not set" else ""
