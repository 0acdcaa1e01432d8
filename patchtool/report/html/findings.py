"""Findings as cards: what is wrong, what stands there, what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from patchtool.core.finding import Finding, Severity, Verdict
from patchtool.core.series import Patch
from patchtool.report.frame import marked
from patchtool.report.html.document import Choice, Filters
from patchtool.report.html.markup import Child, Markup, element
from patchtool.report.plain import safe
from patchtool.report.tally import place

_UNDECIDED = "undecided"
_CODE = re.compile(r"`([^`\n]+)`")


class Numbered:
    """Findings with the ids that links lead to, in the order of the report."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.all = tuple(findings)
        self._ids = {id(finding): f"f{n}" for n, finding in enumerate(self.all, 1)}

    def id_of(self, finding: Finding) -> str:
        """`f1`, `f2` ...; the finding must be one of these very objects."""
        return self._ids[id(finding)]

    def of_patch(self, number: int | None) -> list[Finding]:
        """Those that a patch brings; None: those of the series as a whole."""
        return [finding for finding in self.all if finding.patch == number]


def kind(finding: Finding) -> str:
    """How it is filtered and coloured: its severity, or `undecided`."""
    return _UNDECIDED if finding.verdict is Verdict.UNDECIDED else finding.severity.value


def card(finding: Finding, name: str, *, framed: bool) -> Markup:
    """One finding, the aim of `#name`; with `framed` what stands at its place, which is not beside it."""
    later = f", gone after patch {finding.fixed_by}" if finding.fixed_by else ""
    evidence = [element("li", line) for line in finding.evidence]
    return element(
        "article",
        element(
            "p",
            element("span", kind(finding), class_="badge"),
            " ",
            *prose(finding.message),
            class_="message",
        ),
        _frame(finding) if framed else None,
        element("p", element("b", "hint: "), *prose(finding.hint), class_="hint") if finding.hint else None,
        element("ul", *evidence, class_="evidence") if evidence else None,
        element(
            "p", element("code", place(finding)), f"{later} ", element("span", finding.rule, class_="rule")
        ),
        id=name,
        class_=f"finding {kind(finding)}",
        tabindex=-1,
        aria_label=f"{kind(finding)}: {finding.rule}",
        data_item="finding",
        data_severity=kind(finding),
        data_rule=finding.rule,
        data_patch=finding.patch,
    )


def prose(text: str) -> list[Child]:
    """A sentence in which what stands in backticks is set as code; an odd backtick stays one."""
    parts = _CODE.split(text)
    return [element("code", part) if n % 2 else part for n, part in enumerate(parts)]


def index(numbered: Numbered, findings: Sequence[Finding]) -> Markup:
    """Findings as a list of links for the side."""
    rows = [
        element(
            "li",
            element("a", finding.rule, element("small", _short(finding)), href=f"#{numbered.id_of(finding)}"),
            class_=kind(finding),
        )
        for finding in findings
    ]
    return element("ul", *rows, class_="index")


def filters(findings: Sequence[Finding], patches: Sequence[Patch], *more: Choice) -> Filters:
    """What the findings can be chosen by; severities that none has are not offered."""
    kinds = Counter(map(kind, findings))
    names = (*(level.value for level in Severity), _UNDECIDED)
    rules = sorted({finding.rule for finding in findings})
    return Filters(
        tuple((name, kinds[name]) for name in names if kinds[name]),
        (
            Choice("rule", "Rule", tuple((rule, rule) for rule in rules)),
            Choice("patch", "Patch", tuple((str(p.n), f"{p.name} {p.subject}") for p in patches)),
            *more,
        ),
    )


# A mail is known by its name; where it lies stands in the card.
def _short(finding: Finding) -> str:
    shown = place(finding)
    return shown if finding.at.ref else shown.rpartition("/")[2]


def _frame(finding: Finding) -> Markup | None:
    if not finding.source.strip():
        return None
    source = safe(finding.source)
    span = marked(finding.message, source)
    before, meant, after = (
        (source[: span[0]], source[span[0] : span[1]], source[span[1] :]) if span else (source, "", "")
    )
    number = element("span", str(finding.at.line), class_="number")
    return element("pre", number, before, element("mark", meant) if meant else None, after, class_="frame")
