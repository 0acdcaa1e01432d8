"""A backport plan as JSON: the shape is part of the interface, keys are only ever added."""

from __future__ import annotations

from patchtool.core.adapt import Adapted, Step
from patchtool.core.companion import Companion
from patchtool.core.plan import BackportReport, PatchPlan, TargetPlan, Verification
from patchtool.core.prerequisite import Commit, Found, Lack, NoHistory
from patchtool.report.as_json import SCHEMA, Json, base_json, finding_json, model_json, series_json


def backport_json(report: BackportReport) -> Json:
    """`patchtool backport --format json`."""
    return {
        "schema": SCHEMA,
        "series": series_json(report.series),
        "targets": [_target(plan) for plan in report.targets],
        "notes": list(report.notes),
        "base": base_json(report.base),
        "not_looked_for": list(report.unsought),
    }


def _target(plan: TargetPlan) -> Json:
    return {
        "name": plan.target.name,
        "ref": plan.target.ref,
        "commit": plan.target.commit,
        "version": plan.target.version,
        "patches": [_patch(patch) for patch in plan.patches],
        "verification": _verification(plan.verification),
        "verdict": plan.verdict.value,
        "tree": plan.tree,
        "mbox": plan.mbox,
        "mails": plan.mails,
        "certificate": plan.certificate,
        "branch": plan.branch,
        "companions": [_companion(companion) for companion in plan.companions],
    }


def _companion(companion: Companion) -> Json:
    return {
        "commit": companion.oid,
        "n": companion.n,
        "subject": companion.subject,
        "kind": companion.kind.value,
        "of": companion.of,
        "patch": companion.patch,
        "state": companion.state.value,
        "missing": companion.state.missing,
        "why": companion.why,
    }


def _verification(check: Verification | None) -> Json | None:
    if check is None:
        return None
    return {
        "verdict": check.verdict.value,
        "rules": list(check.rules),
        "findings": [finding_json(finding) for finding in check.findings],
        "before": model_json(check.before) if check.before else None,
        "after": model_json(check.after) if check.after else None,
        "summary": list(check.summary),
        "undecided": list(check.undecided),
    }


def _patch(patch: PatchPlan) -> Json:
    needs = patch.needs
    commits = needs.commits if isinstance(needs, Found) else ()
    return {
        "n": patch.n,
        "subject": patch.subject,
        "decision": patch.decision.value,
        "how": patch.how.value if patch.how else None,
        "because": list(patch.because),
        "prerequisites": [_commit(commit) for commit in commits],
        "upstream": patch.upstream,
        "adapted": _adapted(patch.adapted) if patch.adapted else None,
        "needs": _needs(needs) if needs else None,
    }


def _commit(commit: Commit) -> Json:
    return {
        "ref": commit.oid,
        "patch": commit.patch,
        "subject": commit.subject,
        "why": commit.why,
        "need": commit.need.value,
        "needed_by": commit.needed_by,
        "three_way": commit.three_way,
        "files": commit.files,
        "added": commit.added,
        "removed": commit.removed,
    }


def _adapted(adapted: Adapted) -> Json:
    return {
        "tree": adapted.tree,
        "note": adapted.note,
        "steps": [_step(step) for step in adapted.steps],
        "dropped": [
            {"path": one.path, "hunk": one.hunk, "what": one.what, "why": one.why} for one in adapted.dropped
        ],
        "interdiff": adapted.interdiff,
    }


def _step(step: Step) -> Json:
    edits = [
        {"path": edit.path, "line": edit.line, "removed": list(edit.removed), "added": list(edit.added)}
        for edit in step.edits
    ]
    return {
        "act": step.act.value,
        "path": step.path,
        "hunk": step.hunk,
        "at": {"path": step.at.path, "line": step.at.line},
        "what": step.what,
        "why": step.why,
        "edits": edits,
    }


# What was looked for beside the patch; `verdict` is null where there was no history to look in.
def _needs(needs: Found | NoHistory) -> Json:
    common = {"lacks": [_lack(lack) for lack in needs.lacks], "undecided": list(needs.undecided)}
    if isinstance(needs, NoHistory):
        return {**common, "verdict": None, "reason": needs.reason, "commands": list(needs.commands)}
    cost = {"commits": needs.cost.commits, "files": needs.cost.files, "lines": needs.cost.lines}
    return {
        **common,
        "verdict": needs.verdict.value,
        "cost": cost,
        "dropped": [_commit(commit) for commit in needs.dropped],
        "obstacles": list(needs.obstacles),
    }


def _lack(lack: Lack) -> Json:
    return {
        "kind": lack.kind.value,
        "name": lack.name,
        "owner": lack.owner,
        "sentence": lack.sentence,
        "used": {"path": lack.used.path, "line": lack.used.line},
        "patch": lack.patch,
    }
