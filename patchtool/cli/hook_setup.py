"""What a hook runs with: the configuration that `patchtool check` would have there, and no options."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from patchtool.cli import common
from patchtool.cli.config import Config
from patchtool.cli.config_files import Settings, find, merged
from patchtool.core.report import CheckReport
from patchtool.core.rules import Rule
from patchtool.engine.baseline import against, read_baseline
from patchtool.engine.suppress import Suppression, filtered
from patchtool.report.plain import one_line
from patchtool.report.tally import off_by_default
from patchtool.rules import ALL


@dataclass(frozen=True, slots=True)
class Setup:
    """`rules` run, `left_out` names those that would run unasked; `settings` is where it was said.

    `off` names those that are off by default.
    """

    rules: tuple[Rule, ...]
    left_out: tuple[str, ...]
    suppressions: tuple[Suppression, ...]
    settings: Settings
    off: tuple[str, ...] = ()

    @property
    def config(self) -> Config:
        return self.settings.config

    def judged(self, report: CheckReport) -> CheckReport:
        """The report as the user wants it: suppressed and known findings aside, what was left out said."""
        left = (f"rules left out: {', '.join(self.left_out)}",) if self.left_out else ()
        report = filtered(report, self.suppressions)
        report = replace(
            report, left_out=(*report.left_out, *left), notes=(*self.settings.notes, *report.notes)
        )
        return against(report, read_baseline(self.config.baseline)) if self.config.baseline else report

    def passes(self, report: CheckReport) -> bool:
        """Whether the findings are below what the user wants to fail on."""
        return not common.FailOn(self.config.fail_on or common.FailOn.ERROR).fails(report.worst())


def setup() -> Setup:
    """The configuration that counts where the hook runs.

    Raises:
        BadConfig: a file can't be used.
        UsageError: it names a rule that there is not.
    """
    found = find(Path.cwd(), os.environ)
    settings = Settings(merged(found), found.passed_over)
    config = settings.config
    if not (config.select or config.ignore or config.rules or config.suppress):
        off = tuple(rule.name for rule in ALL if not rule.default)
        return Setup(tuple(rule for rule in ALL if rule.default), (), (), settings, off)
    # Only where rules are named: it brings the readers of users' rules with it.
    from patchtool.cli.choice import Asked, choose

    chosen = choose(Asked(config.select, config.ignore, config.rules, places=config.places))
    return Setup(chosen.run, chosen.left_out, chosen.suppressions(config.suppress), settings, chosen.off)


def repository() -> Path:
    """What git says the repository is, else where one stands: hooks may be run for another folder."""
    return Path(os.environ.get("GIT_DIR") or Path.cwd())


def tell(report: CheckReport) -> None:
    """The whole report on standard error where it has findings, else a line for each thing to know."""
    if report.findings:
        # Only where there is something to show: it brings the terminal's library with it.
        from patchtool.report.check_text import check_text

        common.show(check_text(report), error=True)
        return
    say(f"{report.checked[0]}: no finding")
    for sentence in (*report.undecided, *report.left_out, *off_by_default(report)):
        say(f"not checked: {sentence}")
    for sentence in report.notes:
        say(f"note: {sentence}")


def say(sentence: str) -> None:
    """One line that says who speaks: git's own words stand around it."""
    print(f"patchtool: {one_line(sentence)}", file=sys.stderr)
