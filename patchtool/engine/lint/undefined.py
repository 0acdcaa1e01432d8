"""The search behind `patchtool lint`: the names a tree uses that no Kconfig file defines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from patchtool.core.lint import Place, Weight
from patchtool.core.tree import MissingBlob, Use, UseKind
from patchtool.csource.standing import standing
from patchtool.csource.words import classify, role
from patchtool.engine.lint.similar import Names
from patchtool.engine.lint.survey import Counts, Survey
from patchtool.engine.states import Progress
from patchtool.kconfig.sweep import Sweep, sweep
from patchtool.tree.lines import Lines, WordPlace, search
from patchtool.tree.snapshot import Snapshot

# What documents and comments call a symbol that is none.
_EXAMPLES = frozenset({"FOO", "BAR", "FOO_BAR", "X" * 3})
NOT_SEARCHED = (
    "tools/ (a build of its own), the tests of scripts/kconfig, files named ChangeLog; the examples "
    f"{', '.join(sorted(_EXAMPLES))}, and names with fewer than two capitals or digits"
)
_OUTSIDE = re.compile(r"\A(?:tools|scripts/kconfig/tests)/|ChangeLog[^/]*\Z|(?:\A|/)\.git[^/]*\Z")
_PREFIX = "CONFIG_"
_MODULE = "_MODULE"
_NAME = re.compile(r"\w*[A-Z0-9]\w*[A-Z0-9]\w*")
_PASTED = re.compile(rb"\s*##|\$[({]")
_CONDITION = re.compile(
    rb"\s*#\s*(?:if|elif)|.*\b(?:defined|IS_MODULE|\w*(?:ENABLED|BUILTIN|REACHABLE|_enabled))\s*\(?\s*\Z"
    rb"|.*\bcfg!?\s*\("
)
_DEFINES = re.compile(rb"\s*#\s*define\s+\Z")
_ASSIGNED = re.compile(rb"\s*(?:(?:export|override)\s+)*\Z")
_ASSIGNS = re.compile(rb"\s*[:?+]?=")
_NOT_SET = b" is not set"


def kconfig_files(tree: Snapshot) -> tuple[str, ...]:
    """The Kconfig files that may define symbols of the kernel, of all architectures."""
    named = (path for path in tree.paths() if "Kconfig" in path)  # a kernel has 80,000 others
    return tuple(path for path in named if role(path) is UseKind.KCONFIG and not _OUTSIDE.search(path))


def survey(tree: Snapshot, progress: Progress) -> Survey:
    """Every undefined name of a tree with its places.

    A name is what follows `CONFIG_` in any text file, or what an expression of a Kconfig file says. Costs
    about 5 s for a kernel, most of it in git.

    Raises:
        MissingBlob: a Kconfig file's content is absent: what it defines would be called undefined.
        GitError: git can't read the repository.
    """
    progress("searching the tree")
    wait = search(tree, _PREFIX)
    files, absent = tree.read_all(kconfig_files(tree))
    if absent:
        raise MissingBlob(absent[0], tree.name)
    kconfig = sweep(files)
    lines = wait()
    words = lines.words()
    hits, pasted = _hits(lines, words, kconfig)
    progress("reading what uses undefined symbols")
    places = _gravest(_uses(tree, hits))
    places.update((use, Weight.DECIDES) for use in kconfig.uses if use.symbol not in _EXAMPLES)
    by_name: dict[str, list[Place]] = {}
    for use in sorted(places):
        by_name.setdefault(use.symbol, []).append(Place(use, places[use]))
    ordered = {name: tuple(by_name[name]) for name in sorted(by_name)}
    names = Names(kconfig.defined)
    near = {name: close for name in ordered if (close := names.nearest(name))}
    counts = Counts(len(files), len(kconfig.defined), len(words), pasted)
    return Survey(ordered, _own(hits, places), near, counts, lines.unread)


_Hits = Mapping[str, list[WordPlace]]


def _gravest(uses: Iterable[tuple[Use, Weight]]) -> dict[Use, Weight]:
    # A name that stands twice on a line, alike, is one use.
    order = list(Weight)
    found: dict[Use, Weight] = {}
    for use, weight in uses:
        found[use] = min(weight, found.get(use, weight), key=order.index)
    return found


def _hits(lines: Lines, words: Iterable[str], kconfig: Sweep) -> tuple[_Hits, int]:
    # By path, and how many were only a part of a name.
    wanted = {word for word in words if _NAME.fullmatch(word) and not _known(word, kconfig)}
    found: dict[str, list[WordPlace]] = {}
    pasted = 0
    for hit in lines.places(wanted):
        if _OUTSIDE.search(hit.path):
            continue
        if hit.word.endswith("_") or _PASTED.match(hit.text, _end(hit)):
            pasted += 1
        else:
            found.setdefault(hit.path, []).append(hit)
    return found, pasted


def _known(word: str, kconfig: Sweep) -> bool:
    if word in _EXAMPLES or word in kconfig.defined:
        return True
    return word.endswith(_MODULE) and word.removesuffix(_MODULE) in kconfig.defined


def _end(hit: WordPlace) -> int:
    return hit.at + len(_PREFIX) + len(hit.word)


def _uses(tree: Snapshot, hits: _Hits) -> Iterator[tuple[Use, Weight]]:
    roles = {path: role(path) for path in hits}
    read = {UseKind.CODE, UseKind.MAKEFILE, UseKind.KCONFIG}
    files, _ = tree.read_all(path for path in sorted(hits) if roles[path] in read)
    for path, kind in roles.items():
        if kind is UseKind.CODE:
            yield from _in_code(files[path], hits[path])
        elif kind in read:
            yield from _in_build(path, files[path], hits[path])
        else:
            yield from ((_use(hit, _line_kind(hit, kind)), Weight.TEXT) for hit in hits[path])


def _in_code(data: bytes, hits: list[WordPlace]) -> Iterator[tuple[Use, Weight]]:
    line, at = 1, 0
    for hit in hits:  # in order of lines, as git has found them
        while line < hit.line:
            at = data.index(b"\n", at) + 1
            line += 1
        kind = standing(hit.path, data, at + hit.at)
        if kind is not UseKind.CODE:
            yield _use(hit, kind), Weight.TEXT
        else:
            asks = _CONDITION.match(hit.text[: hit.at])
            yield _use(hit, kind), Weight.DECIDES if asks else Weight.VALUE


def _in_build(path: str, data: bytes, hits: list[WordPlace]) -> Iterator[tuple[Use, Weight]]:
    # The classifier also sees bare names, which are words of a text here.
    wanted = {(hit.line, hit.word): hit for hit in hits}
    for use in classify(path, data, {hit.word for hit in hits}):
        hit = wanted.get((use.line, use.symbol))
        if hit is not None:
            decides = use.kind is UseKind.MAKEFILE and not _is_own(hit)
            other = Weight.VALUE if use.kind is UseKind.MAKEFILE else Weight.TEXT
            yield use, Weight.DECIDES if decides else other


def _line_kind(hit: WordPlace, kind: UseKind) -> UseKind:
    comment = kind is UseKind.DEFCONFIG and b"#" in hit.text[: hit.at]
    return UseKind.COMMENT if comment and hit.text[_end(hit) :] != _NOT_SET else kind


def _use(hit: WordPlace, kind: UseKind) -> Use:
    return Use(hit.path, hit.line, hit.word, kind, hit.text.decode("utf-8", "surrogateescape").rstrip("\r"))


def _own(hits: _Hits, places: Mapping[Use, Weight]) -> dict[str, str]:
    # The first place at which each name is defined without Kconfig's help.
    own: dict[str, str] = {}
    for path in sorted(hits):
        for hit in hits[path]:
            if _is_own(hit) and any(_use(hit, kind) in places for kind in (UseKind.CODE, UseKind.MAKEFILE)):
                own.setdefault(hit.word, f"{path}:{hit.line}")
    return own


def _is_own(hit: WordPlace) -> bool:
    before, behind = hit.text[: hit.at], hit.text[_end(hit) :]
    kind = role(hit.path)
    if kind is UseKind.CODE:
        return bool(_DEFINES.match(before))
    if kind is UseKind.MAKEFILE:
        return before.endswith(b"-D") or bool(_ASSIGNED.match(before) and _ASSIGNS.match(behind))
    return False
