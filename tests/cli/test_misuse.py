"""A command line that can't be read is answered with one line, its hint, and exit status 2."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from kit import command
from patchtool.cli.misuse import misuse

SAID = {
    "check": "check: SERIES is missing (hint: mbox, mails, folder, maildir, -, A..B, message-id; "
    "patchtool check --help)",
    "check x --slect a": "check: no such option: --slect (hint: did you mean --select?)",
    "check x -z": "check: no such option: -z (hint: patchtool check --help)",
    "check x --strict=1": "check: --strict takes no value (hint: patchtool check --help)",
    "check x --format jsn": "check: --format can't be 'jsn' (hint: did you mean json?)",
    "check x --color blue": "check: --color can't be 'blue' (hint: one of auto, always, never)",
    "check x --revision abc": "check: --revision is no whole number (hint: patchtool check --help)",
    "check x --base": "check: --base needs a value (hint: patchtool check --help)",
    "chekc x": "no such command: chekc (hint: did you mean check?)",
    "nonesuch": "no such command: nonesuch (hint: patchtool --help)",
    "--verison": "no such option: --verison (hint: did you mean --version?)",
    "backport --nope": "backport: no such option: --nope (hint: patchtool backport --help)",
    "lint extra": "lint: more than is asked for: extra (hint: patchtool lint --help)",
    "kconfig x --archs arm": "kconfig: no such option: --archs (hint: did you mean --arch?)",
    "model --arch": "model: --arch needs a value (hint: patchtool model --help)",
    "rules --forma json": "rules: no such option: --forma (hint: did you mean --format?)",
    "explain": "explain: RULE is missing (hint: its name or id; patchtool explain --help)",
    "doctor --strct": "doctor: no such option: --strct (hint: did you mean --strict?)",
    "completion tcsh": "completion: SHELL can't be 'tcsh' (hint: one of bash, zsh, fish)",
    "hook bogus": "hook: no such command: bogus (hint: patchtool hook --help)",
    "hook install commitmsg": "hook install: HOOK can't be 'commitmsg' (hint: did you mean commit-msg?)",
    "hook install --chian": "hook install: no such option: --chian (hint: did you mean --chain?)",
    "hook run": "hook run: HOOK is missing (hint: which hook; patchtool hook run --help)",
}


@pytest.mark.parametrize("line", SAID)
def test_one_line_says_what_is_wrong(line: str, tmp_path: Path) -> None:
    done = command(*line.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"patchtool: {SAID[line]}\n"


def test_what_is_typed_reaches_no_terminal_as_it_is(tmp_path: Path) -> None:
    done = command("check", "x", "--\x1b[31m", cwd=tmp_path)
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_no_command_is_answered_with_the_help(tmp_path: Path) -> None:
    done = command("hook", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("Usage: patchtool ")


def test_what_is_not_known_is_passed_on() -> None:
    odd = misuse(typer.TyperException("A new kind."), ["check"])
    assert str(odd) == "check: A new kind. (hint: patchtool check --help)"
    bare = misuse(typer.BadParameter("No such thing."), [])
    assert str(bare) == "an argument: No such thing. (hint: patchtool --help)"
