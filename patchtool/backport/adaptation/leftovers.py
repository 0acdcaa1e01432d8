"""What a removed Kconfig entry leaves behind in the target only: selects of a symbol that is no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from patchtool.core.adapt import Act, Edit, Step
from patchtool.core.finding import Location
from patchtool.engine.touched import is_kconfig
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

_ENTRY = re.compile(r"[ \t]*(?:menu)?config[ \t]+(\w+)")
_KCONFIG = (":(glob)**/Kconfig*",)


def leftovers(edits: Sequence[Edit], here: Snapshot) -> Iterator[Step]:
    """A step for every `select` and `imply` of a symbol whose only entry the edits take away.

    Such a line does nothing any more; upstream had none of them left, or the patch took them. A symbol that
    another entry still defines, and one that the edits rename, leave nothing.
    """
    gone = _removed_entries(edits, here)
    if not gone:
        return
    pattern = re.compile(rf"[ \t]*(?:select|imply)[ \t]+({'|'.join(gone)})\b")
    taken = {(edit.path, edit.line + n) for edit in edits for n in range(len(edit.removed))}
    for path in Grep(here.scratch.cache).files(here, sorted(gone), _KCONFIG):
        lines = (readable(here, path) or b"").decode("utf-8", "surrogateescape").split("\n")
        for number, line in enumerate(lines, 1):
            found = pattern.match(line)
            if found and (path, number) not in taken and not line.rstrip().endswith("\\"):
                edit = Edit(path, number, (line,), ())
                what = f"`{line.strip()}` goes from {path} too"
                why = f"the patch takes the entry of {found[1]} away, and only this tree selects it there"
                yield Step(Act.LEFTOVER, path, 0, Location(path, number, here.name), what, why, (edit,))


def _removed_entries(edits: Iterable[Edit], here: Snapshot) -> tuple[str, ...]:
    kconfig = [edit for edit in edits if is_kconfig(edit.path)]
    went = {m[1] for edit in kconfig if not edit.added for line in edit.removed if (m := _ENTRY.match(line))}
    came = {m[1] for edit in kconfig for line in edit.added if (m := _ENTRY.match(line))}
    gone = sorted(went - came)
    return tuple(name for name in gone if _entries(name, here) == 1)


def _entries(name: str, here: Snapshot) -> int:
    wanted = re.compile(rf"^[ \t]*(?:menu)?config[ \t]+{name}\b", re.M)
    texts = (readable(here, path) or b"" for path in Grep(here.scratch.cache).files(here, [name], _KCONFIG))
    return sum(len(wanted.findall(text.decode("utf-8", "replace"))) for text in texts)
