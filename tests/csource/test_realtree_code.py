"""What the C code of real kernels says, held against what compilers said of the same states."""

import pytest

from patchtool.core.expr import text
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.hunks import added_lines
from patchtool.csource.visibility.expanding import expanded
from patchtool.csource.visibility.hidden import Asked, hidden
from patchtool.csource.visibility.uses import uses
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack

pytestmark = pytest.mark.realtree


@pytest.fixture(scope="module")
def after(kernels, real_mails):
    """A function that gives a ref with the first patches of a series, and the last of these."""
    with Scratch(kernels) as scratch:

        def applied(ref, name, count):
            base = Snapshot(scratch, scratch.resolve(ref), ref)
            stack = Stack(scratch, base.oid)
            patches = read_series(str(real_mails / name)).patches[:count]
            for patch in patches:
                oid = stack.apply(patch.diff)
            return SourceTree(base.derive(oid, f"{ref}+{count}")), patches[-1]

        yield applied


def asked_of(tree, patch, path):
    (change,) = [change for change in patch.files if change.new_path == path]
    data = tree.reader.read(path)
    return Asked(path, tuple(use for use in uses(path, data, added_lines(change, data)) if not use.macro))


def found(tree, patch, path, arch, unit):
    asked = asked_of(tree, patch, path)
    return {one.use.name: text(one.when) for one in hidden(tree, asked, arch, unit)}


@pytest.mark.parametrize(
    ("arch", "expected"),
    [
        ("arm", {"tlb_needs_table_invalidate": "MMU = y && HAVE_RCU_TABLE_FREE = y"}),
        ("arm64", {}),
        ("powerpc", {}),
        ("sparc", {}),
        ("x86", {}),
    ],
)
def test_the_backport_to_4_19_left_arm_without_a_declaration(after, arch, expected):
    tree, patch = after("linux-4.19.y", "stable-4.19.mbox", 5)
    assert found(tree, patch, "mm/memory.c", arch, "mm/memory.c") == expected


@pytest.mark.parametrize(
    ("arch", "expected"),
    [
        ("arm", {"PMD_SHIFT": "MMU != y"}),
        ("c6x", {"PMD_SHIFT": "y"}),
        ("m68k", {"PMD_SHIFT": "MMU != y"}),
        ("s390", {}),
        ("sh", {}),
        ("alpha", {}),
    ],
)
def test_the_backport_to_4_19_left_kernels_without_an_mmu_without_pmd_shift(after, arch, expected):
    tree, patch = after("linux-4.19.y", "stable-4.19.mbox", 2)
    assert found(tree, patch, "include/asm-generic/tlb.h", arch, "fs/exec.c") == expected


# Compiled for m68k (m5208evb) and arm (stm32): the one lacks PGDIR_SHIFT there, the other does not.
@pytest.mark.parametrize(("arch", "expected"), [("arm", set()), ("m68k", {("PGDIR_SHIFT", "MMU != y")})])
def test_the_backport_to_4_19_left_macros_that_stand_for_nothing(after, arch, expected):
    tree, patch = after("linux-4.19.y", "stable-4.19.mbox", 2)
    inner = expanded(tree, asked_of(tree, patch, "include/asm-generic/tlb.h"), arch, "fs/exec.c")
    assert {(one.use.name, text(one.when)) for one in hidden(tree, inner, arch, "fs/exec.c")} == expected
