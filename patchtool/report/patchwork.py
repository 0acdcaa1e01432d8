"""A check report as checks for patchwork's REST API: one a patch.

Each is the body of a POST to `/api/patches/ID/checks/`, with `msgid` and `patch` beside it to find the ID by.
Source: patchwork's API documentation, "Checks".
"""

from __future__ import annotations

import json

from patchtool.core.finding import Finding, Severity
from patchtool.core.report import CheckReport
from patchtool.core.series import Patch
from patchtool.report.plain import one_line
from patchtool.report.tally import decided, of_patch, open_questions, place, tally, unreached

# What patchwork's column holds.
LIMIT = 255
CONTEXT = "patchtool"


def patchwork(report: CheckReport, url: str | None = None) -> str:
    """A JSON list in the order of the patches; `url` is where the whole report can be read.

    `state` is fail with an error, warning with a warning or an open question about the patch or its series,
    else success. What the run as a whole could not look at, such as absent files, is no more about this patch
    than about any other: it stands in the description alone. What is found about the series as a whole stands
    at every patch.
    """
    return json.dumps([_check(report, patch, url) for patch in report.series.patches], indent=2) + "\n"


def _check(report: CheckReport, patch: Patch, url: str | None) -> dict[str, str | int | None]:
    state, said = outcome(report, patch.n)
    return {
        "patch": patch.n,
        "msgid": f"<{patch.message_id}>" if patch.message_id else None,
        "state": state,
        "context": CONTEXT,
        "description": short(said, LIMIT),
        "target_url": url,
    }


def outcome(report: CheckReport, number: int) -> tuple[str, str]:
    """(success, warning or fail; one line that says why) of a patch."""
    found = (*of_patch(report, number), *of_patch(report, None))
    settled = decided(found)
    open_ = list(open_questions(report, number))
    unexamined = unreached(report, number)
    if unexamined:
        open_.insert(0, "the patch was not examined")
    asks = unexamined or len(settled) < len(found) or (report.base is None and open_)
    worst = min((finding.severity for finding in settled), key=lambda s: s.rank, default=None)
    parts = [tally(settled), *(_said(finding) for finding in settled), *(f"not checked: {o}" for o in open_)]
    if worst is Severity.ERROR:
        return "fail", "; ".join(parts)
    if worst is Severity.WARNING or asks:
        return "warning", "; ".join(parts)
    return "success", "; ".join(parts)


def _said(finding: Finding) -> str:
    return f"{place(finding)}: {finding.rule}"


def short(text: str, limit: int) -> str:
    """The text on one line, cut with an ellipsis where it has more characters than `limit`."""
    line = one_line(text)
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
