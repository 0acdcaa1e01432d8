"""Verdicts of many runs as a table that fits a page: scenarios with equal verdicts share a line."""

from patchtool.core.finding import Verdict


def short(run):
    """What a run says: `order hw-uaf`, waived properties in brackets, `PASS`, or why it is undecided."""
    words = []
    for found in run.properties:
        if found.verdict is Verdict.VIOLATED:
            words.append(found.name)
        elif found.verdict is Verdict.WAIVED:
            words.append(f"({found.name})")
        elif found.verdict is Verdict.UNDECIDED:
            words.append(f"{found.name}?")
    return " ".join(words) or "PASS"


def cause(run):
    """Where the first table was freed too early, or the page was, or the flush too many is; "" for a pass."""
    for name in ("order", "sw-uaf", "page-uaf", "2flush"):
        found = next(p for p in run.properties if p.name == name)
        steps = [step for step in found.trace if step.thread == "U" and step.function]
        if found.verdict is Verdict.VIOLATED and steps:
            at = steps[-1].at
            return f"{name}: {steps[-1].function}() {steps[-1].action} at {at.path}:{at.line}"
    return ""


def table(report):
    """A line a configuration, one a verdict, and the cause in its first scenario."""
    lines = []
    for key in dict.fromkeys((run.arch, run.config) for run in report.runs):
        runs = [run for run in report.runs if (run.arch, run.config) == key]
        lines.append(" ".join(key))
        for said in dict.fromkeys(short(run) for run in runs):
            same = [run for run in runs if short(run) == said]
            lines.append(f"    {said}: {', '.join(run.scenario for run in same)}")
            why = cause(same[0])
            lines += [f"        {why}"] if why else []
    return "".join(f"{line}\n" for line in lines)
