"""The line that a finding points at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.engine.check import check_mails, check_on
from patchtool.engine.quote import quoted
from patchtool.engine.walk import Options
from patchtool.mail.series import read_series
from patchtool.rules import ALL
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch


@pytest.fixture
def broken(series: Path) -> str:
    return str(series / "broken-rename.mbox")


def test_every_line_is_the_one_that_stands_there(mini: Path, broken: str) -> None:
    read = read_series(broken)
    with Scratch(mini) as scratch:
        tree, base = choose_base(scratch, read, "mainline")
        findings = check_on(read, tree, base, Options(rules=ALL)).findings
    mail = Path(broken).read_text().split("\n")
    shown = {(one.rule, one.at.line): one.source for one in findings}
    assert shown["incomplete-rename", 11] == "\tselect HAVE_RCU_TABLE_FREE"
    assert shown["changed-condition", 19] == "\tselect MMU_GATHER_RCU_TABLE_FREE"
    assert shown["undefined-symbol", 62] == "#else /* !CONFIG_MMU_GATHER_HAVE_TABLE_FREE */"
    assert (
        shown["misspelt-prefix", 429]
        == mail[428]
        == "Subject: [PATCH 4/9] asm-gemeric/tlb: Remove stray declarations"
    )
    in_mails = [one for one in findings if not one.at.ref]
    assert [one.source for one in in_mails] == [mail[one.at.line - 1] for one in in_mails]


def test_what_is_not_known_stays_empty(broken: str) -> None:
    read = read_series(broken)
    odd = Finding("r", Severity.NOTE, Location("a.c", 3, "no-state"), "m", "k", patch=1)
    beyond = replace(odd, at=Location(read.patches[0].source, 99_999))
    whole = replace(odd, at=Location(read.patches[0].source))
    assert [one.source for one in quoted((odd, beyond, whole), read, ())] == ["", "", ""]
    assert check_mails(read, Options(rules=ALL), why="x").findings[0].source
