"""The rules as a table."""

from __future__ import annotations

from patchtool.core.finding import Severity
from patchtool.core.rules import Rule
from patchtool.report.rule_table import rule_table


def test_the_whole_table() -> None:
    rules = (
        Rule("PT1", "one-slip", Severity.ERROR, "0.1", "Slip of `a|b`.\n\nWhat it does  much."),
        Rule("PT2", "other-slip", Severity.NOTE, "0.1", "Another slip", default=False),
    )
    assert rule_table(rules) == (
        "| rule | severity | what it finds |\n"
        "|---|---|---|\n"
        "| `one-slip` | error | Slip of `a\\|b` |\n"
        "| `other-slip` | note, off by default | Another slip |\n"
    )
    assert rule_table(()) == "| rule | severity | what it finds |\n|---|---|---|\n"
