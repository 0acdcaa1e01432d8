"""What a hook says about a series before it leaves the machine: all that `patchtool check` says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from patchtool.cli import common
from patchtool.cli.hook_setup import setup, tell
from patchtool.core.report import CheckReport
from patchtool.core.series import Series
from patchtool.engine.check import check_mails, check_on
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch
from patchtool.tree.open import kernel_here


def passes(series: Series, folder: Path, base: str | None, *, alone: str = "") -> bool:
    """Check a series on the kernel in `folder` and print the report; whether it may leave the machine.

    `alone` says why only the mails are to be looked at, "" where the tree is. A patch that was not tried
    does not pass.

    Raises:
        PatchtoolError: the configuration or the repository can't be used.
    """
    chosen = setup()
    alone = alone or ("" if kernel_here(folder) else "HEAD is no kernel")
    with common.progress() as progress:
        tables = declared(chosen.config.renames)
        options = Options.cached(chosen.rules, tables, common.cache_folder(), progress)
        report = check_mails(series, options, why=alone) if alone else _on_tree(series, folder, base, options)
    report = replace(chosen.judged(report), off=chosen.off)
    tell(report)
    untried = bool(report.base) and report.states < len(series.patches)
    return not untried and chosen.passes(report)


def _on_tree(series: Series, folder: Path, base: str | None, options: Options) -> CheckReport:
    with Scratch(folder, common.cache_folder()) as scratch:
        tree, chosen = choose_base(scratch, series, base)
        return check_on(series, tree, chosen, options)
