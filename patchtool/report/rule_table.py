"""The rules as a table in Markdown, for the README."""

from __future__ import annotations

from collections.abc import Iterable

from patchtool.core.rules import Rule


def rule_table(rules: Iterable[Rule]) -> str:
    """One row a rule, in the given order, newline-terminated: name, severity, its docstring's first line."""
    rows = ["| rule | severity | what it finds |", "|---|---|---|"]
    for rule in rules:
        title = rule.doc.partition("\n")[0].removesuffix(".").replace("|", "\\|")
        asked = "" if rule.default else ", off by default"
        rows.append(f"| `{rule.name}` | {rule.severity.value}{asked} | {title} |")
    return "".join(f"{row}\n" for row in rows)
