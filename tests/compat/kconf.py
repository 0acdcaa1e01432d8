"""The kernel's own scripts/kconfig/conf, built from a tree and asked for configurations, as the oracle."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

TOOLS = ("flex", "bison", "gcc")
# What patchtool takes for macros that ask the build machine: nothing, "no", and 0 where a value has to stand.
PROBES = {"if-success": "$(3)", "success": "n", "failure": "n"}
_VERSION = re.compile(r"^(\S+-version) := .*$", re.M)
_SHELL_VALUE = re.compile(r"^(\s*default )\$\(shell,(?:[^()]|\([^()]*\))*\)", re.M)
_LINE = re.compile(r"CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set")


class Conf:
    """conf of one tree, in a folder with the Kconfig files and scripts of that tree.

    The folder is conf's own: two of its files are changed so that every probe of the build machine answers as
    in patchtool, which runs none. Nothing else is: conf parses and computes what the tree says.
    """

    def __init__(self, root: Path) -> None:
        missing = [tool for tool in TOOLS if not shutil.which(tool)]
        if missing:
            # Right: they build the kernel's own conf, which patchtool never runs; .ci/run installs them.
            pytest.skip(f"no {', '.join(missing)}: scripts/kconfig/conf was NOT asked")
        self.root = root
        self._silence()
        self._build()

    def _silence(self) -> None:
        include = self.root / "scripts/Kconfig.include"
        text = include.read_text()
        for name, answer in PROBES.items():
            text = re.sub(rf"^{name} = .*$", f"{name} = {answer}", text, flags=re.M)
        # A variable comes before the function of its name: no $(shell,...) is run from here on.
        include.write_text("shell =\n" + _VERSION.sub(r"\1 := 0", text))
        first = self.root / "init/Kconfig"
        first.write_text(_SHELL_VALUE.sub(r"\g<1>0", first.read_text()))

    # As scripts/kconfig/Makefile does, without the rest of kbuild: some published trees lack parts of that.
    def _build(self) -> None:
        folder = self.root / "scripts/kconfig"
        (grammar,) = folder.glob("*.y")
        (lexer,) = folder.glob("*.l")
        parsed, lexed = f"{grammar.stem}.tab.c", f"{lexer.stem}.lex.c"
        self._run("flex", "-L", f"-o{lexed}", lexer.name)
        self._run("bison", "-t", "-l", f"--defines={grammar.stem}.tab.h", "-o", parsed, grammar.name)
        parts = [
            "conf.c",
            "confdata.c",
            "expr.c",
            lexed,
            "menu.c",
            parsed,
            "preprocess.c",
            "symbol.c",
            "util.c",
        ]
        included = re.findall(r'^#include "(\S+\.c)"', grammar.read_text(), re.M)
        sources = [part for part in parts if part not in included and (folder / part).is_file()]
        self._run("gcc", "-w", "-I.", "-I../include", "-o", "conf", *sources)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.root / "scripts/kconfig", capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def ask(self, variables: Mapping[str, str], name: str, folder: Path | None = None) -> dict[str, str]:
        """What conf writes for allnoconfig, allyesconfig or the defconfig of that path; n for "not set".

        `folder` holds the Kconfig files to ask about; by default they are the tree's.
        """
        place = folder or self.root
        config = place / ".config"
        config.unlink(missing_ok=True)
        mode = f"--{name}" if name in ("allnoconfig", "allyesconfig") else f"--defconfig={name}"
        done = subprocess.run(
            [self.root / "scripts/kconfig/conf", mode, "Kconfig"],
            cwd=place,
            env={"srctree": ".", "CC": "false", "LD": "false", "PATH": "/nowhere", **variables},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return _read(config.read_text(errors="surrogateescape"))


def _read(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            value = match[2] or ""
            plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            found[match[1] or match[3]] = "n" if match[3] else plain
    return found
