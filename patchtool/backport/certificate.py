"""What was done to a target and how far it is examined: for machines, and in few lines for a mail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from patchtool.backport.flips import HAZARDS
from patchtool.backport.message import Worded
from patchtool.backport.taken import Outcome
from patchtool.core.finding import Finding, Verdict
from patchtool.core.model import ModelReport, ModelRun
from patchtool.core.plan import Decision, PatchPlan, Target, Verification
from patchtool.core.series import Series

SCHEMA = 1

_LINES = 25
_WORST = (Verdict.VIOLATED, Verdict.UNDECIDED, Verdict.HOLDS)


@dataclass(frozen=True, slots=True)
class Made:
    """A series in one target: what went in, what was examined, what came of it.

    `tree` is the 40-hex id of the target's tree before; `tool` the program that says so, with its version;
    `gaps` are sentences on what has to be done by hand before it can be sent, `beside` on what else belongs
    to it: later fixes that are not in, newer trees that lack it.
    """

    series: Series
    target: Target
    tree: str
    outcome: Outcome
    check: Verification | None
    verdict: Verdict
    worded: tuple[Worded, ...]
    tool: str = "patchtool"
    gaps: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """The 40-hex id of the tree with all that went in."""
        return self.worded[-1].taken.tree if self.worded else self.tree

    @property
    def unverified(self) -> tuple[str, ...]:
        """What was not examined, and what is left to do by hand."""
        check = self.check.undecided if self.check else ("nothing was examined",)
        return (*check, *self.gaps)

    @property
    def message_id(self) -> str:
        """Of the series' cover letter, else of its first patch; "" where neither has one."""
        first = self.series.cover or next(iter(self.series.patches), None)
        return first.message_id if first else ""


def certificate(made: Made) -> bytes:
    """The certificate as JSON, equal for equal inputs: no date, no path of this machine.

    Keys: `tool`; `target` (`tree` is its tree before); `series`; `verdict`; `tree` (the result); `patches` in
    the series' order and `prerequisites`, each with `order`, its 1-based place among what went in (0: it did
    not), `tree` after it and `diff_sha256` over its diff against the state before, as
    `git diff-tree -p -M --binary --abbrev=12` prints it; `verified`; `rules` that ran; `findings`; `model`, a
    verdict for each property of each configuration before and after; `not_verified`; `beside`, what else
    belongs to it.
    """
    content = {
        "schema": SCHEMA,
        "tool": made.tool,
        "target": {
            "name": made.target.name,
            "ref": made.target.ref,
            "commit": made.target.commit,
            "tree": made.tree,
            "version": made.target.version,
        },
        "series": {
            "subject": made.series.subject,
            "message_id": made.message_id,
            "version": made.series.version,
            "patches": len(made.series.patches),
        },
        "verdict": made.verdict.value,
        "tree": made.result,
        "patches": [_patch(cell, made.worded) for cell in made.outcome.cells],
        "prerequisites": [
            _prerequisite(order, one) for order, one in enumerate(made.worded, 1) if one.taken.commit
        ],
        "verified": list(made.check.summary) if made.check else [],
        "rules": list(made.check.rules) if made.check else [],
        "findings": [_finding(finding) for finding in made.check.findings] if made.check else [],
        "model": _model(made.check),
        "not_verified": list(made.unverified),
        "beside": list(made.beside),
    }
    return (json.dumps(content, indent=2, ensure_ascii=True) + "\n").encode("ascii")


def _patch(cell: PatchPlan, done: Sequence[Worded]) -> Mapping[str, Any]:
    own = [(n, one) for n, one in enumerate(done, 1) if not one.taken.commit and one.taken.patch.n == cell.n]
    order, went = own[0] if own else (0, None)
    adapted = went.taken.adapted if went else None
    return {
        "n": cell.n,
        "subject": cell.subject,
        "decision": cell.decision.value,
        "how": went.how.value if went else None,
        "because": list(cell.because),
        "upstream": cell.upstream,
        "order": order,
        "needed_by": went.taken.needed_by if went else 0,
        "tree": went.taken.tree if went else "",
        "diff_sha256": _digest(went) if went else "",
        "note": adapted.note if adapted else "",
        "interdiff": adapted.interdiff if adapted else "",
        "dropped": [f"{one.path}: {one.what}: {one.why}" for one in adapted.dropped] if adapted else [],
    }


def _prerequisite(order: int, done: Worded) -> Mapping[str, Any]:
    return {
        "order": order,
        "commit": done.taken.commit,
        "subject": done.taken.patch.subject,
        "how": done.how.value,
        "needed_by": done.taken.needed_by,
        "tree": done.taken.tree,
        "diff_sha256": _digest(done),
    }


def _digest(done: Worded) -> str:
    return hashlib.sha256(done.taken.diff).hexdigest()


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "path": finding.at.path,
        "line": finding.at.line,
        "message": finding.message,
    }


def _model(check: Verification | None) -> list[Mapping[str, Any]]:
    if check is None or check.after is None:
        return []
    before, after = _configurations(check.before), _configurations(check.after)
    return [
        {"arch": arch, "config": config, "before": _said(before.get((arch, config))), "after": _said(runs)}
        for (arch, config), runs in sorted(after.items())
    ]


def _configurations(report: ModelReport | None) -> dict[tuple[str, str], list[ModelRun]]:
    found: dict[tuple[str, str], list[ModelRun]] = {}
    for run in report.runs if report else ():
        found.setdefault((run.arch, run.config), []).append(run)
    return found


# The gravest of all scenarios; None for a configuration that is not there.
def _said(runs: list[ModelRun] | None) -> Mapping[str, str] | None:
    if runs is None:
        return None
    return {name: _gravest([run.verdict(name) for run in runs]).value for name in HAZARDS}


def _gravest(verdicts: Sequence[Verdict]) -> Verdict:
    return next((verdict for verdict in _WORST if verdict in verdicts), Verdict.UNDECIDED)


def certificate_text(made: Made) -> tuple[str, ...]:
    """The certificate in at most 25 lines; what does not fit is counted."""
    target = made.target
    head = [
        f"{made.tool}: certificate of a backport to {target.name}",
        f"  verdict  {made.verdict.value}",
        f"  target   {target.ref} {target.commit}",
        f"  tree     {made.tree}",
        f"  result   {made.result}",
    ]
    applied = [
        f"  {n}/{len(made.worded)}  {one.how.value:<7}  tree {one.taken.tree[:12]}  "
        + (f"upstream {one.upstream[:12]}" if one.upstream else "upstream unknown")
        for n, one in enumerate(made.worded, 1)
    ]
    tail = [*_not_taken(made.outcome.cells), *_examined(made)]
    return (*head, *_cut(applied, _LINES - len(head) - len(tail)), *tail)


def _not_taken(cells: Sequence[PatchPlan]) -> list[str]:
    return [
        f"  {decision.value}: {', '.join(numbers)}"
        for decision in Decision
        if decision is not Decision.TAKE
        and (numbers := [str(cell.n) for cell in cells if cell.decision is decision])
    ]


def _examined(made: Made) -> list[str]:
    model = _model(made.check)
    check = made.check
    rules = (
        f"{len(check.rules)} run, {len(check.findings)} findings that the target does not have"
        if check
        else "not run"
    )
    hurt = [sum("VIOLATED" in (row[side] or {}).values() for row in model) for side in ("before", "after")]
    count = len(made.unverified)
    return [
        f"  rules    {rules}",
        f"  model    {len(model)} configurations, {hurt[0]} with a hazard before, {hurt[1]} after"
        if model
        else "  model    not run",
        f"  not verified: {count} {'point' if count == 1 else 'points'}" if count else "",
    ][: 3 if count else 2]


def _cut(lines: list[str], room: int) -> list[str]:
    if len(lines) <= room:
        return lines
    return [*lines[: room - 1], f"  and {len(lines) - room + 1} more"]
