"""Man pages from the same text as `--help`: `python -m patchtool.cli.man FOLDER`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from patchtool import installed_version
from patchtool.cli import main
from patchtool.cli.help_text import EXAMPLES, SUMMARIES

_BLANKS = re.compile(r"\s+")


def pages() -> dict[str, str]:
    """Each page's file name (`patchtool-check.1`) with its roff, `patchtool.1` first."""
    main.load()
    # The command classes are typer's own, and not of its public interface.
    program: Any = get_command(main.app)
    context = program.make_context("patchtool", [], resilient_parsing=True)
    found = {"patchtool.1": _program(program, context)}
    for name in SUMMARIES:
        command = program.get_command(context, name)
        own = typer.Context(command, info_name=name, parent=context)
        found[f"patchtool-{name}.1"] = _page(name, command, own)
    return found


def write_pages(folder: Path) -> None:
    """Write every page into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def _program(program: Any, context: Any) -> str:
    lines = [
        *_head("PATCHTOOL", f"patchtool \\- {roff(program.help.rstrip('.'))}"),
        ".SH SYNOPSIS",
        ".B patchtool",
        ".I COMMAND",
        "[...]",
        ".SH COMMANDS",
    ]
    for name, summary in SUMMARIES.items():
        lines += [".TP", f".BR patchtool\\-{name} (1)", roff(summary)]
    lines += [".SH OPTIONS", *_options(program, context)]
    exit_status = program.epilog.removeprefix("Exit status: ")
    lines += [".SH EXIT STATUS", roff(f"{exit_status[:1].upper()}{exit_status[1:]}")]
    return _joined(lines)


def _page(name: str, command: Any, context: Any) -> str:
    first, *more = [_BLANKS.sub(" ", part) for part in (command.help or SUMMARIES[name]).split("\n\n")]
    lines = [
        *_head(f"PATCHTOOL-{name.upper()}", f"patchtool\\-{name} \\- {roff(SUMMARIES[name].rstrip('.'))}"),
        ".SH SYNOPSIS",
        f".B patchtool {name}",
        roff(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        roff(first),
        *(line for part in more for line in (".PP", roff(part))),
    ]
    subcommands = getattr(command, "commands", {})
    if subcommands:
        lines.append(".SH COMMANDS")
        for sub, one in subcommands.items():
            lines += [".TP", f".B {roff(sub)}", roff(_BLANKS.sub(" ", one.get_short_help_str(500)))]
    lines += [".SH OPTIONS", *_options(command, context)]
    if name in EXAMPLES:
        lines.append(".SH EXAMPLES")
        for line, purpose in EXAMPLES[name]:
            lines += [".TP", f".B {roff(line)}", roff(purpose)]
    return _joined([*lines, ".SH SEE ALSO", ".BR patchtool (1)"])


def _head(title: str, name: str) -> Iterator[str]:
    yield f'.TH "{title}" 1 "" "patchtool {roff(installed_version())}" "User Commands"'
    yield from (".SH NAME", name)


def _options(command: Any, context: Any) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record:
            term, said = record
            yield from (".TP", f".B {roff(term)}", roff(_BLANKS.sub(" ", said)) or "\\&")


def roff(text: str) -> str:
    """Text as it is, whatever roff would take it for: no request, no escape, no hyphen for a minus."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", plain, flags=re.M)


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "man"))
