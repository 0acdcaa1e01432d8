"""What one patch of a series brings to the tree, takes from it, needs and no longer needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from patchtool.core.finding import Location
from patchtool.core.series import ChangeKind, FileChange, Hunk, Line
from patchtool.csource.brought import brought, needed
from patchtool.csource.hunks import added_lines
from patchtool.csource.visibility.uses import Use, UseKind
from patchtool.engine.states import Step
from patchtool.engine.touched import is_kconfig, symbols_on
from patchtool.kconfig.text import definitions
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import readable

_C_FILES = (".c", ".h")
_INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
# No part of the kernel that is built: programs beside it, and texts.
_ASIDE = ("tools/", "scripts/", "samples/", "Documentation/", "usr/")

Names = Mapping[str, Location]


@dataclass(frozen=True, slots=True)
class Want:
    """One name that lines of a patch use. `use` is None for what is no C identifier."""

    name: str
    at: Location
    use: Use | None = None

    @property
    def local(self) -> str:
        """The bare name, a member's without its structure."""
        return self.use.name if self.use else self.name


@dataclass(frozen=True, slots=True)
class Change:
    """Half of what a patch does: what it adds, or what it takes out, in the tree that has it.

    `names` are C names (`brought.brought`) that the patch gives or takes, `symbols` Kconfig entries, `files`
    paths. `wants` are identifiers and members on its lines, `named` Kconfig symbols, `includes` includes.
    """

    names: Names
    symbols: Names
    files: Names
    wants: tuple[Want, ...]
    named: tuple[Want, ...]
    includes: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A patch by its number, its paths, the trees around it, and both halves of what it does."""

    n: int
    paths: tuple[str, ...]
    before: Snapshot
    after: Snapshot
    adds: Change
    takes: Change


def profile(before: Snapshot, step: Step) -> Profile:
    """What the patch of a step that went in does. Linear in the files that it touches."""
    changes = [change for change in step.patch.files if not change.binary] if step.patch else []
    ahead = _Side(step.tree, before, changes)
    behind = _Side(before, step.tree, [_reversed(change) for change in changes])
    adds, takes = ahead.change(), behind.change()
    paths = {path for change in changes for path in (change.old_path, change.new_path) if path}
    return Profile(step.n, tuple(sorted(paths)), before, step.tree, adds, _let_go(takes, adds))


# What a patch takes out of a file and writes there again, it does not let go of.
def _let_go(takes: Change, adds: Change) -> Change:
    def gone(given: Iterable[Want], again: Iterable[Want]) -> tuple[Want, ...]:
        kept = {(want.local, want.at.path) for want in again}
        return tuple(want for want in given if (want.local, want.at.path) not in kept)

    return replace(
        takes,
        wants=gone(takes.wants, adds.wants),
        named=gone(takes.named, adds.named),
        includes=gone(takes.includes, adds.includes),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    # `tree` has what the changes add, `other` does not.
    tree: Snapshot
    other: Snapshot
    changes: list[FileChange]

    def change(self) -> Change:
        known = {name for path in self._paths(_C_FILES) for name in brought(path, _text(self.other, path))}
        names = self._new(_C_FILES, lambda path, data: brought(path, data).items(), known)
        entries = {name for path in self._kconfig() for name, _ in definitions(_text(self.other, path))}
        symbols = self._new(("",), lambda path, data: definitions(data) if is_kconfig(path) else (), entries)
        paths = self._paths(("",))
        files = {
            path: Location(path) for path in paths if self.tree.blob_id(path) and not self.other.blob_id(path)
        }
        return Change(
            names=names,
            symbols=symbols,
            files=files,
            wants=tuple(self._wants()),
            named=tuple(self._named()),
            includes=tuple(self._includes()),
        )

    def _paths(self, ends: tuple[str, ...]) -> list[str]:
        paths = {path for change in self.changes for path in (change.old_path, change.new_path) if path}
        return sorted(path for path in paths if path.endswith(ends) and not path.startswith(_ASIDE))

    def _kconfig(self) -> list[str]:
        return [path for path in self._paths(("",)) if is_kconfig(path)]

    def _new(
        self, ends: tuple[str, ...], read: Callable[[str, bytes], Iterable[tuple[str, int]]], known: set[str]
    ) -> Names:
        found: dict[str, Location] = {}
        # Headers first: what one declares, a .c file only defines.
        for path in sorted(self._paths(ends), key=lambda path: (not path.endswith(".h"), path)):
            for name, line in read(path, _text(self.tree, path)):
                if name not in known:
                    found.setdefault(name, Location(path, line))
        return found

    def _wants(self) -> Iterator[Want]:
        for change in self.changes:
            path = change.new_path
            if path and path.endswith(_C_FILES) and not path.startswith(_ASIDE):
                data = _text(self.tree, path)
                for use in needed(path, data, added_lines(change, data)):
                    member = use.kind is UseKind.MEMBER
                    yield Want(
                        f"{use.owner}.{use.name}" if member else use.name, Location(path, use.line), use
                    )

    def _named(self) -> Iterator[Want]:
        for change, line in self._lines():
            for name in symbols_on(change, line):
                yield Want(name, Location(change.path, line.new))

    def _includes(self) -> Iterator[Want]:
        for change, line in self._lines():
            match = _INCLUDE.match(line.text) if change.path.endswith((*_C_FILES, ".S")) else None
            if match:
                yield Want(match.group(1), Location(change.path, line.new))

    def _lines(self) -> Iterator[tuple[FileChange, Line]]:
        for change in self.changes:
            if not change.path.startswith(_ASIDE):
                for hunk in change.hunks:
                    for line in hunk.added:
                        yield change, line


def _reversed(change: FileChange) -> FileChange:
    # A copy leaves its source where it was: nothing is taken from it.
    hunks = () if change.kind is ChangeKind.COPY else tuple(_back(hunk) for hunk in change.hunks)
    return replace(change, old_path=change.new_path, new_path=change.old_path, hunks=hunks)


def _back(hunk: Hunk) -> Hunk:
    tags = {"+": "-", "-": "+"}
    lines = tuple(Line(tags.get(line.tag, line.tag), line.text, line.new, line.old) for line in hunk.lines)
    return replace(
        hunk,
        old_start=hunk.new_start,
        old_count=hunk.new_count,
        new_start=hunk.old_start,
        new_count=hunk.old_count,
        lines=lines,
    )


def _text(tree: Snapshot, path: str) -> bytes:
    return readable(tree, path) or b""
