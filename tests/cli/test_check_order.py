"""`patchtool check --order` and `--rules` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

from kit import command

RULE = """[[rule]]
name = "no-count"
severity = "error"
message = "{what} is counted."
query = "(update_expression) @what"
"""


def test_the_order_instead_of_the_rules(mini: Path, series: Path) -> None:
    done = command("check", series / "clean.mbox", "--base", "mainline", "--order", cwd=mini)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"needs none of the others" in done.stdout
    assert b"\nchecked: 2 of 2 patches: " in done.stdout
    done = command(
        "check", series / "clean.mbox", "--base", "mainline", "--order", "--format", "json", cwd=mini
    )
    assert json.loads(done.stdout)["patches"] == [1, 2]


def test_an_order_that_is_not_kept_to_is_a_finding(mini: Path, series: Path) -> None:
    cases = series.parent / "rules" / "order-in-series"
    done = command("check", cases / "bad-identifier.mbox", "--base", "mainline", "--order", cwd=mini)
    assert done.returncode == 1
    assert b"before its time: after 2/2" in done.stdout
    done = command(
        "check",
        cases / "bad-identifier.mbox",
        "--base",
        "mainline",
        "--order",
        "--fail-on",
        "never",
        cwd=mini,
    )
    assert done.returncode == 0


def test_an_order_needs_a_tree_and_takes_no_rules(tmp_path: Path, series: Path) -> None:
    done = command("check", series / "clean.mbox", "--order", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no kernel repository here" in done.stderr
    done = command("check", series / "clean.mbox", "--order", "--rules", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert b"--order runs no rules" in done.stderr


def test_rules_of_ones_own(tmp_path: Path, mini: Path, series: Path) -> None:
    (tmp_path / "own.toml").write_text(RULE)
    case = series.parent / "rules" / "order-in-series" / "good-member.mbox"
    done = command("check", case, "--base", "mainline", "--rules", tmp_path, cwd=mini)
    assert done.returncode == 1
    assert b"mm/memory.c:16: error [no-count]\n    tlb->tables_freed++ is counted.\n" in done.stdout
    (tmp_path / "own.toml").write_text(RULE.replace("severity", "severty"))
    done = command("check", case, "--base", "mainline", "--rules", tmp_path, cwd=mini)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == (
        f"patchtool: {tmp_path}/own.toml:3: `severty` is no key of a rule (hint: did you mean `severity`?)\n"
    )
