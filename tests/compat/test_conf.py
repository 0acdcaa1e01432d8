"""Every symbol's value under named and random configurations: what scripts/kconfig/conf of the tree says.

conf runs programs to probe the compiler; patchtool runs nothing and takes "no". So that only the language is
compared, conf works on a copy of the tree in which the probes answer "no" too: see `kconf.Conf`.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from modern import PARTS, REF, FolderTree, GitTree, modern

from patchtool.kconfig.environment import environment
from patchtool.kconfig.evaluate import Base, Values, configured, read_config
from patchtool.kconfig.parser import Parsed, parse

from .kconf import Conf

CONFIGURATIONS = {
    "x86": ("allnoconfig", "allyesconfig", "arch/x86/configs/x86_64_defconfig"),
    "arm64": ("allnoconfig", "allyesconfig", "arch/arm64/configs/defconfig"),
    "powerpc": ("allnoconfig", "allyesconfig", "arch/powerpc/configs/ppc64_defconfig"),
}
# A defconfig of ours, in conf's copy of the tree.
ANYTHING = "anything_defconfig"
# (ref, architecture, configuration, symbol): (ours, conf's, why). Empty: there is no difference.
DIFFERENCES: dict[tuple[str, str, str, str], tuple[str | None, str | None, str]] = {}


# Blobs one by one: `git archive` refuses a clone that lacks any of them.
def check_out(tree: GitTree, folder: Path) -> Path:
    wanted = re.compile(PARTS)
    listing = ["git", "-C", tree.git_dir, "ls-tree", "-r", tree.name]
    rows = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.splitlines()
    for row in rows:
        kind, path = row.split("\t")
        if kind.startswith("100") and wanted.fullmatch(path):
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(tree.read(path))
    return folder


def compare(tree: GitTree, conf: Conf, arch: str) -> None:
    parsed = parse(tree, arch)
    variables = environment(tree, arch)
    found = {}
    for name in CONFIGURATIONS[arch]:
        mine, theirs = configured(tree, parsed, name), conf.ask(variables, name)
        found |= differences((tree.name, arch, name), parsed.symbols(), mine, theirs)
    text = anything(parsed)
    (conf.root / ANYTHING).write_text(text)
    mine = parsed.with_values(read_config(text.encode()))
    theirs = conf.ask(variables, ANYTHING)
    found |= differences((tree.name, arch, ANYTHING), parsed.symbols(), mine, theirs)
    assert found == {key: row[:2] for key, row in DIFFERENCES.items() if key[:2] == (tree.name, arch)}


def differences(case: tuple[str, str, str], symbols: frozenset[str], values: Values, theirs: dict) -> dict:
    mine = values.written()
    assert len(theirs) > 500
    # What conf leaves out of .config is n, or a text or number that is empty or means nothing there.
    assert not [symbol for symbol in symbols - set(mine) if values.value(symbol) in ("y", "m")]
    return {
        (*case, symbol): (mine.get(symbol), theirs.get(symbol))
        for symbol in {*mine, *theirs}
        if mine.get(symbol) != theirs.get(symbol)
    }


def anything(parsed: Parsed) -> str:
    """A .config that gives y, m or n to most bool and tristate symbols, in no order."""
    choose = random.Random(6)
    everything = parsed.with_values({}, Base.ALLYESCONFIG)
    symbols = [symbol for symbol in sorted(parsed.symbols()) if everything.value(symbol) in ("y", "m", "n")]
    choose.shuffle(symbols)
    lines = ["CONFIG_MODULES=y"]
    for symbol in symbols:
        value = choose.choice(("y", "y", "m", "n", ""))
        if value and choose.random() < 0.9:
            lines.append(f"# CONFIG_{symbol} is not set" if value == "n" else f"CONFIG_{symbol}={value}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    with contextlib.closing(GitTree(str(modern()), REF)) as tree:
        yield tree, Conf(check_out(tree, tmp_path_factory.mktemp("newer")))


@pytest.mark.parametrize("arch", CONFIGURATIONS)
def test_values_on_a_newer_kernel(newer, arch):
    compare(*newer, arch)


@pytest.mark.realtree
@pytest.mark.parametrize("ref", ["mainline", "linux-5.4.y", "linux-4.19.y"])
def test_values_on_a_real_tree(kernels, ref, tmp_path):
    with contextlib.closing(GitTree(str(kernels), ref)) as tree:
        conf = Conf(check_out(tree, tmp_path))
        for arch in CONFIGURATIONS:
            compare(tree, conf, arch)


MODULES = 'config MODULES\n\tbool "m"\n\tmodules\n'
IMPLIED = (
    f'{MODULES}config BASE\n\ttristate "b"\nconfig IT\n\ttristate "i"\n\tdepends on BASE\n'
    'config WHO\n\tdef_bool y\n\timply IT\nconfig FORCE\n\ttristate "f"\n\tselect IT\n'
    "config PLAIN\n\tbool\n\tdepends on BASE\nconfig OTHER\n\tdef_bool y\n\timply PLAIN\n"
)
CHOICES = (
    f'{MODULES}config GATE\n\tbool "g"\nchoice NAMED\n\ttristate "n"\n\toptional\nconfig A\n\ttristate "a"\n'
    'config B\n\ttristate "b"\nendchoice\nchoice\n\tprompt "p"\n\tdefault D\nconfig C\n\tbool "c"\n'
    'config D\n\tbool "d"\nconfig E\n\tbool "e"\n\tdepends on GATE\nendchoice\n'
)
NUMBERS = (
    'config LOW\n\tint "l"\n\tdefault 3\nconfig BARE\n\tint\nconfig HEX\n\thex "h"\n\trange 0x10 0x20\n'
    'config NUM\n\tint "n"\n\trange LOW 9\n\tdefault 12\nconfig ANSWER\n\tdef_bool NUM = 9 && HEX < 0x1f\n'
)
# Each symbol's candidate values; "" is no line for it.
SMALL = [
    (
        IMPLIED,
        {"MODULES": ("n", "y"), "BASE": ("n", "m", "y"), "IT": ("", "n", "m"), "FORCE": ("", "m", "y")},
    ),
    (CHOICES, {"MODULES": ("n", "y"), "A": ("", "m", "y"), "B": ("m", "y", "n"), "GATE": ("n", "y")}),
    (CHOICES, {"C": ("", "n", "y"), "D": ("", "n", "y"), "E": ("n", "y"), "GATE": ("n", "y")}),
    (NUMBERS, {"LOW": ("", "5", "-1"), "NUM": ("", "4", "9", "x"), "HEX": ("", "0x1e", "1f", "0x21")}),
]


@pytest.mark.parametrize(
    ("top", "candidates"), SMALL, ids=["imply", "choice of modules", "choice", "numbers"]
)
def test_values_of_every_small_configuration(newer, tmp_path, top, candidates):
    _, conf = newer
    (tmp_path / "Kconfig").write_text(top)
    (tmp_path / "arch/tiny").mkdir(parents=True)
    (tmp_path / "arch/tiny/Kconfig").touch()
    shutil.copytree(conf.root / "scripts/kconfig", tmp_path / "scripts/kconfig", symlinks=True)
    parsed = parse(FolderTree(tmp_path), "tiny")
    for values in itertools.product(*candidates.values()):
        rows = [(symbol, value) for symbol, value in zip(candidates, values, strict=True) if value]
        lines = [f"# CONFIG_{s} is not set" if v == "n" else f"CONFIG_{s}={v}" for s, v in rows]
        (tmp_path / ANYTHING).write_text("\n".join([*lines, ""]))
        assert parsed.with_values(dict(rows)).written() == conf.ask({}, ANYTHING, tmp_path), lines
