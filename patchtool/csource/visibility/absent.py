"""Headers that some lines include and the tree does not have."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from patchtool.core.code import Configuration, HiddenUse
from patchtool.core.finding import Verdict
from patchtool.core.kconfig import Outcome
from patchtool.csource.building.formulas import TooLarge
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.unit import Walk
from patchtool.csource.visibility.judge import Configurations, Exact, configuration

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")')
_MADE = re.compile(r"[\w%-]+(?:\.[\w%-]+)*\.h\b")


def included(data: bytes, lines: frozenset[int]) -> Mapping[str, int]:
    """The headers that some 1-based lines of a file include, as written, with the line."""
    found: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if number in lines and (match := _INCLUDE.match(line)):
            found[match[1].decode("utf-8", "replace")] = number
    return found


def leads_nowhere(tree: SourceTree, spec: str, path: str, arch: str) -> bool:
    """Whether no file of the tree, and none that a Makefile names, can be what a file of an architecture
    includes.

    False where the tree has one elsewhere that an include path which is not read may lead to, and for what
    is no .h file.
    """
    name = spec[1:-1]
    if not name.endswith(".h") or tree.headers(arch).find(spec, path, path).path:
        return False
    if not name.startswith("asm/") and any(one.endswith(f"/{name}") for one in tree.present):
        return False
    return not any(fnmatchcase(posixpath.basename(name), one) for one in _made(tree, path, arch))


# The last parts of what the Makefiles name, other architectures' aside; `%` stands for any text. A bare
# `%.h` counts in the file's own folder alone, or it would be every header.
def _made(tree: SourceTree, beside: str, arch: str) -> Iterator[str]:
    paths = [path for path in tree.present if _is_makefile(path, arch)]
    tree.reader.read_all(paths)
    for path in paths:
        text = (tree.reader.read(path) or b"").decode("utf-8", "replace")
        near = posixpath.dirname(path) == posixpath.dirname(beside)
        yield from (name.replace("%", "*") for name in _MADE.findall(text) if near or name != "%.h")


def _is_makefile(path: str, arch: str) -> bool:
    foreign = path.startswith("arch/") and not path.startswith(f"arch/{arch}/")
    return not foreign and posixpath.basename(path).startswith(("Makefile", "Kbuild"))


def absent(
    tree: SourceTree, at: tuple[str, Mapping[str, int]], unit: str, arch: str, kconfig: Configurations
) -> Iterator[HiddenUse]:
    """Each of the includes `at` (a file, and its includes with their lines) that some configuration of an
    architecture reads when a unit is compiled.

    VIOLATED as in `judge.judged`.
    """
    path, specs = at
    try:
        walk = tree.walk(arch, unit)
    except TooLarge:
        return
    for spec, (place, region) in walk.found.unresolved.items() if walk is not None else ():
        if walk is None or place.path != path or specs.get(spec) != place.line:
            continue
        when = walk.formulas.expr(walk.formulas.certain(region))
        answer = kconfig.possible(when)
        where, verdict, reason = Configuration(arch), Verdict.UNDECIDED, answer.reason
        if answer.outcome is Outcome.YES:
            config = Exact(kconfig.values(dict(answer.assignment)))
            if not walk.formulas.readable(region) and not _met(tree.walk_one(arch, unit, config), spec):
                continue
            where, verdict = configuration(arch, when, answer, kconfig, config), Verdict.VIOLATED
        if answer.outcome is not Outcome.NO:
            yield HiddenUse(place, spec, "", False, unit, where, verdict, (), reason)


def _met(walk: Walk | None, spec: str) -> bool:
    return walk is not None and spec in walk.found.unresolved
