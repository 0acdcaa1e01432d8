"""Hooks put in and taken out: afterwards all is as it was, to the time stamp."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hook_kit import script

from kit import fingerprint
from patchtool.hooks.place import HookError
from patchtool.hooks.scripts import Hook, install, uninstall

ALL = list(Hook)
HELD_BACK = [Hook.PRE_PUSH, Hook.SENDEMAIL_VALIDATE]


def said(folder: Path, hook: Hook, data: bytes = b"") -> tuple[int, bytes]:
    """A hook run as git runs it."""
    done = subprocess.run([folder / hook, "one", "two three"], input=data, capture_output=True, check=False)
    return done.returncode, done.stdout


@pytest.fixture
def tool(tmp_path):
    """A patchtool that says how it was called, and what it was given."""
    return script(tmp_path / "bin dir/it's", 'printf "%s|" "$@"; cat\nexit ${STATUS:-0}\n')


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hooks").mkdir()
    return tmp_path / "hooks"


def test_each_hook_calls_the_program(folder, tool):
    assert [(done.path, done.kept, done.changed) for done in install(folder, ALL, tool, chain=False)] == [
        (folder / hook, None, True) for hook in ALL
    ]
    for hook in ALL:
        words = f"hook|run|{hook}|--|one|two three|".encode()
        assert said(folder, hook, b"a ref\n") == (0, words + b"a ref\n")
        assert os.access(folder / hook, os.X_OK)


def test_nothing_is_left(folder, tool):
    install(folder, ALL, tool, chain=False)
    assert [done.path for done in uninstall(folder, ALL)] == [folder / hook for hook in ALL]
    assert (list(folder.iterdir()), uninstall(folder, ALL)) == ([], [])


def test_a_folder_that_was_not_there_goes_again(tmp_path, tool):
    install(tmp_path / "new/hooks", ALL, tool, chain=False)
    uninstall(tmp_path / "new/hooks", ALL)
    assert not (tmp_path / "new/hooks").exists()


def test_again_changes_nothing_and_another_program_renews(folder, tool, tmp_path):
    install(folder, ALL, tool, chain=False)
    before = fingerprint(folder)
    assert [done.changed for done in install(folder, ALL, tool, chain=False)] == [False] * 4
    assert fingerprint(folder) == before
    other = Path(shutil.copy(tool, tmp_path / "other"))
    assert [done.changed for done in install(folder, ALL, other, chain=False)] == [True] * 4
    assert sorted(place.name for place in folder.iterdir()) == sorted(ALL)


def test_a_hook_that_is_there_is_not_written_over(folder, tool):
    script(folder / "pre-push", "exit 7\n")
    before = fingerprint(folder)
    with pytest.raises(HookError, match="there is a hook already") as caught:
        install(folder, ALL, tool, chain=False)
    assert caught.value.hint == "--chain runs it first, and then patchtool"
    assert (caught.value.at, fingerprint(folder)) == (str(folder / "pre-push"), before)
    assert uninstall(folder, ALL) == []


@pytest.mark.parametrize("hook", ALL)
def test_chained_it_comes_first_and_can_refuse(folder, tool, hook, monkeypatch):
    script(folder / hook, 'echo "theirs: $*"; cat >&2; exit ${THEIRS:-0}\n')
    before = fingerprint(folder)
    (done,) = install(folder, [hook], tool, chain=True)
    assert done.kept == folder / f"{hook}.before-patchtool"
    words = f"theirs: one two three\nhook|run|{hook}|--|one|two three|".encode()
    # The list of refs is for both; of a terminal there is only one.
    assert said(folder, hook, b"a ref\n") == (0, words + (b"a ref\n" if hook is Hook.PRE_PUSH else b""))
    monkeypatch.setenv("THEIRS", "7")
    assert said(folder, hook, b"a ref\n") == (7, b"theirs: one two three\n")
    install(folder, [hook], tool, chain=True)
    assert [done.kept for done in uninstall(folder, [hook])] == [folder / f"{hook}.before-patchtool"]
    assert fingerprint(folder) == before


def test_an_empty_list_of_refs_stays_empty(folder, tool):
    script(folder / "pre-push", "wc -c\n")
    install(folder, [Hook.PRE_PUSH], tool, chain=True)
    assert said(folder, Hook.PRE_PUSH) == (0, b"0\nhook|run|pre-push|--|one|two three|")


def test_a_link_is_kept_as_one(folder, tool, tmp_path):
    script(tmp_path / "elsewhere", "exit 0\n")
    for name, target in (("commit-msg", "../elsewhere"), ("pre-push", "../nowhere")):
        (folder / name).symlink_to(target)
    with pytest.raises(HookError, match="there is a hook already"):
        install(folder, [Hook.PRE_PUSH], tool, chain=False)
    install(folder, ALL, tool, chain=True)
    assert [said(folder, hook)[0] for hook in ALL] == [0, 0, 0, 0]
    uninstall(folder, ALL)
    links = {place.name: os.readlink(place) for place in folder.iterdir()}
    assert links == {"commit-msg": "../elsewhere", "pre-push": "../nowhere"}
    assert (tmp_path / "elsewhere").read_text() == "#!/bin/sh\nexit 0\n"


def test_what_somebody_changed_is_left(folder, tool):
    install(folder, [Hook.COMMIT_MSG], tool, chain=False)
    with (folder / "commit-msg").open("a") as file:
        file.write("echo mine\n")
    before = fingerprint(folder)
    for act in (lambda: uninstall(folder, ALL), lambda: install(folder, ALL, tool, chain=True)):
        with pytest.raises(HookError, match="a hook of patchtool that somebody changed"):
            act()
    assert fingerprint(folder) == before


def test_a_kept_hook_in_the_way(folder, tool):
    script(folder / "commit-msg", "exit 0\n")
    script(folder / "commit-msg.before-patchtool", "exit 1\n")
    before = fingerprint(folder)
    with pytest.raises(HookError, match="a hook is kept there already"):
        install(folder, ALL, tool, chain=True)
    assert fingerprint(folder) == before


@pytest.mark.parametrize("status", [2, 4, 3, 126])
@pytest.mark.parametrize("hook", ALL)
def test_a_program_that_fails_costs_no_commit(folder, tool, hook, status, monkeypatch):
    install(folder, [hook], tool, chain=False)
    monkeypatch.setenv("STATUS", str(status))
    assert said(folder, hook)[0] == (1 if hook in HELD_BACK else 0)


@pytest.mark.parametrize("hook", ALL)
def test_a_program_that_is_gone(folder, tool, hook):
    install(folder, [hook], tool, chain=False)
    tool.unlink()
    done = subprocess.run([folder / hook, "x"], capture_output=True, text=True, check=False)
    assert done.returncode == (1 if hook in HELD_BACK else 0)
    assert f"patchtool: {hook} failed with status 127: " in done.stderr


@pytest.mark.parametrize("hook", ALL)
@pytest.mark.parametrize("status", [1, 130])
def test_findings_and_interrupts_stop(folder, tool, hook, status, monkeypatch):
    install(folder, [hook], tool, chain=False)
    monkeypatch.setenv("STATUS", str(status))
    assert said(folder, hook)[0] == status
