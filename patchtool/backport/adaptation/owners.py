"""What a line belongs to: a function, a macro, a structure, or a Kconfig entry, by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from patchtool.backport.adaptation.text import blank
from patchtool.engine.touched import is_kconfig

FILE_SCOPE = ""

_ENTRY = re.compile(r"[ \t]*(?:menu)?config[ \t]+(\w+)")
_BLOCK = re.compile(r"[ \t]*(?:if|endif|menu|endmenu|choice|endchoice|[or]*source|comment|mainmenu)\b")
_MACRO = re.compile(r"#\s*define\s+(\w+)")
_LABEL = re.compile(r"\w+\s*:(?!:)")
_TAGGED = re.compile(r"(?:\w+\s+)*?(struct|union|enum)\s+(\w+)[^()=;]*\{\s*$")
_OBJECT = re.compile(r"[^()=]*?(\w+)\s*(?:\[[^\]]*\])?\s*=")
_CALL = re.compile(r"(\w+)\s*\(\s*(\w+)?")
_ATTRIBUTE = re.compile(r"__\w+__|__(?:attribute|printf|section|aligned|must_check|init|always_inline)\w*\Z")


def owner_at(path: str, lines: Sequence[str], at: int, heading: str = "") -> str | None:
    """The name of what line `at` (0-based) stands in, "" at file scope, None where the lines do not tell.

    `lines` may be a part of a file, as a hunk has it; `heading` is then the text behind its `@@`, of use to
    lines that are indented and to the brace that ends them. Reads column 0, as git's hunk headings do;
    `struct X` for a structure. Does not see what is written inside an `#if` of the other branch.
    """
    name = _entry_above(lines, at) if is_kconfig(path) else _definition_above(lines, at)
    if name is not None or not heading:
        return name
    first = next((line for line in lines[at:] if not blank(line)), "")
    if not first[:1].isspace() and not first.startswith("}"):
        return None
    if is_kconfig(path):
        found = _ENTRY.match(heading)
        return found[1] if found else None
    return None if heading.rstrip().endswith(";") else _named(heading)


def _entry_above(lines: Sequence[str], at: int) -> str | None:
    if at < len(lines) and (_ENTRY.match(lines[at]) or (_BLOCK.match(lines[at]))):
        return FILE_SCOPE
    for line in reversed(lines[:at]):
        found = _ENTRY.match(line)
        if found:
            return found[1]
        if line[:1].strip() and _BLOCK.match(line):
            return FILE_SCOPE
    return None


def _definition_above(lines: Sequence[str], at: int) -> str | None:
    continued = True
    opened = False
    for line in reversed(lines[:at]):
        continued = continued and line.rstrip().endswith("\\")
        macro = _MACRO.match(line)
        if macro and continued:
            return macro[1]
        if line.startswith("}"):
            return FILE_SCOPE
        if line.startswith("{"):
            opened = True
        elif _heads(line):
            if line.rstrip().endswith(";"):
                return FILE_SCOPE
            if opened or line.rstrip().endswith("{"):
                return _named(line)
            if line.rstrip().endswith((",", "(")) or not line.rstrip().endswith(")"):
                continue
            return FILE_SCOPE
    return None


# A line in column 0 that is neither directive, comment, brace nor label.
def _heads(line: str) -> bool:
    return bool(line[:1].isalpha() or line[:1] == "_") and not _LABEL.match(line)


def _named(line: str) -> str | None:
    tagged = _TAGGED.match(line)
    if tagged:
        return f"{tagged[1]} {tagged[2]}"
    defined = _OBJECT.match(line)
    if defined:
        return defined[1]
    for call in _CALL.finditer(line):
        if not _ATTRIBUTE.match(call[1]):
            return f"{call[1]}({call[2]})" if call[1].isupper() and call[2] else call[1]
    return None
