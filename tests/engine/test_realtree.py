"""The series that all began with, on the real kernels it was sent for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from patchtool.core.report import CheckReport
from patchtool.core.series import FileChange, Patch
from patchtool.engine.check import check_on
from patchtool.engine.renames.inferred import declared
from patchtool.engine.states import steps
from patchtool.engine.walk import Options
from patchtool.mail.series import read_series
from patchtool.rules import incomplete_rename
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep

from .test_golden import RULES

pytestmark = pytest.mark.realtree


@pytest.fixture
def v4(real_mails: Path) -> Path:
    return real_mails / "v4.mbox"


def checked(scratch: Scratch, mbox: Path, rev: str) -> CheckReport:
    series = read_series(str(mbox))
    tree, base = choose_base(scratch, series, rev)
    return check_on(series, tree, base, Options(rules=RULES, renames=declared()))


def facts(report: CheckReport) -> list[tuple]:
    return [(f.rule, f.severity.value, f.patch) for f in report.findings]


def test_on_mainline_it_has_these_defects_and_no_others(kernels: Path, v4: Path) -> None:
    with Scratch(kernels) as scratch:
        report = checked(scratch, v4, "mainline")
    assert facts(report) == [
        ("malformed-trailer", "error", 2),
        ("misspelt-prefix", "warning", 4),
        ("undefined-symbol", "note", 9),
    ]
    assert report.states == 9
    # A repository of some kernels only may lack blobs; nothing else is open.
    assert all("absent from the object store" in sentence for sentence in report.undecided)


def test_on_5_4_the_sixth_patch_misses_one_line(kernels: Path, v4: Path) -> None:
    with Scratch(kernels) as scratch:
        report = checked(scratch, v4, "linux-5.4.y")
    (misfit,) = [finding for finding in report.findings if finding.rule == "does-not-apply"]
    assert (misfit.patch, misfit.at.path, misfit.at.line) == (6, "arch/s390/Kconfig", 173)
    assert "wants: \tselect HAVE_RELIABLE_STACKTRACE" in misfit.evidence
    assert report.states == 5
    assert report.undecided[0] == "6/9, 7/9, 8/9, 9/9: 6/9 does not apply"


def mail_of(text: bytes, patch: Patch) -> tuple[int, int]:
    """Where the mail of a patch lies in the mbox, as byte offsets."""
    at = text.index(b"Subject: [PATCH v4 %d/9]" % patch.n)
    end = text.find(b"\nSubject: [PATCH v4 %d/9]" % (patch.n + 1), at)
    return at, end if end > 0 else len(text)


def without(change: FileChange, number: int) -> bytes:
    """A file's diff without one hunk; nothing where it was the only one."""
    head, *hunks = change.text.split(b"\n@@ ")
    if len(hunks) == 1:
        return b""
    return b"\n@@ ".join([head, *hunks[:number], *hunks[number + 1 :]]).removesuffix(b"\n") + b"\n"


def test_every_hunk_that_the_sixth_patch_might_lose_is_named(kernels: Path, v4: Path, tmp_path: Path) -> None:
    text = v4.read_bytes()
    sixth = read_series(str(v4)).patches[5]
    start, end = mail_of(text, sixth)
    cut = tmp_path / "cut.mbox"
    options = Options(rules=(incomplete_rename.RULE,), renames=declared(), grep=Grep(tmp_path / "cache"))
    tried = [(change, number) for change in sixth.files for number in range(len(change.hunks))]
    assert len(tried) == 18
    with Scratch(kernels) as scratch:
        tree, base = choose_base(scratch, None, "mainline")
        for change, number in tried:
            mail = text[start:end]
            assert mail.count(change.text) == 1
            cut.write_bytes(text[:start] + mail.replace(change.text, without(change, number)) + text[end:])
            whole = read_series(str(cut))
            series = replace(whole, patches=whole.patches[:6])
            found = check_on(series, tree, base, options).findings
            assert {finding.patch for finding in found} == {6}
            places = {(finding.at.path, finding.at.line) for finding in found}
            assert places == left(list(steps(tree, series))[6].tree, change, number)


def left(tree: Snapshot, change: FileChange, number: int) -> set[tuple[str, int]]:
    """The lines of the lost hunk that still have the old name, by plain search of the one file."""
    lines = (tree.read(change.path) or b"").decode().split("\n")
    old = re.compile(r"(\b|CONFIG_)HAVE_RCU_TABLE_FREE\b")
    found = {(change.path, n) for n, line in enumerate(lines, 1) if old.search(line)}
    removed = change.hunks[number].removed
    assert len(found) == sum("HAVE_RCU_TABLE_FREE" in line.text for line in removed) > 0
    return found
