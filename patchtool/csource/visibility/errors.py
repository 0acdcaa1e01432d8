"""`#error` lines that a configuration runs into."""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.code import Configuration, ReachedError
from patchtool.core.finding import Location, Verdict
from patchtool.core.kconfig import Outcome
from patchtool.csource.building.formulas import NEVER, TooLarge
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.unit import Walk
from patchtool.csource.visibility.judge import Configurations, Exact, configuration


def reached(
    tree: SourceTree, path: str, unit: str, arch: str, kconfig: Configurations
) -> Iterator[ReachedError]:
    """The `#error` lines of a file that some configuration of an architecture reaches when a unit is
    compiled.

    VIOLATED as in `judge.judged`; one that hangs on a condition which cannot be read is left out.
    """
    try:
        walk = tree.walk(arch, unit)
    except TooLarge:
        return
    for at, (text, region) in walk.found.errors.items() if walk is not None else ():
        if at.path != path or walk is None:
            continue
        certain = walk.formulas.certain(region)
        if certain == NEVER:
            continue
        when = walk.formulas.expr(certain)
        answer = kconfig.possible(when)
        if answer.outcome is Outcome.YES:
            config = Exact(kconfig.values(dict(answer.assignment)))
            if walk.formulas.readable(region) or _met(tree.walk_one(arch, unit, config), at):
                where = configuration(arch, when, answer, kconfig, config)
                yield ReachedError(at, text, unit, where, Verdict.VIOLATED)
        elif answer.outcome is Outcome.UNDECIDED:
            yield ReachedError(at, text, unit, Configuration(arch), Verdict.UNDECIDED, answer.reason)


def _met(walk: Walk | None, at: Location) -> bool:
    return walk is not None and at in walk.found.errors
