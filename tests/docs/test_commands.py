"""The commands in the documents are run, and print what the documents say.

A block ```` ```console mini ```` is run on the mini kernel, as after `make demo`: from a folder with
`fixtures/` and `demo/kernel`, all blocks of a document in their order. Any other ```` ```console ```` block
has a line `<!-- not run: why -->` before it. PATCHTOOL_REGENERATE=1 writes what commands print into the
documents, where nothing is left out with `...`.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docs_kit import ELISION, ROOT, Block, blocks, documents, fits, label, outside
from typer.main import get_command

from patchtool.cli import main
from patchtool.cli.common import CheckFormat

BLOCKS = [block for path in documents() for block in blocks(path)]
CONSOLE = [block for block in BLOCKS if block.language == "console"]
LEFT = [block for block in CONSOLE if not block.runs]
RUN = list(dict.fromkeys(block.document for block in CONSOLE if block.runs))
REGENERATE = bool(os.environ.get("PATCHTOOL_REGENERATE"))
QUOTED = re.compile(r"`(patchtool [^`]+)`")
TYPED = re.compile(r"(?: {4}|\$ )(patchtool .+)")


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the documents' commands keep, for all of them."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(tmp_path: Path, mini: Path) -> Path:
    """The project's folder after `make demo`, as far as the documents need it, and a user with a name."""
    folder = tmp_path / "project"
    folder.mkdir()
    identity = "[user]\n\tname = Dana Example\n\temail = dana@example.org\n"
    (Path(os.environ["HOME"]) / ".gitconfig").write_text(identity)
    (folder / "fixtures").symlink_to(ROOT / "fixtures", target_is_directory=True)
    shutil.copytree(mini, folder / "demo" / "kernel", symlinks=True)
    return folder


def run(command: str, place: Path, kept: Path, last: int) -> tuple[int, list[str]]:
    """Exit status and lines of a command; `last` is the exit status of the one before, as `$?`."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATCHTOOL_CACHE": str(kept),
    }
    done = subprocess.run(
        ["bash", "-c", f"(exit {last})\n{command}"],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout.replace(str(place), ELISION).splitlines()


@pytest.mark.parametrize("document", RUN, ids=label)
def test_the_commands_print_what_the_document_says(document: Path, place: Path, kept: Path) -> None:
    wrong: list[str] = []
    last = 0
    found: list[tuple[int, tuple[str, ...], list[str]]] = []
    for block in (block for block in CONSOLE if block.document == document and block.runs):
        commands = block.commands()
        assert commands, f"{block.name}: no line begins with `$ `"
        for n, (line, command, expected) in enumerate(commands):
            last, actual = run(command, place, kept, last)
            found.append((line, expected, actual))
            asked = n + 1 < len(commands) and commands[n + 1][1] == "echo $?"
            if last > 1 and not asked:
                wrong.append(f"{label(document)}:{line}: exit status {last}: {command}")
            if not fits(expected, actual) and not (REGENERATE and whole(expected)):
                shown = "\n".join(difflib.unified_diff(expected, actual, "document", "command", lineterm=""))
                wrong.append(f"{label(document)}:{line}: {command}\n{shown}")
    if REGENERATE:
        regenerate(document, found)
    assert wrong == [], "\n\n".join(wrong)


def whole(expected: tuple[str, ...]) -> bool:
    """Whether a document leaves nothing of an output out, so that it can be written anew."""
    return not any(ELISION in line for line in expected)


def regenerate(document: Path, found: list[tuple[int, tuple[str, ...], list[str]]]) -> None:
    """Put outputs into a document; from its end, so that lines keep their numbers."""
    lines = document.read_text(encoding="utf-8").splitlines()
    for line, expected, actual in reversed(found):
        if whole(expected):
            lines[line : line + len(expected)] = [one.rstrip() for one in actual]
    document.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("block", LEFT, ids=lambda block: block.name)
def test_a_block_that_is_not_run_says_why(block: Block) -> None:
    assert block.reason, f'{block.name}: neither "console mini" nor <!-- not run: why --> before it'
    assert block.commands()
    pytest.skip(f"{block.name}: NOT run: {block.reason}")


def test_no_block_is_both_run_and_excused() -> None:
    assert [
        block.name for block in BLOCKS if block.reason and (block.runs or block.language != "console")
    ] == []


def test_a_prompt_stands_in_a_console_block() -> None:
    fenced = [block.name for block in BLOCKS if block.language != "console" and block.commands()]
    assert fenced == []


def test_a_reader_stays_in_the_folder() -> None:
    moved = [
        f"{label(block.document)}:{line}"
        for block in CONSOLE
        if block.runs
        for line, command, _ in block.commands()
        if command.startswith("cd ")
    ]
    assert moved == []


def test_an_output_may_be_left_out() -> None:
    actual = ["one two", "three", "four"]
    assert fits(["one two", "...", "four"], actual)
    assert fits(["one ...", "three", "four "], actual)
    assert fits(["..."], actual)
    assert fits(["one two", "three", "four", "..."], actual)
    assert not fits(["one two", "four"], actual)
    assert not fits(["...", "three"], actual)
    assert not fits(["...", "four", "..."], actual[:2])
    assert not fits(["one two", "...", "one two", "three", "four"], actual)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Every `patchtool ...` that is typed in a block, or stands between backquotes."""
    for n, line in outside(path):
        yield from ((n, found) for found in QUOTED.findall(line))
        typed = TYPED.match(line)
        if typed:
            yield n, typed[1]
    for block in blocks(path):
        yield from ((n, typed) for n, typed, _ in block.commands() if typed.startswith("patchtool "))


def options(command: Any, context: Any) -> set[str]:
    """The options of a click command."""
    parameters = command.get_params(context)
    return {name for one in parameters for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}


@pytest.fixture(scope="session")
def program() -> Any:
    """The command line as click has it."""
    main.load()
    return get_command(main.app)


@pytest.mark.parametrize("document", documents(), ids=label)
def test_commands_and_options_in_a_document_exist(document: Path, program: Any) -> None:
    context = program.make_context("patchtool", [], resilient_parsing=True)
    unknown = []
    for line, text in calls(document):
        words = shlex.split(text.partition("  # ")[0].partition(" | ")[0], comments=True)
        command = program
        while len(words) > 1 and (sub := getattr(command, "commands", {}).get(words[1])):
            command, words = sub, words[1:]
        known = {*options(command, context), "--help"}
        named = words[1:2] if command is program else []
        asked = {word.partition("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)}
        if sorted(asked - known) or (named and not named[0].startswith("-")):
            unknown.append(f"{label(document)}:{line}: {text}")
    assert unknown == []


def test_every_format_is_described() -> None:
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert [form.value for form in CheckFormat if f"`{form.value}`" not in text] == []


def test_every_command_is_shown_in_the_tutorial(program: Any) -> None:
    shown = "".join(
        command
        for block in CONSOLE
        if block.document.stem == "tutorial" and block.runs
        for _, command, _ in block.commands()
    )
    assert sorted(name for name in program.commands if f"patchtool {name}" not in shown) == []
