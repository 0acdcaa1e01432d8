"""A backport plan as text: the table first, the reasons below it."""

from __future__ import annotations

from patchtool.core.adapt import Adapted
from patchtool.core.companion import Companion
from patchtool.core.finding import Verdict
from patchtool.core.plan import BackportReport, Decision, PatchPlan, TargetPlan, Verification
from patchtool.report.check_text import add_finding
from patchtool.report.console import Lines
from patchtool.report.plain import count
from patchtool.report.timeline import timeline

_STYLE = {Decision.TAKE: "good", Decision.PRESENT: "dim", Decision.SKIP: "dim", Decision.BLOCKED: "bad"}
_INTERDIFF = 60
LEGEND = "(first column: - only upstream's has the line, + only this one; second: as in the patch)"
_VERDICT_STYLE = {Verdict.HOLDS: "good", Verdict.VIOLATED: "bad", Verdict.UNDECIDED: "warning"}


def plan_text(report: BackportReport) -> Lines:
    """One table of patches and targets, then target by target the reasons, the verification, the verdict."""
    out = Lines()
    base = report.base
    out.add((report.series.subject or report.series.source, "head"))
    if base:
        version = f", {base.version}" if base.version else ""
        out.words("base", f"{base.rev} ({base.commit[:12]}{version}): {base.why}")
    else:
        out.words("base", "not in this repository: neither a base-commit nor the series' pre-images")
    out.add("")
    _add_table(out, report)
    for plan in report.targets:
        out.add("")
        _add_target(out, plan)
    out.add("")
    for note in report.notes:
        out.words("note", note)
    total = count(len(report.series.patches), "patch")
    out.words("planned", f"{total} for {count(len(report.targets), 'target')}")
    for plan in report.targets:
        for sentence in plan.verification.undecided if plan.verification else ():
            out.words("not checked", f"{plan.target.name}: {sentence}")
    for sentence in report.unsought:
        out.words("not looked for", sentence)
    return out


def _word(cell: PatchPlan) -> str:
    return f"{cell.decision.value} ({cell.how.value})" if cell.how else cell.decision.value


def _add_table(out: Lines, report: BackportReport) -> None:
    columns = [[_word(cell) for cell in plan.patches] for plan in report.targets]
    widths = [
        max(map(len, [plan.target.name, *words])) + 2
        for plan, words in zip(report.targets, columns, strict=True)
    ]
    heads = [plan.target.name.ljust(width) for plan, width in zip(report.targets, widths, strict=True)]
    out.add((f"     {''.join(heads)}".rstrip(), "head"))
    for at, patch in enumerate(report.series.patches):
        cells = [
            (words[at].ljust(width), _STYLE.get(plan.patches[at].decision, ""))
            for plan, words, width in zip(report.targets, columns, widths, strict=True)
        ]
        out.add(patch.name.ljust(5), *cells, patch.subject)


def _add_target(out: Lines, plan: TargetPlan) -> None:
    target = plan.target
    version = f", {target.version}" if target.version else ""
    out.add((f"{target.name}", "head"), f": {target.ref} ({target.commit[:12]}{version})")
    for cell in plan.patches:
        out.add(f"  {cell.n} ", (_word(cell), _STYLE.get(cell.decision, "")))
        for reason in cell.because:
            out.add(f"      {reason}")
        if cell.upstream:
            out.add(f"      upstream commit {cell.upstream}")
        if cell.adapted:
            _add_adapted(out, cell.adapted)
    for companion in plan.companions:
        _add_companion(out, companion)
    check = plan.verification
    if check:
        out.add("  verification")
        for sentence in check.summary:
            out.add(f"      {sentence}")
        for finding in check.findings:
            add_finding(out, finding)
        _add_trace(out, check)
    out.add("  verdict: ", (plan.verdict.value, _VERDICT_STYLE.get(plan.verdict, "")))
    _add_written(out, plan)


def _add_written(out: Lines, plan: TargetPlan) -> None:
    if plan.mbox and plan.verdict is Verdict.HOLDS:
        out.add("  written: ", (plan.mbox, "head"))
        unnamed = any(cell.decision is Decision.TAKE and not cell.upstream for cell in plan.patches)
        when = "to send, once the upstream commits are filled in: " if unnamed else "to send: "
        out.add(f"  {when}", (f"git send-email {plan.mails}", "head"))
    elif plan.mbox:
        undecided = plan.verdict is Verdict.UNDECIDED
        word = "look at what is undecided first" if undecided else "not to be sent as it is"
        out.add(f"  written, {word}: ", (plan.mbox, "head"))
    if plan.certificate:
        out.add("  certificate: ", (plan.certificate, "head"))
    if plan.branch:
        word = "committed" if plan.verdict is Verdict.HOLDS else "committed, not to be sent as it is,"
        out.add(f"  {word} on: ", (plan.branch, "head"))


def _add_companion(out: Lines, companion: Companion) -> None:
    name = companion.oid[:12] or f"patch {companion.n}"
    of = f"patch {companion.patch}"
    style = "warning" if companion.state.missing else "dim"
    out.add("  companion: ", (companion.state.value, style), f": {name} ({companion.subject})")
    out.add(f"      {companion.kind.value} {of}: {companion.why}")


# What an adaptation did, step by step, and which changed lines it made other than upstream's.
def _add_adapted(out: Lines, adapted: Adapted) -> None:
    for step in adapted.steps:
        place = f"{step.at.path}:{step.at.line}" if step.at.line else step.at.path
        out.add("      ", (f"{step.act.value}: ", "head"), f"{place}: {step.what} ({step.why})")
    for one in adapted.dropped:
        hunk = f" (hunk {one.hunk})" if one.hunk else ""
        out.add("      ", ("left out: ", "head"), f"{one.path}{hunk}: `{one.what.strip()}` ({one.why})")
    shown = adapted.interdiff.splitlines()
    if shown:
        out.add("      ", ("interdiff: ", "head"), f"{count(len(shown), 'line')} against upstream's patch")
        out.add((f"        {LEGEND}", "dim"))
    for line in shown[:_INTERDIFF]:
        out.add(f"        {line}")
    if len(shown) > _INTERDIFF:
        out.add(f"        and {len(shown) - _INTERDIFF} more, see --format json")


def _add_trace(out: Lines, check: Verification) -> None:
    # The shortest way to a hazard of the result that the target did not have.
    if check.before is None or check.after is None:
        return
    old = {
        (run.arch, run.config, run.scenario, verdict.name)
        for run in check.before.runs
        for verdict in run.properties
        if verdict.verdict is Verdict.VIOLATED
    }
    hurt = [
        (run, verdict)
        for run in check.after.runs
        for verdict in run.properties
        if verdict.verdict is Verdict.VIOLATED and verdict.name != "2flush" and verdict.trace
        if (run.arch, run.config, run.scenario, verdict.name) not in old
    ]
    if hurt:
        run, verdict = min(hurt, key=lambda pair: len(pair[1].trace))
        out.add(f"  {verdict.name} in {run.arch} {run.config}, {run.scenario}:")
        for line in timeline(verdict.trace).splitlines():
            out.add(f"  {line}")
