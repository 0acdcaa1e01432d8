"""The rules as text: all of them in a table, one of them explained."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from patchtool.core.rules import Rule
from patchtool.report.as_json import SCHEMA, Json
from patchtool.report.console import Lines
from patchtool.report.rule_doc import RuleDoc

_WIDTH = 79


def rules_text(rules: Sequence[Rule]) -> Lines:
    """A line a rule: id, name, severity, what it finds. A rule that is off by default has a star."""
    out = Lines()
    names = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        severity = (f"{rule.severity.value:<7}", rule.severity.value)
        star = " " if rule.default else "*"
        title = RuleDoc.of(rule).title.removesuffix(".")
        out.add((f"{rule.id:<5}", "dim"), f"  {rule.name:<{names}}  ", severity, f"{star} {title}")
    if any(not rule.default for rule in rules):
        out.add("")
        out.add("* off unless asked for: --all-rules, or --select")
    return out


def rule_text(rule: Rule) -> Lines:
    """A rule's docstring, head by head, folded at 79 columns."""
    out = Lines()
    doc = RuleDoc.of(rule)
    out.add((f"{rule.name} ({rule.id})", "head"))
    for line in wrap(doc.title, _WIDTH):
        out.add(line)
    out.add("")
    hazard = "none" if rule.hazard is None else rule.hazard.value
    asked = "runs unless left out" if rule.default else "off unless asked for: --all-rules, or --select"
    facts = [
        ("Severity", f"{rule.severity.value}; where a later patch mends it, at most {hazard}"),
        (
            "Runs",
            f"{asked}; {'on the mails alone' if rule.on_series else 'on the base and after every patch'}",
        ),
        ("Since", rule.since),
    ]
    for head, said in (*doc.heads, *facts):
        out.add((head, "head"))
        for line in wrap(said, _WIDTH - 4, break_long_words=False, break_on_hyphens=False):
            out.add(f"    {line}")
    return out


def rules_json(rules: Sequence[Rule]) -> Json:
    """`patchtool rules --format json`, and a rule of it for `patchtool explain --format json`."""
    return {"schema": SCHEMA, "rules": [rule_json(rule) for rule in rules]}


def rule_json(rule: Rule) -> Json:
    """A rule with its docstring by heads."""
    doc = RuleDoc.of(rule)
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity.value,
        "hazard": rule.hazard.value if rule.hazard else None,
        "since": rule.since,
        "default": rule.default,
        "needs_tree": rule.on_state is not None,
        "title": doc.title,
        "doc": dict(doc.heads),
    }
