"""`patchtool kconfig` as a user runs it, on the mini kernel."""

from __future__ import annotations

import json
from pathlib import Path

from kit import command

SERIES = Path(__file__).resolve().parents[2] / "fixtures" / "series"


def test_the_lines_of_one_symbol(mini: Path) -> None:
    chosen = ("--symbol", "MMU_GATHER_NO_RANGE", "--base", "mainline", "--repo", mini)
    done = command("kconfig", SERIES / "v1.mbox", *chosen, cwd=mini)
    assert done.returncode == 0
    out = done.stdout.decode().splitlines()
    assert "  alpha: MMU_GATHER_NO_RANGE: selected but undeclared -> y  arch/alpha/Kconfig:7" in out
    assert out[-2:] == ["checked: 1 symbol, 10 states, 8 architectures", "not checked: nothing was left open"]


def test_as_json(mini: Path) -> None:
    chosen = ("--arch", "sparc", "--symbol", "HAVE_RCU_TABLE_FREE", "--base", "mainline", "--format", "json")
    report = json.loads(command("kconfig", SERIES / "v1.mbox", *chosen, cwd=mini).stdout)
    assert report["architectures"] == ["sparc"]
    (shift,) = report["shifts"]
    assert (shift["symbol"], shift["renamed"]) == ("HAVE_RCU_TABLE_FREE", "MMU_GATHER_RCU_TABLE_FREE")
    assert (shift["before"]["most"], shift["after"]["most"]) == ("SPARC64 && SMP", "SPARC64")
    assert shift["at"] == {"path": "arch/sparc/Kconfig", "line": 19}


def test_what_it_does_not_have_is_bad_use(mini: Path) -> None:
    done = command("kconfig", SERIES / "v1.mbox", "--arch", "vax", "--base", "mainline", cwd=mini)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("patchtool: the tree has no Kconfig for architecture vax (hint: ")


def test_patches_that_do_not_apply_leave_it_undecided(mini: Path) -> None:
    done = command("kconfig", SERIES / "v1.mbox", "--base", "linux-5.4.y", cwd=mini)
    assert done.returncode == 3
    assert "6/9, 7/9, 8/9, 9/9: 6/9 does not apply" in done.stdout.decode()
