"""Where the content of a file lives in the target when its path does not hold it: moved, merged, split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from patchtool.backport.adaptation.fit import Placed, Source, fit
from patchtool.backport.adaptation.segments import segments
from patchtool.backport.adaptation.text import Text, identifiers
from patchtool.core.adapt import Act, Step
from patchtool.core.finding import Location
from patchtool.core.tree import FunctionKind
from patchtool.csource.declarations import functions
from patchtool.engine.touched import is_kconfig
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

_C = frozenset({".c", ".h", ".S"})
_MOST = 60
_DEFINES = frozenset({FunctionKind.DEFINED, FunctionKind.MACRO})


@dataclass(frozen=True, slots=True)
class Trees:
    """The target as it is now, upstream's tree before the patch or None, and the paths the patch names."""

    here: Snapshot
    upstream: Snapshot | None
    touched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Homes:
    """For each hunk (by number) what was placed where; `candidates` are files that fit and were not taken."""

    placed: dict[int, tuple[Placed, ...]]
    steps: tuple[Step, ...] = ()
    candidates: tuple[str, ...] = ()


def homes(sources: Sequence[Source], trees: Trees) -> Homes:
    """Find the hunks of one file in other files of the target, by what they define and stand in.

    A file that takes all of them is the moved (or merged) one; several are a split header. Else each hunk
    goes to the one file that takes it. With upstream at hand, a file that has those things there too is a
    copy and no home; without it, several have to bear the name of the one, in folders below its own.

    A file that the patch changes under its own name is never taken, and none is looked for while the own one
    defines what the hunks are about. Only files below the same architecture or top folder are looked at.
    """
    path = sources[0].path
    words = _subjects(sources)
    if not words or set(words) & _names(path, readable(trees.here, path) or b""):
        return Homes({})
    fits: dict[str, dict[int, Placed]] = {}
    copies = []
    for text in _candidates(path, words, trees):
        found = {source.number: fit(source, text, trees.here.name) for source in sources}
        good = {number: one for number, one in found.items() if isinstance(one, Placed)}
        if good and _is_copy(sources, text.path, words, trees):
            copies.append(text.path)
        elif good:
            fits[text.path] = good
    whole = [one for one, good in fits.items() if len(good) == len(sources)]
    if len(whole) == 1 or (whole and _is_split(path, whole, trees)):
        numbers = [source.number for source in sources]
        placed = {number: tuple(fits[one][number] for one in whole) for number in numbers}
        return Homes(placed, tuple(_moved(path, whole, words, trees)))
    if whole or not fits:
        return Homes({}, candidates=tuple(whole or copies))
    return _one_by_one(sources, fits, words, trees)


def _one_by_one(
    sources: Sequence[Source], fits: dict[str, dict[int, Placed]], words: Sequence[str], trees: Trees
) -> Homes:
    placed: dict[int, tuple[Placed, ...]] = {}
    unsure: list[str] = []
    for source in sources:
        taking = [path for path, good in fits.items() if source.number in good]
        if len(taking) == 1:
            placed[source.number] = (fits[taking[0]][source.number],)
        unsure.extend(taking if len(taking) > 1 else ())
    paths = list(dict.fromkeys(one.edits[0].path for found in placed.values() for one in found if one.edits))
    steps = tuple(_moved(sources[0].path, paths, words, trees)) if paths else ()
    return Homes(placed, steps, tuple(dict.fromkeys(unsure)))


# What the hunks are about: the functions they stand in and those whose definitions they show.
def _subjects(sources: Sequence[Source]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for source in sources:
        lines = [line.text for line in source.hunk.lines if line.tag != "+"]
        for segment in segments(source.hunk, source.path, source.upstream):
            if segment.owner:
                names.setdefault(segment.owner.removeprefix("struct ").removeprefix("union "))
        for name in _defined(source.path, "\n".join(lines).encode("utf-8", "surrogateescape")):
            names.setdefault(name)
    if not names:
        changed = [line.text for source in sources for line in source.hunk.removed]
        names.update(dict.fromkeys(identifiers(changed)[:4]))
    return tuple(name for name in names if name.isidentifier())


def _defined(path: str, data: bytes) -> Iterator[str]:
    if PurePosixPath(path).suffix in _C:
        yield from (one.name for one in functions(path, data) if one.kind is FunctionKind.DEFINED)


def _candidates(path: str, words: Sequence[str], trees: Trees) -> Iterator[Text]:
    parts = path.split("/")
    scope = "/".join(parts[:2]) if parts[0] in ("arch", "drivers") and len(parts) > 2 else parts[0]
    found = Grep(trees.here.scratch.cache).files(trees.here, words, [f":(literal){scope}"])
    suffixes = _C if PurePosixPath(path).suffix in _C else {PurePosixPath(path).suffix}
    alike = [
        one
        for one in found
        if PurePosixPath(one).suffix in suffixes
        and is_kconfig(one) == is_kconfig(path)
        and one not in trees.touched
    ]
    for one in alike[:_MOST]:
        data = readable(trees.here, one)
        if data is not None:
            yield Text.of(one, data)


# Several files take all of it: parts of one, where upstream is known to have none of it in them.
def _is_split(path: str, whole: Sequence[str], trees: Trees) -> bool:
    own = PurePosixPath(path)
    return trees.upstream is not None or all(
        PurePosixPath(one).name == own.name and PurePosixPath(one).is_relative_to(own.parent) for one in whole
    )


# Whether upstream has in that other file, too, what the hunks are about.
def _is_copy(sources: Sequence[Source], other: str, words: Sequence[str], trees: Trees) -> bool:
    there = readable(trees.upstream, other) if trees.upstream else None
    if there is None:
        return False
    about = set(words) & _names(other, readable(trees.here, other) or b"")
    if about:
        return bool(about & _names(other, there))
    text = Text.of(other, there)
    return any(isinstance(fit(source, text, ""), Placed) for source in sources)


def _names(path: str, data: bytes) -> set[str]:
    return {one.name for one in functions(path, data) if one.kind in _DEFINES}


def _moved(path: str, found: Sequence[str], words: Sequence[str], trees: Trees) -> Iterator[Step]:
    what = f"{path} is {' and '.join(found)} here"
    gone = "has other content" if trees.here.has(path) else "is not there"
    names = ", ".join(words[:3])
    for one in found:
        data = readable(trees.here, one) or b""
        line = next((place.line for place in functions(one, data) if place.name in words), 1)
        why = f"{path} {gone}; {names} and the lines around are in {one}"
        yield Step(Act.MOVED, path, 0, Location(one, line, trees.here.name), what, why)
