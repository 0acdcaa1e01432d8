"""Names that the target does not know yet, put back to the ones it has, polarity included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from patchtool.backport.adaptation.text import Text
from patchtool.core.rename import Rename
from patchtool.core.series import Hunk, Line, Patch
from patchtool.engine.touched import is_kconfig
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

_WORD = re.compile(r"(?:CONFIG_)?(\w+?)(?:_MODULE)?\b")
_ENTRY = re.compile(r"^[ \t]*(?:menu)?config[ \t]+(\w+)", re.M)
_KCONFIG_NAME = re.compile(r"^[ \t]*(?:menu)?(?:config|select|imply)[ \t]+(\w+)")
_CODE_NAME = re.compile(r"\bCONFIG_(\w+)")
_KCONFIG = (":(glob)**/Kconfig*",)
# `#ifdef X`, `defined(X)` and their negations, around a name that changed its polarity.
_IFDEF = r"(#\s*)(ifdef|ifndef)(\s+)CONFIG_{}(?=\W|$)"
_TEST = r"(!\s*)?\b(defined|IS_ENABLED|IS_BUILTIN|IS_REACHABLE)(\s*\(?\s*)CONFIG_{}(?=\W|$)"
_TURNED = {"ifdef": "ifndef", "ifndef": "ifdef"}


@dataclass(frozen=True, slots=True)
class Translation:
    """Names as the patch has them (without `CONFIG_`), each with the row that leads to the target's.

    `unsure` are names with several old ones in the target: nothing is translated, whoever meets one says so.
    """

    rows: Mapping[str, Rename]
    unsure: Mapping[str, tuple[str, ...]]

    def line(self, text: str, *, kconfig: bool) -> str | None:
        """The line with the target's names; None where a name of other polarity stands in no form known."""
        for name, row in self.rows.items():
            if re.search(rf"\b(?:CONFIG_)?{name}(?:_MODULE)?\b", text):
                turned = _inverted(text, row, kconfig=kconfig) if row.inverted else _plain(text, row)
                if turned is None:
                    return None
                text = turned
        return text

    def text(self, one: Text) -> Text:
        """A whole file with the target's names; lines that can't be told stay as they are."""
        if not self.rows:
            return one
        kconfig = is_kconfig(one.path)
        lines = (self.line(line, kconfig=kconfig) for line in one.lines)
        return Text(
            one.path,
            tuple(new if new is not None else old for new, old in zip(lines, one.lines, strict=True)),
        )

    def hunk(self, hunk: Hunk, path: str) -> tuple[Hunk, tuple[Rename, ...], tuple[str, ...]]:
        """The hunk with the target's names, the rows that did it, and changed lines that can't be told."""
        kconfig = is_kconfig(path)
        lines: list[Line] = []
        untold = []
        for line in hunk.lines:
            new = self.line(line.text, kconfig=kconfig)
            if new is None and line.tag != " ":
                untold.append(line.text)
            lines.append(replace(line, text=line.text if new is None else new))
        # git's heading stands in for an owner: its name is one of Kconfig too.
        section = self.line(hunk.section, kconfig=kconfig) or hunk.section
        changed = [old.text for old, new in zip(hunk.lines, lines, strict=True) if old.text != new.text]
        used = tuple(row for name, row in self.rows.items() if any(name in text for text in changed))
        return replace(hunk, lines=tuple(lines), section=section), used, tuple(untold)


def _plain(text: str, row: Rename) -> str:
    return re.sub(rf"\b(CONFIG_)?{row.new}(_MODULE)?\b", rf"\g<1>{row.old}\g<2>", text)


def _inverted(text: str, row: Rename, *, kconfig: bool) -> str | None:
    if kconfig:
        header = re.fullmatch(rf"([ \t]*(?:menu)?config[ \t]+){row.new}([ \t]*)", text)
        return f"{header[1]}{row.old}{header[2]}" if header else None
    changed = re.sub(_IFDEF.format(row.new), lambda m: f"{m[1]}{_TURNED[m[2]]}{m[3]}CONFIG_{row.old}", text)
    changed = re.sub(
        _TEST.format(row.new), lambda m: f"{'' if m[1] else '!'}{m[2]}{m[3]}CONFIG_{row.old}", changed
    )
    return None if re.search(rf"\b(?:CONFIG_)?{row.new}\b", changed) else changed


def translation(patch: Patch, renames: Sequence[Rename], here: Snapshot) -> Translation:
    """Which names of a patch the target has under their old ones.

    A name is put back where the target has an entry of the old name and none of the new, and the patch
    itself does not bring the new one. Costs one search of the Kconfig files where a row is concerned.
    """
    words = {word for change in patch.files for hunk in change.hunks for line in hunk.lines
             for word in _WORD.findall(line.text)}  # fmt: skip
    rows = [row for row in renames if row.new in words and not row.kept]
    if not rows:
        return Translation({}, {})
    defined = entries_here(here, {name for row in rows for name in (row.old, row.new)})
    brought = _brought(patch)
    olds: dict[str, list[Rename]] = {}
    for row in rows:
        known = olds.setdefault(row.new, [])
        if (
            row.old in defined
            and not {row.new} & (defined | brought)
            and row.old not in [r.old for r in known]
        ):
            known.append(row)
    sure = {name: found[0] for name, found in olds.items() if len(found) == 1}
    unsure = {name: tuple(row.old for row in found) for name, found in olds.items() if len(found) > 1}
    return Translation(sure, unsure)


def symbols_of(patch: Patch) -> frozenset[str]:
    """The names (without `CONFIG_`) that a patch uses as Kconfig symbols, in code or in Kconfig files."""
    found: set[str] = set()
    for change in patch.files:
        pattern = _KCONFIG_NAME if is_kconfig(change.path) else _CODE_NAME
        for hunk in change.hunks:
            found.update(*(pattern.findall(line.text) for line in hunk.lines))
    return frozenset(found)


def _brought(patch: Patch) -> set[str]:
    added = "\n".join(
        line.text for c in patch.files if is_kconfig(c.path) for h in c.hunks for line in h.added
    )
    return set(_ENTRY.findall(added))


def entries_here(here: Snapshot, names: Iterable[str]) -> set[str]:
    """Which of some symbols have an entry in any Kconfig file. Costs one search of these files."""
    wanted = set(names)
    found: set[str] = set()
    for path in Grep(here.scratch.cache).files(here, sorted(wanted), _KCONFIG):
        data = readable(here, path) or b""
        found |= wanted & set(_ENTRY.findall(data.decode("utf-8", "replace")))
    return found
