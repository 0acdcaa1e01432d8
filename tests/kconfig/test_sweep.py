"""The quick pass over all Kconfig files says what reading every line of each says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from patchtool.core.tree import Use, UseKind
from patchtool.kconfig.sweep import Sweep, sweep
from patchtool.kconfig.text import definitions, scan
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

FILE = b"""\
config A
\tbool "a prompt of NOTHING" if GONE_1
\tdepends on B && (GONE_2 || \\
\t\tGONE_3) # GONE_IN_COMMENT
\tselect GONE_4 if A
\tdefault "GONE_IN_STRING"
\tdefault $(cc-option,-m64 $(shell,GONE_IN_MACRO (x) y)) && GONE_5
\tdefault yes
\thelp
\t  If GONE_IN_HELP is set, depends on the weather:
\t  select CONFIG_GONE_IN_HELP2 for more,
\t  config HELPED
\t  default GONE_IN_HELP3

menuconfig B
\tbool
\trange 1 GONE_6
\tdefault 0x10 if !m
\timply CONFIG_A

if GONE_7
  config INDENTED
\ttristate
endif
menu "x"
\tvisible if GONE_8
endmenu
config \\
config C
"""


def slowly(files: dict[str, bytes]) -> Sweep:
    defined: dict[str, list[str]] = {}
    for path, data in sorted(files.items()):
        for name in dict.fromkeys(name for name, _ in definitions(data)):
            defined.setdefault(name, []).append(path)
    uses = [
        use
        for path, data in sorted(files.items())
        for use in scan(path, data)
        if use.kind is UseKind.KCONFIG and use.verb not in ("", "choice") and use.symbol not in defined
    ]
    return Sweep({name: tuple(paths) for name, paths in defined.items()}, tuple(uses))


def test_a_file_with_everything() -> None:
    found = sweep({"b/Kconfig": FILE, "a/Kconfig": b"config A\nconfig A\nconfig D\n\tselect GONE_1\r\n"})
    assert found.defined == {
        "A": ("a/Kconfig", "b/Kconfig"), "D": ("a/Kconfig",), "B": ("b/Kconfig",), "INDENTED": ("b/Kconfig",),
    }  # fmt: skip
    assert found.uses[0] == Use("a/Kconfig", 4, "GONE_1", UseKind.KCONFIG, "\tselect GONE_1", "select")
    assert [(use.line, use.symbol, use.verb) for use in found.uses[1:]] == [
        (2, "GONE_1", "prompt-if"),
        (3, "GONE_2", "depends"),
        (4, "GONE_3", "depends"),
        (5, "GONE_4", "select"),
        (7, "GONE_5", "default"),
        (8, "yes", "default"),
        (17, "GONE_6", "range"),
        (19, "CONFIG_A", "imply"),
        (21, "GONE_7", "if"),
        (26, "GONE_8", "visible"),
    ]


def test_no_file_defines_nothing() -> None:
    assert sweep({}) == Sweep({}, ())


def test_files_made_of_kconfig_lines_in_any_order() -> None:
    whole = FILE.replace(b"\\\n", b"\\\0").split(b"\n")
    lines = [line.replace(b"\0", b"\n") for line in whole if b"CONFIG_GONE_IN_HELP" not in line]
    lines += [b"help", b"\thelp", b"  text of HELP", b"config D", b'comment "x"']
    dice = random.Random(7)
    for _ in range(300):
        files = {"Kconfig": b"\n".join(dice.choices(lines, k=12))}
        assert sweep(files) == slowly(files), files


@pytest.mark.realtree
@pytest.mark.parametrize("ref", ["mainline", "linux-4.19.y"])
def test_a_whole_kernel(kernels: Path, ref: str) -> None:
    with Scratch(kernels) as scratch:
        tree = Snapshot(scratch, ref, ref)
        files, absent = tree.read_all(path for path in tree.paths() if path.endswith("/Kconfig"))
    assert not absent
    quick, slow = sweep(files), slowly(files)
    assert len(slow.defined) > 12_000
    assert quick.defined == slow.defined
    assert set(slow.uses) == set(quick.uses)
