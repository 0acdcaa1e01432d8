"""Every architecture of real kernels parses: Debian's Linux 6.1, and those of PATCHTOOL_KERNELS."""

import contextlib

import pytest
from modern import REF, GitTree, modern

from patchtool.kconfig.atlas import architectures
from patchtool.kconfig.parser import Parsed, parse_all

# By the second half of 2022 these had left: c6x, h8300, nds32, unicore32; loongarch had come.
ARCHS = [
    *("alpha", "arc", "arm", "arm64", "csky", "hexagon", "ia64", "loongarch", "m68k", "microblaze", "mips"),
    *("nios2", "openrisc", "parisc", "powerpc", "riscv", "s390", "sh", "sparc", "um", "x86", "xtensa"),
]
OLDER = sorted({*ARCHS, "c6x", "h8300", "nds32", "unicore32"} - {"loongarch"})


def broken(tree, archs):
    found = {}
    for arch, parsed in parse_all(tree, archs):
        if not isinstance(parsed, Parsed):
            found[arch] = str(parsed)
        elif len(parsed.symbols()) < 12_000 or f"arch/{arch}/Kconfig" not in parsed.files:
            found[arch] = f"{len(parsed.symbols())} symbols of {len(parsed.files)} files"
    return found


# Halves, so that two workers share the minute that it takes.
@pytest.mark.parametrize("half", [0, 1])
def test_every_architecture_of_a_newer_kernel_parses(half):
    with contextlib.closing(GitTree(str(modern()), REF)) as tree:
        assert list(architectures(tree)) == ARCHS
        assert broken(tree, ARCHS[half::2]) == {}


@pytest.mark.realtree
@pytest.mark.parametrize(
    ("ref", "archs"),
    [
        ("mainline", OLDER),
        ("linux-5.4.y", OLDER),
        ("linux-4.19.y", [arch for arch in OLDER if arch != "csky"]),
    ],
)
def test_every_architecture_of_a_real_tree_parses(kernel, ref, archs):
    tree = kernel(ref)
    assert list(architectures(tree)) == archs
    assert broken(tree, archs) == {}
