"""The backport plan: patches by targets, each cell leading to its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from patchtool.core.adapt import Adapted
from patchtool.core.finding import Verdict
from patchtool.core.plan import BackportReport, Decision, PatchPlan, TargetPlan, Verification
from patchtool.core.prerequisite import Found
from patchtool.report.html.document import Section, note
from patchtool.report.html.findings import Numbered, card, index
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.plan_text import LEGEND

_STYLES = {
    Decision.TAKE: "good",
    Decision.PRESENT: "soft",
    Decision.SKIP: "soft",
    Decision.NOT_AFFECTED: "soft",
    Decision.BLOCKED: "bad",
}
_VERDICTS = {
    Verdict.HOLDS: "good",
    Verdict.VIOLATED: "bad",
    Verdict.UNDECIDED: "open",
    Verdict.WAIVED: "soft",
}


def plan_section(report: BackportReport) -> Section:
    """The table of patches and targets, with each target's verdict in the last row."""
    heads = [
        element("th", plan.target.name, element("small", plan.target.version), scope="col")
        for plan in report.targets
    ]
    rows = [
        element(
            "tr",
            element("th", element("a", f"{patch.name} {patch.subject}", href=f"#p{patch.n}"), scope="row"),
            *(_cell(t, plan.patches[n]) for t, plan in enumerate(report.targets)),
            data_item="row",
            data_patch=patch.n,
        )
        for n, patch in enumerate(report.series.patches)
    ]
    verdicts = [element("td", plan.verdict.value, class_=_VERDICTS[plan.verdict]) for plan in report.targets]
    foot = element("tfoot", element("tr", element("th", "verdict", scope="row"), *verdicts))
    head = element("thead", element("tr", element("th", "patch", scope="col"), *heads))
    table = element("table", head, element("tbody", *rows), foot, class_="grid plan", aria_label="The plan")
    return Section("plan", "The plan", element("div", table, class_="scroll"))


def target_sections(report: BackportReport, numbered: Numbered) -> Iterator[Section]:
    """For each target the reasons, patch by patch and folded, then the verification."""
    for t, plan in enumerate(report.targets):
        target = plan.target
        version = f", {target.version}" if target.version else ""
        check = plan.verification
        body = joined(
            (
                note(f"{target.ref} ({target.commit[:12]}{version})"),
                *(_reasons(t, cell) for cell in plan.patches),
                *map(note, _companions(plan)),
                _verification(check, numbered) if check else None,
                element("p", "verdict: ", element("b", plan.verdict.value, class_=_VERDICTS[plan.verdict])),
                *map(note, _written(plan)),
            )
        )
        found = list(check.findings) if check else []
        yield Section(f"t{t}", f"For {target.name}", body, index(numbered, found) if found else None)


def word(cell: PatchPlan) -> str:
    """`take (clean)`, `blocked`."""
    return f"{cell.decision.value} ({cell.how.value})" if cell.how else cell.decision.value


def _cell(t: int, cell: PatchPlan) -> Markup:
    link = element("a", word(cell), href=f"#t{t}p{cell.n}", title=cell.because[0] if cell.because else None)
    return element("td", link, class_=_STYLES.get(cell.decision, ""))


def _reasons(t: int, cell: PatchPlan) -> Markup:
    upstream = f"upstream commit {cell.upstream}" if cell.upstream else None
    lines = [element("li", text) for text in (*cell.because, upstream) if text]
    style = _STYLES.get(cell.decision, "")
    return element(
        "details",
        element("summary", f"{cell.n} ", element("b", word(cell), class_=style), f" {cell.subject}"),
        element("ul", *lines) if lines else None,
        _adapted(cell.adapted) if cell.adapted else None,
        _needs(cell.needs) if isinstance(cell.needs, Found) else None,
        id=f"t{t}p{cell.n}",
        class_="reason",
        data_item="row",
        data_patch=cell.n,
    )


def _adapted(adapted: Adapted) -> Markup:
    steps = [
        element(
            "li",
            element("b", f"{step.act.value}: "),
            element("code", f"{step.at.path}:{step.at.line}" if step.at.line else step.at.path),
            f": {step.what} ({step.why})",
        )
        for step in adapted.steps
    ]
    dropped = [
        element(
            "li", element("b", "left out: "), element("code", one.path), f": {one.what.strip()} ({one.why})"
        )
        for one in adapted.dropped
    ]
    lines = [
        element("span", f"{line}\n", class_={"+": "add", "-": "del"}.get(line[:1]))
        for line in adapted.interdiff.rstrip("\n").split("\n")
    ]
    label = element("summary", "interdiff against upstream's patch")
    pre = element("pre", *lines, class_="interdiff")
    shown = element("details", label, note(LEGEND), pre) if adapted.interdiff else None
    return joined((element("ul", *steps, *dropped), shown))


def _needs(found: Found) -> Markup | None:
    items = [
        element("li", element("code", one.oid[:12] or f"patch {one.patch}"), f" {one.subject}: {one.why}")
        for one in found.commits
    ]
    items += [element("li", text) for text in (*found.obstacles, *found.undecided)]
    return joined((note("needs"), element("ul", *items))) if items else None


def _companions(plan: TargetPlan) -> Iterator[str]:
    for one in plan.companions:
        name = one.oid[:12] or f"patch {one.n}"
        what = f"{name} ({one.subject}) {one.kind.value} patch {one.patch}"
        yield f"companion, {one.state.value}: {what}: {one.why}"


def _verification(check: Verification, numbered: Numbered) -> Markup:
    sentences: Sequence[str] = check.summary
    return joined(
        (
            element("h3", "Verification"),
            element("ul", *(element("li", sentence) for sentence in sentences)),
            *(card(finding, numbered.id_of(finding), framed=True) for finding in check.findings),
        )
    )


def _written(plan: TargetPlan) -> Iterator[str]:
    if plan.mbox:
        yield f"written: {plan.mbox}"
    if plan.certificate:
        yield f"certificate: {plan.certificate}"
    if plan.branch:
        yield f"committed on: {plan.branch}"
