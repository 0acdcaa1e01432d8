"""One defect, one finding: what the rules say of every state becomes what is said of the series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from patchtool.core.finding import Finding, Severity
from patchtool.core.report import Mended


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the rules said of one state: `n` is 0 for the base, else the patch's number."""

    n: int
    findings: tuple[Finding, ...]


def fold(
    sightings: Sequence[Sighting], hazards: Mapping[str, Severity | None]
) -> tuple[tuple[Finding, ...], tuple[Mended, ...]]:
    """Findings new in the series, each once, and defects of the base that the series mends.

    A defect that is seen after patch n and gone after a later patch m is one finding with `patch` n and
    `fixed_by` m. One that the base has already is not the series' own: it is left out, or returned as
    mended where it goes for good. The order is that of the patches, then of the rules' own saying.
    `hazards` is by rule the most that a finding weighs which a later patch mends; None leaves it out.
    """
    seen = [_keyed(sighting.findings) for sighting in sightings]
    base = set(seen[0]) if sightings and sightings[0].n == 0 else set()
    found: list[Finding] = []
    done: set[tuple[str, str]] = set(base)
    for at, sighting in enumerate(sightings):
        for key, finding in seen[at].items():
            if key not in done:
                done.add(key)
                fixed = _gone(key, seen, sightings, at)
                limit = hazards.get(finding.rule, Severity.ERROR) if fixed else Severity.ERROR
                if limit is not None:
                    found.append(_placed(finding, sighting.n, fixed, limit))
    mended = [
        Mended(seen[0][key], fixed)
        for key in seen[0]
        if key in base and (fixed := _gone(key, seen, sightings, 0)) is not None
    ]
    return tuple(found), tuple(mended)


def _placed(finding: Finding, n: int, fixed: int | None, limit: Severity) -> Finding:
    severity = max(finding.severity, limit, key=lambda level: level.rank)
    return replace(finding, patch=n, fixed_by=fixed, severity=severity)


def _keyed(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    # Equal keys in one state are several places of the same kind: number them.
    times: Counter[tuple[str, str]] = Counter()
    keyed = {}
    for finding in findings:
        key = (finding.rule, finding.key)
        times[key] += 1
        keyed[finding.rule, f"{finding.key}#{times[key]}"] = finding
    return keyed


def _gone(
    key: tuple[str, str],
    seen: Sequence[dict[tuple[str, str], Finding]],
    sightings: Sequence[Sighting],
    start: int,
) -> int | None:
    # The patch after which the defect stays away until the end; None while the last state still has it.
    if key in seen[-1]:
        return None
    last = max(at for at in range(start, len(seen)) if key in seen[at])
    return sightings[last + 1].n
