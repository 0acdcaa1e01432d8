"""Kconfig file that does not parse.

What it does     names the place where an architecture's Kconfig files stop being Kconfig, and circles of
                 symbols that depend on each other.
Why it is bad    no configuration of that architecture can be made, so nothing of it builds.
Decides by       the files that declare or name the series' symbols, on every architecture, after every patch.
Limits           files that no symbol of the series touches are not parsed.
Example          fixtures/rules/broken-kconfig/
History          an `endif` lost in a merge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.kconfig import Broken
from patchtool.core.rules import Facts, Rule, State

NAME = "broken-kconfig"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a place, with the architectures that read it."""
    places: dict[tuple[Location, str], list[Broken]] = defaultdict(list)
    for broken in (one for one in state.broken if not one.absent):
        places[broken.at, broken.message].append(broken)
    for (at, message), found in places.items():
        names = ", ".join(broken.arch for broken in found)
        yield Finding(
            rule=NAME,
            severity=Severity.ERROR,
            at=Location(at.path, at.line, state.name),
            message=f"Kconfig does not parse: {message} ({names}).",
            key=f"{at.path}:{message}",
        )


RULE = Rule(id="PT111", name=NAME, severity=Severity.ERROR, since="0.1", doc=__doc__ or "", on_state=check)
