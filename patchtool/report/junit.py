"""A check report as JUnit XML: a suite a patch, a case a rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.report import CheckReport
from patchtool.report.plain import safe
from patchtool.report.tally import of_patch, place, unreached


def junit(report: CheckReport, fails: Collection[Severity]) -> str:
    """The XML, with its declaration; findings of a severity in `fails` are failures, others are output.

    A case is skipped, with its reason, where its question stands open or its patch was never reached; a last
    suite has a skipped case for each thing that was not checked.
    """
    suites = Element("testsuites", name="patchtool")
    for name, number in _parts(report):
        _add_suite(suites, report, name, number, fails)
    if report.undecided:
        suite = SubElement(suites, "testsuite", name="not checked")
        for sentence in report.undecided:
            case = SubElement(suite, "testcase", classname="not checked", name=safe(sentence))
            SubElement(case, "skipped", message=safe(sentence))
        _count(suite)
    _count(suites)
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _parts(report: CheckReport) -> Iterator[tuple[str, int | None]]:
    yield "The series", None
    for patch in report.series.patches:
        yield f"{patch.name} {patch.subject}", patch.n


def _add_suite(
    suites: Element, report: CheckReport, name: str, number: int | None, fails: Collection[Severity]
) -> None:
    suite = SubElement(suites, "testsuite", name=safe(name))
    found = of_patch(report, number)
    for rule in report.rules:
        case = SubElement(suite, "testcase", classname=safe(name), name=safe(rule))
        own = [finding for finding in found if finding.rule == rule]
        _fill(case, own, fails)
        if number is not None and not own and unreached(report, number):
            SubElement(case, "skipped", message="the patch was not examined")
    _count(suite)


# One failure a case is what every reader takes: further ones stand in its text.
def _fill(case: Element, found: list[Finding], fails: Collection[Severity]) -> None:
    bad = [one for one in found if one.verdict is not Verdict.UNDECIDED and one.severity in fails]
    open_ = [one for one in found if one.verdict is Verdict.UNDECIDED]
    if bad:
        worst = min(bad, key=lambda one: one.severity.rank)
        failure = SubElement(
            case, "failure", type=worst.severity.value, message=safe(f"{place(worst)}: {worst.message}")
        )
        failure.text = "\n".join(_said(one) for one in bad)
    elif open_:
        SubElement(case, "skipped", message=safe(f"{place(open_[0])}: {open_[0].message}"))
    rest = [one for one in found if one not in bad]
    if rest:
        SubElement(case, "system-out").text = "\n".join(_said(one) for one in rest)


def _said(finding: Finding) -> str:
    lines = [f"{place(finding)}: {finding.severity.value}: {finding.message}"]
    lines += [f"  | {line}" for line in finding.evidence]
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return safe("\n".join(lines))


def _count(element: Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
