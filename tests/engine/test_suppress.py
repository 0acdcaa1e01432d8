"""Findings that the user has answered for."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import CheckReport, Waived
from patchtool.core.series import Patch, Person, Series
from patchtool.engine.baseline import BadBaseline, against, identity, read_baseline, write_baseline
from patchtool.engine.suppress import Suppression, filtered

WHO = Person("T", "t@example.org")
ARM = Finding(
    "dead-symbol", Severity.ERROR, Location("arch/arm/Kconfig", 7, "v5.5+1/2"), "m", "A:arm", patch=1
)
MAIL = Finding("fixes-tag", Severity.WARNING, Location("s.mbox", 9), "m", "2:Fixes: x", patch=2)
DRIVER = Finding(
    "dead-symbol", Severity.NOTE, Location("drivers/a/Kconfig", 1, "v5.5+2/2"), "n", "B:a", patch=2
)


def report(*findings: Finding, subjects: tuple[str, ...] = ("mm: One", "mm: Two")) -> CheckReport:
    total = len(subjects)
    patches = tuple(
        Patch(n, total, subject, "PATCH", WHO, WHO, "", "", (), (), b"", "s.mbox")
        for n, subject in enumerate(subjects, 1)
    )
    series = Series("s.mbox", "s", 1, patches, total=total)
    return CheckReport(series, None, findings, (), ("dead-symbol", "fixes-tag"), total, ("x",), ())


def test_a_suppression_takes_out_what_it_covers_and_keeps_the_reason() -> None:
    rule = Suppression("dead-symbol", "arch/*", "out of tree on arm", "c.toml:3")
    done = filtered(report(ARM, MAIL, DRIVER), [rule])
    assert done.findings == (MAIL, DRIVER)
    assert done.waived == (Waived(ARM, "out of tree on arm", "c.toml:3"),)
    assert done.notes == ()


def test_the_first_counts_and_the_idle_are_named() -> None:
    rules = [
        Suppression("*", "s.mbox", "sent already", "c.toml:1"),
        Suppression("fixes-tag", "*", "never met", "c.toml:5"),
        Suppression("stale-diffstat", "*", "its rule did not run", "c.toml:9"),
    ]
    done = filtered(report(ARM, MAIL), rules)
    assert [(one.finding, one.by) for one in done.waived] == [(MAIL, "c.toml:1")]
    assert done.notes == ("c.toml:5: the suppression of fixes-tag in * covers nothing",)


def test_a_baseline_is_written_and_read(tmp_path: Path) -> None:
    place = tmp_path / "known.json"
    assert write_baseline(place, report(ARM, MAIL, ARM)) == 2
    done = against(report(ARM, MAIL, DRIVER), read_baseline(place))
    assert done.findings == (DRIVER,)
    assert done.waived == (
        Waived(ARM, "known already", str(place)),
        Waived(MAIL, "known already", str(place)),
    )
    assert done.notes == ()
    assert against(report(DRIVER), read_baseline(place)).notes == (
        f"{place}: 2 of 2 known findings were not met again",
    )


def test_a_key_holds_when_lines_and_patches_move() -> None:
    moved = Finding("fixes-tag", Severity.WARNING, Location("v2.mbox", 80), "m", "3:Fixes: x", patch=3)
    later = report(moved, subjects=("mm: Zero", "mm: One", "mm: Two"))
    assert identity(moved, later.series) == identity(MAIL, report(MAIL).series)
    assert identity(ARM, report(ARM).series) == ("dead-symbol", "A:arm")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "known.json:1: no JSON: Expecting property name"),
        ("[]", "known.json: no baseline of a kind that is known here (hint: a baseline is {"),
        ('{"schema": 2}', "known.json: no baseline of a kind that is known here (hint: a baseline is {"),
        ('{"schema": 1, "findings": [{"rule": "a"}]}', "known.json: no list of findings in it (hint: a "),
        ("\xff", "known.json: not UTF-8"),
    ],
)
def test_a_file_that_is_no_baseline(tmp_path: Path, text: str, said: str) -> None:
    place = tmp_path / "known.json"
    place.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadBaseline) as caught:
        read_baseline(place)
    assert str(caught.value).startswith(f"{tmp_path}/{said}")


def test_a_baseline_that_is_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline, match=r"No such file.*--write-baseline"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(BadBaseline, match="cannot be written: Is a directory"):
        write_baseline(tmp_path, report())
