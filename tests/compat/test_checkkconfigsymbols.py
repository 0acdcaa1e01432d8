"""`patchtool lint` finds what the kernel's scripts/checkkconfigsymbols.py finds; each difference has a row.

A part of Debian's linux-source-6.1 (every Kconfig file and Makefile, two architectures, the core, some
documents) is compared wherever that package is installed: about 20 s. Whole kernels take minutes and are
compared where PATCHTOOL_LINT_TREES names checked-out ones, each in git.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kit import SCRIPT, git
from patchtool.core.tree import UseKind
from patchtool.kconfig.text import scan

SOURCE = Path("/usr/src/linux-source-6.1.tar.xz")
PARTS = (
    *("Kconfig*", "Makefile*", "Kbuild*", "arch/arm/*", "arch/x86/*", "init/*", "kernel/*", "lib/*", "mm/*"),
    *("scripts/*", "Documentation/kbuild/*", "Documentation/translations/zh_CN/*"),
)
# The script's own search, without the list of similar names that takes most of its time.
SEARCH = """
import json, sys
sys.path.insert(0, "scripts")
import checkkconfigsymbols
undefined, _ = checkkconfigsymbols.check_symbols("")
print(json.dumps({name: sorted(files) for name, files in undefined.items()}))
"""
SHELL = "the script takes an argument of $(cc-option ...) or $(success ...) for a symbol"
SENTENCE = (
    "the script of 6.1 reads help texts: a line that begins with `default` or `select` is a statement to it"
)
WIDE = "the script takes letters of other alphabets for a part of the name"
HELP = "the script looks for CONFIG_ in every text but Kconfig's help texts and comments"
BLANK = "the script overlooks `default X` with one blank before X and nothing behind it"
# What only the script says, and where only patchtool sees a name. One may be absent from another 6.1.y.
THEIRS: Mapping[str, Mapping[str, str]] = {
    "5.4": {"CC": SHELL, "HOSTCXX": SHELL, "r13": SHELL, "x86_64": SHELL},
    "6.1": {
        "ASC1": SENTENCE,
        "ASC2": SENTENCE,
        "CC": SHELL,
        "CLANG_FLAGS": SHELL,
        "CONFIG_ACPI_NFIT": SENTENCE,
        "CONFIG_XMON_DEFAULT": SENTENCE,
        "DMA": SENTENCE,
        "GB": SENTENCE,
        "PIO": SENTENCE,
        "SBC": SENTENCE,
        "TRACE_IRQFLAGS_SUPPORT是通用锁调试代码提供的CONFIG_PROVE_SPIN_LOCKING": WIDE,
        "UART": SENTENCE,
        "USERCFLAGS": SHELL,
        "USERLDFLAGS": SHELL,
        "V1F100": SENTENCE,
        "VM": SENTENCE,
        "ilp32": SHELL,
        "lp64": SHELL,
        "m32": SHELL,
        "m64": SHELL,
        "r13": SHELL,
        "rv32ima_zicbom": SHELL,
        "rv32ima_zihintpause": SHELL,
        "rv64ima_zicbom": SHELL,
        "rv64ima_zihintpause": SHELL,
        "x86_64": SHELL,
    },
}
OURS: Mapping[str, Mapping[str, str]] = {
    "5.4": {
        "BLK_DEV_IDE_PMAC_BLINK": HELP,
        "CFQ_GROUP_IOSCHED": HELP,
        "CONFIG_STM": BLANK,
        "DEFAULT_SECURITY": HELP,
        "HMM": HELP,
        "ITANIUM_ASTEP_SPECIFIC": HELP,
        "MACH_JZ4725B": BLANK,
        "NETLINK_DEV": HELP,
        "NFIT_ACPI": HELP,
        "SYSCTRL_CUDA": HELP,
        "V4L2_FLASH_API": HELP,
    },
    "6.1": {
        "BLK_DEV_IDE_PMAC_BLINK": HELP,
        "CGROUP": WIDE,
        "CONFIG_STM": BLANK,
        "DEFAULT_SECURITY": HELP,
        "HMM": HELP,
        "INFINIBAND_USER_VERBS": WIDE,
        "ITANIUM_ASTEP_SPECIFIC": HELP,
        "MACH_JZ4760": BLANK,
        "NETLINK_DEV": HELP,
        "NFIT_ACPI": HELP,
        "PROVE_MUTEX_LOCKING": WIDE,
        "PROVE_RWSEM_LOCKING": WIDE,
        "PROVE_RW_LOCKING": WIDE,
        "PROVE_SPIN_LOCKING": WIDE,
        "ROCKETPORT": HELP,
        "SYSCTRL_CUDA": HELP,
        "UBSAN_REPORT_FULL": HELP,
        "V4L2_FLASH_API": HELP,
    },
}
# The release that a table was made from: there, no row is idle.
MADE_FROM = {"5.4": "5.4.18", "6.1": "6.1.192"}


def release(tree: Path) -> tuple[str, str]:
    """`6.1`, `6.1.192`."""
    numbers = re.findall(r"^(?:VERSION|PATCHLEVEL|SUBLEVEL) = (\d+)$", (tree / "Makefile").read_text(), re.M)
    return ".".join(numbers[:2]), ".".join(numbers)


def theirs(tree: Path) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SEARCH], cwd=tree, capture_output=True, check=True, timeout=900
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def ours(tree: Path) -> dict[str, list[str]]:
    command = [SCRIPT, "lint", "--fail-on", "never", "--format", "json", "--repo", str(tree)]
    done = subprocess.run(command, env=os.environ, capture_output=True, check=True, timeout=900)
    report = json.loads(done.stdout)
    return {one["symbol"]: sorted({place["path"] for place in one["places"]}) for one in report["undefined"]}


def beyond(some: Mapping[str, list[str]], others: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The names and files of one side that the other does not have."""
    more = {name: sorted({*files} - {*others.get(name, ())}) for name, files in some.items()}
    return {name: files for name, files in more.items() if files}


def is_true(reason: str, tree: Path, name: str, files: list[str]) -> bool:
    """Whether the tree's own lines bear the reason out."""
    texts = {path: (tree / path).read_bytes() for path in files}
    word = re.compile(rf"\b{name}\b", re.A)
    lines = [line for data in texts.values() for line in data.decode().split("\n") if word.search(line)]
    if reason is WIDE:
        return not name.isascii() or not any(re.search(rf"\bCONFIG_{name}\b", line) for line in lines)
    uses = [use for path, data in texts.items() for use in scan(path, data, {name})]
    asked = any(use.kind is UseKind.KCONFIG for use in uses)
    if reason is SHELL:
        return not asked and any("$(" in line for line in lines)
    if reason is SENTENCE:
        return not asked and any(re.match(r"\s+(?:default|select|depends on|if)\s", line) for line in lines)
    if reason is BLANK:
        return asked and all(re.fullmatch(rf"\tdefault {name}", line) for line in lines)
    return bool(uses) and {use.kind for use in uses} <= {UseKind.HELP, UseKind.COMMENT}


def explained(tree: Path, *, whole: bool) -> None:
    series, exact = release(tree)
    script, lint = theirs(tree), ours(tree)
    assert len(script.keys() & lint.keys()) > 100
    for found, table in (
        (beyond(script, lint), THEIRS[series]),
        (beyond(lint, script), OURS[series]),
    ):
        assert not {name: files for name, files in found.items() if name not in table}
        assert not [name for name, files in found.items() if not is_true(table[name], tree, name, files)]
        if whole and exact == MADE_FROM[series]:
            assert found.keys() == table.keys()


def store(tree: Path) -> Path:
    git(tree, "init", "-q", "--template=", "-b", "main")
    git(tree, "-c", "core.compression=0", "add", "-A", "-f", ".")
    git(tree, "commit", "-q", "-m", "x")
    return tree


def test_a_part_of_linux_6_1(tmp_path: Path) -> None:
    if not SOURCE.exists():
        # Right: a kernel of 130 MB that only .ci/run installs; nothing of it may lie in the fixtures.
        pytest.skip("linux-source-6.1 is not installed: lint was NOT compared with checkkconfigsymbols.py")
    unpack = ["tar", "-xf", str(SOURCE), "-C", str(tmp_path), "--strip-components=1", "--wildcards"]
    subprocess.run([*unpack, *(f"*/{part}" for part in PARTS)], check=True, timeout=300)
    explained(store(tmp_path), whole=False)


def test_whole_kernels() -> None:
    trees = os.environ.get("PATCHTOOL_LINT_TREES", "")
    if not trees:
        # Right: the kernel's own script takes minutes a tree; a part of 6.1 is compared above, in CI too.
        pytest.skip("PATCHTOOL_LINT_TREES is not set: lint was NOT compared on whole kernels")
    for tree in trees.split(os.pathsep):
        explained(Path(tree), whole=True)
