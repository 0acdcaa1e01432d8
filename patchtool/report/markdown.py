"""A check report in Markdown, for a cover letter or a merge request: it reads as plain text too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from patchtool.core.finding import Finding, Verdict
from patchtool.core.report import CheckReport
from patchtool.report.plain import one_line
from patchtool.report.tally import decided, off_by_default, place, tally

# Mails are read at 75 columns.
_WIDTH = 75
_CODE = re.compile(r"(`[^`]+`)")
# What would be formatting, a link, a tag of HTML, or a call for somebody's attention. An underscore
# within a word is none of these, and symbols are full of them.
_ACTIVE = re.compile(r"[\\`*<>\[\]@|~]|(?<![^\W_])_|_(?![^\W_])")


def markdown(report: CheckReport) -> str:
    """Findings patch by patch, folded at 75 columns, and last what was checked and what was not."""
    lines = [f"### patchtool: {tally(report.findings)}", ""]
    if report.base:
        base = report.base
        lines += [
            *_folded(f"Base: {code(base.rev)} ({base.commit[:12] or 'a folder'}): {text(base.why)}"),
            "",
        ]
    for number, found in groupby(decided(report.findings), key=lambda finding: finding.patch):
        patch = next((patch for patch in report.series.patches if patch.n == number), None)
        lines += [f"#### {text(f'{patch.name} {patch.subject}' if patch else 'The series')}", ""]
        for finding in found:
            lines += _finding(finding)
        lines.append("")
    lines += [line for sentence in _last_words(report) for line in _folded(f"- {sentence}", 2)]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding) -> Iterator[str]:
    head = f"- **{finding.severity.value}** {code(place(finding))} {code(finding.rule)}"
    yield from _folded(head, 2)
    gone = f" Gone after patch {finding.fixed_by}." if finding.fixed_by else ""
    yield from _folded(f"  {text(finding.message)}{gone}", 2)
    if finding.evidence:
        yield ""
        yield from (f"      {one_line(line)}" for line in finding.evidence)
        yield ""
    if finding.hint:
        yield from _folded(f"  Hint: {text(finding.hint)}", 2)


def _last_words(report: CheckReport) -> Iterator[str]:
    yield from (f"Checked: {text(sentence)}" for sentence in report.checked)
    for one in report.waived:
        where = f"{code(place(one.finding))} {code(one.finding.rule)}"
        yield f"Waived: {where}: {text(one.reason)} ({text(one.by)})"
    for finding in report.findings:
        if finding.verdict is Verdict.UNDECIDED:
            yield f"Undecided: {code(place(finding))} {code(finding.rule)}: {text(finding.message)}"
    left = (*report.undecided, *report.left_out, *off_by_default(report))
    yield from (f"Not checked: {text(sentence)}" for sentence in left or ("nothing was left open",))


def text(raw: str) -> str:
    """Text that Markdown shows as it is, on one line; what stands in a pair of backticks stays code."""
    parts = _CODE.split(one_line(raw))
    return "".join(
        part if n % 2 else _ACTIVE.sub(lambda match: f"\\{match[0]}", part) for n, part in enumerate(parts)
    )


def code(raw: str) -> str:
    """A code span, whatever backticks are in the text."""
    line = one_line(raw)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if "`" in line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _folded(line: str, hanging: int = 0) -> list[str]:
    return wrap(line, _WIDTH, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)
