"""What `invisible-identifier` says of the mini kernel, held against a compiler, architecture by architecture.

The compiler is the host's: the mini kernel's declarations are the same for all. Only its words on the name of
the finding count; the mini kernel has not all that a kernel builds with.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kit import command

pytestmark = pytest.mark.skipif(
    not shutil.which("gcc"),
    reason="gcc is not installed: the C rules were NOT held against a compiler (apt-get install gcc)",
)
CASES = Path(__file__).resolve().parents[2] / "fixtures/rules/invisible-identifier"
GCC = ("gcc", "-fsyntax-only", "-fmax-errors=0", "-fdiagnostics-color=never", "-nostdinc")
KERNEL = ("-Werror=implicit-function-declaration", "-D__KERNEL__", "-Iinclude")
LOST = re.compile(
    r"error: (?:implicit declaration of function \W(\w+)|\W(\w+)\W undeclared|.* has no member named \W(\w+)"
    r"|([\w/]+\.h): No such file)"
)
PLACE = re.compile(r"(\w+) \((.*)\): ([\w/.-]+):\d+")


@pytest.fixture
def tree(mini: Path, tmp_path: Path) -> Path:
    """A copy of the mini kernel's files, for a patch to be put on."""
    place = tmp_path / "tree"
    place.mkdir()
    packed = subprocess.run(["git", "archive", "mainline"], cwd=mini, capture_output=True, check=True).stdout
    subprocess.run(["tar", "xf", "-"], cwd=place, input=packed, check=True)
    return place


def finding(mini: Path, case: Path) -> tuple[str, list[tuple[str, str, str]]]:
    """The name that the one finding is about; of each place of it architecture, configuration and file."""
    arguments = ("check", case, "--repo", mini, "--base", "mainline", "--select", "invisible-identifier")
    report = json.loads(command(*arguments, "--format", "json", cwd=mini).stdout)
    (one,) = report["findings"]
    words = one["message"].removeprefix("member ").split()
    return words[0].strip("<>"), [PLACE.match(row).groups() for row in one["evidence"]]


def undeclared(tree: Path, arch: str, path: str, *symbols: str) -> set[str]:
    options = [f"-Iarch/{arch}/include", *(f"-DCONFIG_{symbol}=1" for symbol in symbols)]
    done = subprocess.run(
        [*GCC, *KERNEL, *options, path], cwd=tree, capture_output=True, text=True, check=False
    )
    return {next(filter(None, match.groups())) for match in LOST.finditer(done.stderr)}


# What is said of a configuration are the symbols that decide; nearly all that is compiled here wants an MMU.
def switched_on(values: str) -> list[str]:
    chosen = dict(part.split("=") for part in values.split(", ") if "=" in part)
    return [symbol for symbol, value in ({"MMU": "y"} | chosen).items() if value == "y"]


def put_on(tree: Path, case: Path) -> None:
    first = case.read_bytes().split(b"\nFrom mboxrd@z")[0]
    subprocess.run(["git", "apply"], cwd=tree, input=first, check=True)


@pytest.mark.parametrize("name", ["bad-arch", "bad-header", "bad-member", "bad-order"])
def test_a_compiler_misses_what_the_rule_names_in_each_configuration_that_it_names(mini, tree, name):
    word, places = finding(mini, CASES / f"{name}.mbox")
    configured = [(arch, path, switched_on(values)) for arch, values, path in places]
    before = {arch: undeclared(tree, arch, path, *symbols) for arch, path, symbols in configured}
    put_on(tree, CASES / f"{name}.mbox")
    after = {arch: undeclared(tree, arch, path, *symbols) for arch, path, symbols in configured}
    assert [arch for arch, names in after.items() if word not in names] == []
    assert any(word not in names for names in before.values())


def test_a_compiler_misses_nothing_where_the_rule_is_silent(mini, tree):
    word, places = finding(mini, CASES / "bad-arch.mbox")
    put_on(tree, CASES / "bad-arch.mbox")
    archs = sorted(folder.name for folder in (tree / "arch").iterdir() if folder.is_dir())
    lost = [arch for arch in archs if word in undeclared(tree, arch, "mm/mmap.c", "MMU")]
    assert lost == sorted(arch for arch, _, _ in places)
