"""Write what is made of the rules' docstrings: docs/rules.md, and the table in the README.

    python docs/refresh.py [--check]

With `--check` nothing is written; the exit status is 1 where a file is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from patchtool.core.rules import Rule
from patchtool.report.rule_doc import RuleDoc
from patchtool.report.rule_table import rule_table
from patchtool.rules import ALL

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# The rules

<!-- Made by docs/refresh.py of the docstrings in rules/. -->

Each rule is one file in [rules](../rules/); `patchtool explain RULE` prints the same text. In `--select`,
`--ignore` and the configuration a rule goes by its name or its id. How to add one:
[extending.md](extending.md).

"""
_TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)


def rules_page() -> str:
    """The reference of all rules, in the order in which reports list them."""
    index = "".join(f"| [`{rule.name}`](#{rule.name}) | {rule.id} | {_level(rule)} |\n" for rule in ALL)
    table = f"| rule | id | severity |\n|---|---|---|\n{index}"
    return HEAD + table + "".join(text for rule in ALL for text in _section(rule))


def readme() -> str:
    """The README with the table of rules as it has to be."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = rule_table(ALL)
    return _TABLE.sub(lambda _: table, text)


def _level(rule: Rule) -> str:
    return rule.severity.value + ("" if rule.default else ", off by default")


def _section(rule: Rule) -> Iterator[str]:
    doc = RuleDoc.of(rule)
    yield f"\n## {rule.name}\n\n{doc.title}\n\n"
    yield f"*{rule.id}, {_level(rule)}, since {rule.since}, {_runs(rule)}.*\n\n"
    for head, text in doc.heads:
        link = f"[{text}](../{text})" if head == "Example" else _safe(text)
        yield f"- **{head}**: {link}\n"


def _runs(rule: Rule) -> str:
    return "runs over the mails" if rule.on_series else "runs on the base and after every patch"


# What stands between backquotes is shown as it is; elsewhere a tag or an emphasis would be read into it.
def _safe(text: str) -> str:
    parts = text.split("`")
    return "`".join(re.sub(r"([<*_])", r"\\\1", part) if n % 2 == 0 else part for n, part in enumerate(parts))


def stale() -> dict[Path, str]:
    """The files that are not as they have to be, with what they have to be."""
    made = {ROOT / "docs" / "rules.md": rules_page(), ROOT / "README.md": readme()}
    return {
        path: text for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """The exit status."""
    found = stale()
    for path, text in found.items():
        if "--check" in arguments:
            sys.stdout.write(f"{path.relative_to(ROOT)}: stale: `make docs` mends it\n")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if found and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
