"""Old findings, kept in a file so that only new ones count."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Finding, Verdict
from patchtool.core.report import CheckReport, Waived
from patchtool.core.series import Series
from patchtool.engine.suppress import waived

_SCHEMA = 1
_SHAPE = 'a baseline is {"schema": 1, "findings": [{"rule": ..., "key": ...}]}'


class BadBaseline(PatchtoolError):
    """A baseline file that cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """`known` are (rule, key); a key holds no line number and no number of a patch."""

    source: str
    known: frozenset[tuple[str, str]]


def read_baseline(path: Path) -> Baseline:
    """What a file says is known already.

    Raises:
        BadBaseline: it can't be read, or is none.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadBaseline(
            f"cannot be read: {error.strerror}", at=str(path), hint="make one with --write-baseline"
        ) from error
    except UnicodeDecodeError as error:
        raise BadBaseline("not UTF-8", at=str(path)) from error
    except json.JSONDecodeError as error:
        raise BadBaseline(f"no JSON: {error.msg}", at=f"{path}:{error.lineno}") from error
    if not isinstance(data, dict) or data.get("schema") != _SCHEMA:
        raise BadBaseline("no baseline of a kind that is known here", at=str(path), hint=_SHAPE)
    rows = data.get("findings")
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise BadBaseline("no list of findings in it", at=str(path), hint=_SHAPE)
    return Baseline(str(path), frozenset((row["rule"], row["key"]) for row in rows))


def write_baseline(path: Path, report: CheckReport) -> int:
    """Write what the report has found, waived and undecided findings left out; how many rows there are.

    Raises:
        BadBaseline: it can't be written.
    """
    rows = {
        identity(finding, report.series): {"path": finding.at.path, "message": finding.message}
        for finding in report.findings
        if finding.verdict is not Verdict.UNDECIDED
    }
    findings = [{"rule": rule, "key": key, **more} for (rule, key), more in sorted(rows.items())]
    text = json.dumps({"schema": _SCHEMA, "findings": findings}, indent=2) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadBaseline(f"cannot be written: {error.strerror}", at=str(path)) from error
    return len(rows)


def against(report: CheckReport, baseline: Baseline) -> CheckReport:
    """The report without what the baseline knows; the notes say how much of it was not met again.

    Rows of rules that did not run were not looked for and are not counted.
    """
    met: set[tuple[str, str]] = set()

    def answer(finding: Finding) -> Waived | None:
        known = identity(finding, report.series)
        if known not in baseline.known:
            return None
        met.add(known)
        return Waived(finding, "known already", baseline.source)

    done = waived(report, answer)
    gone = [row for row in baseline.known - met if row[0] in report.rules]
    if not gone:
        return done
    said = f"{baseline.source}: {len(gone)} of {len(baseline.known)} known findings were not met again"
    return replace(done, notes=(*done.notes, said))


def identity(finding: Finding, series: Series) -> tuple[str, str]:
    """(rule, key) that stay the same from one run and one revision of a series to the next.

    What is found in a mail is told apart by the patch's subject: rules put its number into their keys.
    """
    if finding.at.ref or finding.patch is None:
        return finding.rule, finding.key
    subjects: Iterable[str] = (patch.subject for patch in series.patches if patch.n == finding.patch)
    return finding.rule, f"{next(iter(subjects), '')}: {finding.key.removeprefix(f'{finding.patch}:')}"


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("rule"), str) and isinstance(row.get("key"), str)
