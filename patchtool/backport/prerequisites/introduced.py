"""Which commit brought a name."""

from __future__ import annotations

from patchtool.backport.prerequisites.items import commit_item, texts_at
from patchtool.backport.prerequisites.lineage import Lineage
from patchtool.backport.prerequisites.names import Name, declared_in
from patchtool.core.prerequisite import LackKind
from patchtool.tree.git import Scratch

# How often a name is followed from one file to another.
_MOVES = 6


def introduced(scratch: Scratch, lineage: Lineage, name: Name, rev: str, path: str) -> tuple[str, ...]:
    """The commits that brought a name to the file that declares it at `rev`; () where none of the lineage
    did.

    The newest that declares what its parent did not. Where that one only moved it from another file, the one
    that brought it there; and both where it moved from a .c file to a header, which is what makes it visible,
    or where none of the lineage brought it there.
    Costs a `git log -S` over the lineage, limited to the file, and another for each move.
    """
    found: list[str] = []
    mover = ""
    for _ in range(_MOVES):
        oid = _bringer(scratch, lineage, name, rev, path)
        if not oid:
            break
        if name.kind is LackKind.HEADER:
            return (oid,)
        source, parent = _source(scratch, name, oid, path)
        if not source:
            return (*found, oid)
        if source.endswith(".c") and path.endswith(".h"):
            found.append(oid)
        mover, rev, path = oid, parent, source
    return tuple(found) or ((mover,) if mover else ())


def _bringer(scratch: Scratch, lineage: Lineage, name: Name, rev: str, path: str) -> str:
    if name.kind is LackKind.HEADER:
        return next(iter(lineage.adding(rev, path)), "")
    for oid in lineage.counting(name.word, rev, path):
        after = texts_at(scratch, oid, [path]).get(path, b"")
        if name in declared_in(path, after) and name not in declared_in(path, _before(scratch, oid, path)):
            return oid
    return ""


def _before(scratch: Scratch, oid: str, path: str) -> bytes:
    parent = scratch.resolve(f"{oid}^")
    return texts_at(scratch, parent, [path]).get(path, b"") if parent else b""


# The file that declared a name before the commit that brought it to another, and that commit's parent.
def _source(scratch: Scratch, name: Name, oid: str, path: str) -> tuple[str, str]:
    item = commit_item(scratch, oid)
    if item is None or not item.parent:
        return "", ""
    olds = sorted({change.old_path for change in item.changes if change.old_path})
    texts = texts_at(scratch, item.parent, olds)
    return next(
        ((old, item.parent) for old in olds if name in declared_in(old, texts.get(old, b""))), ("", "")
    )
