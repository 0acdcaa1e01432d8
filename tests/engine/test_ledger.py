"""The Kconfig ledger: of the mini kernel's series whole, and of the real one by what Kconfig says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, diff, kernel
from kit import series as series_of
from patchtool.core.ledger import LedgerReport
from patchtool.core.series import Series
from patchtool.engine.ledger import NotInLedger, Only, ledger
from patchtool.engine.renames.inferred import declared
from patchtool.engine.walk import Options
from patchtool.mail.series import read_series
from patchtool.report.ledger_text import ledger_text, said
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = Path(__file__).resolve().parent / "expected"


def written(repo: Path, series: Series, rev: str, only: Only | None = None) -> LedgerReport:
    with Scratch(repo) as scratch:
        tree, base = choose_base(scratch, series, rev)
        return ledger(series, tree, base, Options(rules=(), renames=declared()), only)


def moved(report: LedgerReport) -> list[str]:
    """Every shift as `patch archs symbol before -> after`."""
    return [
        f"{s.patch} {','.join(s.architectures)}: {s.symbol}{'>' + s.renamed if s.renamed else ''}: "
        f"{said(s.before)} -> {said(s.after)}"
        for s in report.shifts
    ]


def test_the_whole_ledger_of_the_mini_kernel(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = written(mini, read_series("fixtures/series/v1.mbox"), "mainline")
    text = ledger_text(report).plain()
    head, base, *rest = text.splitlines(keepends=True)
    assert base.startswith("base: mainline (")  # the id changes with every change of the mini kernel
    assert head + "".join(rest) == (EXPECTED / "ledger-v1.txt").read_text(encoding="utf-8")


def test_only_what_is_asked_for(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    series = read_series("fixtures/series/v1.mbox")
    only = Only(frozenset({"sparc"}), frozenset({"HAVE_RCU_TABLE_FREE"}))
    report = written(mini, series, "mainline", only)
    assert report.architectures == ("sparc",)
    assert moved(report) == [
        "6 sparc: HAVE_RCU_TABLE_FREE>MMU_GATHER_RCU_TABLE_FREE: y if SPARC64 && SMP -> y if SPARC64"
    ]
    with pytest.raises(NotInLedger, match="the series does not touch NOTHING"):
        written(mini, series, "mainline", Only(symbols=frozenset({"NOTHING"})))
    with pytest.raises(NotInLedger, match="no Kconfig for architecture vax"):
        written(mini, series, "mainline", Only(architectures=frozenset({"vax"})))


BEFORE = {
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\nsource "lib/Kconfig"\n',
    "arch/Kconfig": "",
    "arch/arm/Kconfig": 'config ARM\n\tdef_bool y\n\tselect FOO if BAR\n\nconfig BAR\n\tbool "Bar"\n',
    "arch/vax/Kconfig": "config VAX\n\tdef_bool y\n",
    "lib/Kconfig": 'config FOO\n\tbool\n\nconfig SIZE\n\tint "Size"\n\tdefault 4 if VAX\n\tdefault 8\n',
}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "lib/Kconfig",
            'config FOO\n\ttristate "Foo"\n\tdefault m\n\nconfig SIZE\n\tint "Size"\n\tdefault 16\n',
            [
                "1 arm: FOO: y if BAR -> at least BAR, user's choice, default m",
                "1 vax: FOO: n -> user's choice, default m",
                "1 arm: SIZE: int, default 8 -> int, default 16",
                "1 vax: SIZE: int, default 4, default 8 -> int, default 16",
            ],
        ),
        (
            "arch/arm/Kconfig",
            (
                "config ARM\n\tdef_bool y\n\tselect FOO\n\tselect GONE\n"
                '\nconfig BAR\n\tbool "Bar"\n\tdepends on SIZE = 8\n'
            ),
            [
                "1 arm: BAR: user's choice -> user's choice if SIZE = \"8\"",
                "1 arm: FOO: y if BAR -> y",
                "1 arm: GONE: not there -> selected but undeclared",
            ],
        ),
        ("arch/vax/Kconfig", "", ["1 vax: VAX: y -> not there"]),
    ],
    ids=["retyped", "reselected", "gone"],
)
def test_how_a_change_is_said(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    repo = kernel(tmp_path / "k", BEFORE)
    series = series_of(diff(repo, {path: text}))
    assert moved(written(repo, series, "main")) == expected


def test_a_broken_architecture_hides_no_other(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "k", BEFORE | {"arch/vax/Kconfig": "config VAX\n\tdef_bool y\nendif\n"})
    series = series_of(diff(repo, {"lib/Kconfig": 'config FOO\n\tbool "Foo"\n'}))
    report = written(repo, series, "main")
    assert report.architectures == ("arm",)
    assert [(b.arch, b.at.path, b.at.line) for b in report.broken] == [("vax", "arch/vax/Kconfig", 3)]
    assert moved(report)[0] == "1 arm: FOO: y if BAR -> y if BAR, user's choice"


def test_what_stands_after_is_committed_nowhere(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "k", BEFORE)
    head = commit(repo, {"x": "x"})
    series = series_of(diff(repo, {"lib/Kconfig": 'config FOO\n\tbool "Foo"\n'}))
    assert written(repo, series, head).states == 1


@pytest.mark.realtree
def test_v4_on_mainline(kernels: Path, real_mails: Path) -> None:
    report = written(kernels, read_series(str(real_mails / "v4.mbox")), "mainline")
    assert len(report.architectures) == 25
    changes = [line for line in moved(report) if len(line.partition(":")[0].split(",")) < 8]
    assert changes == [
        "1 powerpc: HAVE_RCU_TABLE_FREE: y if SMP -> y",
        "1 powerpc: HAVE_RCU_TABLE_NO_INVALIDATE: y if HAVE_RCU_TABLE_FREE -> y",
        "2 powerpc: HAVE_RCU_TABLE_NO_INVALIDATE: y -> not there",
        "2 sparc: HAVE_RCU_TABLE_NO_INVALIDATE: y if SPARC64 && HAVE_RCU_TABLE_FREE -> not there",
        "5 alpha,nios2,openrisc,unicore32: MMU_GATHER_NO_RANGE: selected but undeclared -> y",
        "5 m68k,microblaze: MMU_GATHER_NO_RANGE: selected but undeclared -> y if MMU",
        "6 arm: HAVE_RCU_TABLE_FREE>MMU_GATHER_RCU_TABLE_FREE: y if SMP && ARM_LPAE -> y if SMP && ARM_LPAE",
        "6 arm64,powerpc,s390: HAVE_RCU_TABLE_FREE>MMU_GATHER_RCU_TABLE_FREE: y -> y",
        "6 sparc: HAVE_RCU_TABLE_FREE>MMU_GATHER_RCU_TABLE_FREE: y if SPARC64 && SMP -> y if SPARC64",
        "6 x86: HAVE_RCU_TABLE_FREE>MMU_GATHER_RCU_TABLE_FREE: y if PARAVIRT -> y if PARAVIRT",
        "7 powerpc: HAVE_MMU_GATHER_PAGE_SIZE>MMU_GATHER_PAGE_SIZE: y -> y",
        "8 s390: HAVE_MMU_GATHER_NO_GATHER>MMU_GATHER_NO_GATHER: y -> y",
        "9 arm,sparc,x86: MMU_GATHER_TABLE_FREE: not there -> y if MMU_GATHER_RCU_TABLE_FREE",
        "9 arm64,powerpc,s390: MMU_GATHER_TABLE_FREE: not there -> y",
    ]
