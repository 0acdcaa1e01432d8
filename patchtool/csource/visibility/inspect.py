"""The C code of a series, state after state: what its patches use and do not see, what `#error` they
reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from patchtool.core.code import HiddenUse, ReachedError
from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Location, Verdict
from patchtool.core.kconfig import Outcome
from patchtool.core.series import FileChange
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.users import Finder, Users
from patchtool.csource.hunks import added_lines
from patchtool.csource.visibility.absent import absent, included, leads_nowhere
from patchtool.csource.visibility.definitions import definitions
from patchtool.csource.visibility.errors import reached
from patchtool.csource.visibility.expanding import expanded
from patchtool.csource.visibility.hidden import Asked, doubtful, hidden, narrowed
from patchtool.csource.visibility.judge import Configurations, Judged, judged
from patchtool.csource.visibility.uses import Use, UseKind, is_traced, uses
from patchtool.csource.visibility.withdrawn import withdrawn

_C_FILES = (".c", ".h")
_MOST_EXPANSIONS = 2


@dataclass(frozen=True, slots=True)
class CodeFound:
    """A `core.code.Code`, and `notes`: what was not looked at, and why."""

    hidden: tuple[HiddenUse, ...] = ()
    errors: tuple[ReachedError, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class CodeState:
    """One state: its tree, a search of it, and each architecture's Kconfig.

    `notes` gather what could not be read, as sentences.
    """

    tree: SourceTree
    find: Finder
    kconfig: Callable[[str], Configurations]
    users: Users = field(init=False)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.users = Users(self.tree, self.find)

    def units(self, path: str, arch: str) -> tuple[str, ...]:
        """The translation units in which a file is compiled: itself, or a few that include it."""
        if path.endswith(".c") and self.tree.when_built(path) is not None:
            return (path,)
        return self.users.units(path, arch)

    def compiling(self, path: str) -> tuple[str, ...]:
        """The architectures that compile a file."""
        return tuple(
            arch
            for arch in self.tree.archs_of(path)
            if any(self.tree.buildable(unit, arch) for unit in self.units(path, arch))
        )


class Inspection:
    """Follows the states of a series in order; what is wrong in one is looked at again in the next."""

    def __init__(self) -> None:
        self._open: dict[str, frozenset[str]] = {}
        self._errors: frozenset[str] = frozenset()

    def step(self, before: CodeState, after: CodeState, changes: Sequence[FileChange]) -> CodeFound:
        """What the state after a patch gets wrong: the patch's own uses, and what earlier ones left.

        A use that the file had before, as invisible as now, is not the patch's. What cannot be read leaves a
        note, and the rest is examined.
        """
        found: list[HiddenUse] = []
        after.notes += [
            f"{change.path}: names in assembly are not examined" for change in changes if _is_asm(change)
        ]
        lost = withdrawn(before.tree, after.tree, changes, after.find)
        for path, lines in _joined(self._lines(after, changes), lost).items():
            with _noted(after, path):
                found += self._hidden(before, after, path, lines)
        self._open = _by_path(found)
        errors = tuple(self._reached(before, after, changes))
        return CodeFound(tuple(found), errors, tuple(dict.fromkeys(after.notes)))

    def _hidden(
        self, before: CodeState, after: CodeState, path: str, lines: frozenset[int]
    ) -> Iterator[HiddenUse]:
        data = after.tree.reader.read(path) or b""
        if is_traced(data):
            after.notes.append(f"{path}: trace points are not examined")
            return
        carried = self._open.get(path, frozenset())
        kept = [
            one
            for one in _examined(after, Asked(path, uses(path, data, lines)))
            if one.hidden.use.name in carried or not _was_hidden(before, after, one)
        ]
        lost = list(_absent(before, after, path, included(data, lines), carried))
        among = after.compiling(path) if kept or lost else ()
        yield from (replace(use, among=among) for use in lost)
        names = {one.hidden.use.name for one in kept}
        if len(names) > 1:
            after.find(names)  # one search for all, for a finder that keeps what it finds
        for use in (_use(after, one) for one in kept):
            # What a macro of the tree stands for is said where it is certain.
            if use.verdict is Verdict.VIOLATED or not use.through:
                yield replace(use, among=among)

    # The patch's lines, and those with a name that an earlier patch left invisible.
    def _lines(self, state: CodeState, changes: Sequence[FileChange]) -> Mapping[str, frozenset[int]]:
        lines: dict[str, frozenset[int]] = {}
        for change in changes:
            path = change.new_path
            data = state.tree.reader.read(path) if path and path.endswith(_C_FILES) else None
            if path and data is not None and not _is_aside(path):
                lines[path] = added_lines(change, data)
        for path, names in self._open.items():
            data = state.tree.reader.read(path)
            if data is not None:
                lines[path] = lines.get(path, frozenset()) | _mentions(data, names)
        return {path: numbers for path, numbers in lines.items() if numbers}

    def _reached(
        self, before: CodeState, after: CodeState, changes: Sequence[FileChange]
    ) -> Iterator[ReachedError]:
        paths = [c.new_path for c in changes if c.new_path and _has_directives(c)]
        paths += [path for path in sorted(self._errors) if path not in paths]
        still: set[str] = set()
        for path in paths:
            found: list[ReachedError] = []
            for arch in after.tree.archs_of(path) if _has_error(after, path) else ():
                with _noted(after, f"{path} on {arch}"):
                    found += self._new_errors(before, after, path, arch)
            if found:
                still.add(path)
                among = after.compiling(path)
                yield from (replace(error, among=among) for error in found)
        self._errors = frozenset(still)

    def _new_errors(
        self, before: CodeState, after: CodeState, path: str, arch: str
    ) -> Iterator[ReachedError]:
        for unit in after.units(path, arch)[:1]:
            for error in reached(after.tree, path, unit, arch, after.kconfig(arch)):
                if path in self._errors or not _was_reached(before, path, unit, error):
                    yield error


# One file, or one architecture, that cannot be read does not keep the others from being.
@contextmanager
def _noted(state: CodeState, what: str) -> Iterator[None]:
    try:
        yield
    except PatchtoolError as error:
        state.notes.append(f"code of {what}: {error}")


def _examined(state: CodeState, asked: Asked) -> Iterator[Judged]:
    plain = frozenset(use for use in asked.uses if not use.macro)
    yield from _everywhere(state, narrowed(asked, plain), lambda arch: state.units(asked.path, arch))
    bodies = narrowed(asked, frozenset(asked.uses) - plain)
    units = _expand(state, bodies)
    if units:
        yield from _everywhere(
            state, bodies, lambda arch: tuple(u for u in units if arch in state.tree.archs_of(u))
        )


def _everywhere(state: CodeState, asked: Asked, units: Callable[[str], tuple[str, ...]]) -> Iterator[Judged]:
    cleared: dict[str, Asked] = {}
    for arch in state.tree.archs_of(asked.path) if asked.uses else ():
        chosen = [unit for unit in units(arch) if state.tree.buildable(unit, arch)]
        for unit in chosen:
            if unit not in cleared:
                cleared[unit] = narrowed(asked, doubtful(state.tree, asked, unit))
        left = [(unit, cleared[unit]) for unit in chosen if cleared[unit].uses]
        left += [(unit, expanded(state.tree, one, arch, unit)) for unit, one in left]
        with _noted(state, f"{asked.path} on {arch}"):
            yield from judged(state.tree, left, arch, state.kconfig(arch)) if left else ()


# Where macros of the file are expanded: in it, and in a few of the files that name them.
def _expand(state: CodeState, asked: Asked) -> tuple[str, ...]:
    units: dict[str, None] = {}
    for macro in dict.fromkeys(use.macro for use in asked.uses):
        users = [asked.path]
        if asked.path.endswith(".h"):
            # One that was walked for another question costs nothing.
            users += sorted(state.users.naming(macro), key=lambda path: path not in state.tree.walked)
        for path in users:
            data = state.tree.reader.read(path) or b""
            seats = [
                (path, use.line) for use in uses(path, data, _mentions(data, {macro})) if use.name == macro
            ]
            seats = [seat for seat in seats if seat[0] != asked.path or path.endswith(".c")]
            if seats and state.tree.when_built(path) is not None:
                asked.expanded_at(macro, seats)
                units[path] = None
            if len(units) >= _MOST_EXPANSIONS:
                break
    return tuple(units)


# The includes that lead nowhere, and did not stand in the file before.
def _absent(
    before: CodeState, after: CodeState, path: str, specs: Mapping[str, int], carried: frozenset[str]
) -> Iterator[HiddenUse]:
    old = before.tree.reader.read(path) if specs else None
    had = included(old or b"", frozenset(range(1, (old or b"").count(b"\n") + 2)))
    for arch in after.tree.archs_of(path) if specs else ():
        lost = {
            spec: line
            for spec, line in specs.items()
            if (spec in carried or spec not in had) and leads_nowhere(after.tree, spec, path, arch)
        }
        with _noted(after, f"{path} on {arch}"):
            for unit in after.units(path, arch)[:1] if lost else ():
                yield from absent(after.tree, (path, lost), unit, arch, after.kconfig(arch))


def _was_hidden(before: CodeState, after: CodeState, one: Judged) -> bool:
    use, path, arch = one.hidden.use, one.hidden.path, one.hidden.arch
    data = before.tree.reader.read(path)
    if data is None or use.macro:
        return False
    word = _written(use)
    known = [u for u in uses(path, data, _mentions(data, {word})) if u.name == word]
    same = (
        [replace(use, line=u.line) for u in known]
        if use.through
        else [u for u in known if u.owner == use.owner]
    )
    if not same or before.tree.reader.read(one.hidden.unit) is None:
        return False
    for earlier in hidden(before.tree, Asked(path, tuple(same)), arch, one.hidden.unit):
        if earlier.when is None or after.kconfig(arch).possible(earlier.when).outcome is not Outcome.NO:
            return True
    return False


def _was_reached(before: CodeState, path: str, unit: str, error: ReachedError) -> bool:
    arch = error.where.arch
    if before.tree.reader.read(unit) is None:
        return False
    earlier = reached(before.tree, path, unit, arch, before.kconfig(arch))
    return any(one.text == error.text for one in earlier)


def _use(state: CodeState, one: Judged) -> HiddenUse:
    use = one.hidden.use
    places = definitions(state.tree, use, state.find)
    verdict, reason = one.verdict, one.reason
    if verdict is Verdict.VIOLATED and not places and not use.owner and one.hidden.generated:
        verdict = Verdict.UNDECIDED
        reason = f"the build makes {', '.join(one.hidden.generated)}, which may declare it"
    return HiddenUse(
        at=Location(one.hidden.path, use.line),
        name=use.name,
        owner=use.owner,
        member=use.kind is UseKind.MEMBER,
        unit=one.hidden.unit,
        where=one.where,
        verdict=verdict,
        defined=places,
        reason=reason,
        through=tuple(dict.fromkeys(name for name, _, _ in use.through)),
    )


# The name that stands in the file.
def _written(use: Use) -> str:
    return use.through[0][0] if use.through else use.name


def _by_path(found: Iterable[HiddenUse]) -> dict[str, frozenset[str]]:
    names: dict[str, frozenset[str]] = {}
    for use in found:
        names[use.at.path] = names.get(use.at.path, frozenset()) | {use.name, *use.through[:1]}
    return names


def _mentions(data: bytes, names: Iterable[str]) -> frozenset[int]:
    words = re.compile(
        rb"(?<!\w)(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")(?!\w)"
    )
    return frozenset(n for n, line in enumerate(data.split(b"\n"), 1) if words.search(line))


def _joined(
    lines: Mapping[str, frozenset[int]], more: Mapping[str, frozenset[int]]
) -> Mapping[str, frozenset[int]]:
    paths = dict.fromkeys((*lines, *more))
    return {path: lines.get(path, frozenset()) | more.get(path, frozenset()) for path in paths}


def _is_asm(change: FileChange) -> bool:
    return bool(change.new_path and change.new_path.endswith(".S")) and not _is_aside(change.path)


def _has_error(state: CodeState, path: str) -> bool:
    data = state.tree.reader.read(path)
    return data is not None and b"error" in data


# Whether a change can make an #error be reached: it touches a directive of a C file.
def _has_directives(change: FileChange) -> bool:
    lines = (line.text.lstrip() for hunk in change.hunks for line in (*hunk.added, *hunk.removed))
    return change.path.endswith(_C_FILES) and any(text.startswith("#") for text in lines)


def _is_aside(path: str) -> bool:
    return (
        path.startswith(("tools/", "scripts/", "samples/", "Documentation/", "usr/", "arch/um/os-"))
        or "/boot/" in path
    )
