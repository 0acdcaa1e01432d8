"""How grave an undefined symbol is."""

from __future__ import annotations

import pytest

from patchtool.core.finding import Severity
from patchtool.core.lint import LintReport, Place, Undefined, Weight
from patchtool.core.report import Base
from patchtool.core.tree import Use, UseKind


def place(kind: UseKind, weight: Weight, verb: str = "") -> Place:
    return Place(Use("a", 1, "X", kind, "X", verb), weight)


TEXT = place(UseKind.COMMENT, Weight.TEXT)
VALUE = place(UseKind.CODE, Weight.VALUE)
DEPENDS = place(UseKind.KCONFIG, Weight.DECIDES, "depends")
SELECT = place(UseKind.KCONFIG, Weight.DECIDES, "select")
IF = place(UseKind.CODE, Weight.DECIDES)
MAKE = place(UseKind.MAKEFILE, Weight.DECIDES)


@pytest.mark.parametrize(
    ("places", "own", "severity"),
    [
        ((TEXT, VALUE), "", Severity.NOTE),
        ((TEXT, DEPENDS), "", Severity.WARNING),
        ((DEPENDS, SELECT), "", Severity.ERROR),
        ((DEPENDS, IF), "", Severity.ERROR),
        ((MAKE,), "", Severity.ERROR),
        ((IF, VALUE), "a.h:1", Severity.NOTE),
    ],
)
def test_severity(places: tuple[Place, ...], own: str, severity: Severity) -> None:
    assert Undefined("X", places, own).severity is severity


def test_the_worst_of_a_report() -> None:
    base = Base("HEAD", "", "", "")
    some = (Undefined("A", (TEXT,)), Undefined("B", (DEPENDS,)))
    assert LintReport(base, some, (), ()).worst() is Severity.WARNING
    assert LintReport(base, (), (), ()).worst() is None
