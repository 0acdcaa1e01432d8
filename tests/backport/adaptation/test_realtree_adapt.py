"""The series on real kernels, against what people made of it by hand in 2020."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from patchtool.backport.adaptation.adapt import adapt
from patchtool.core.adapt import Act, Adapted
from patchtool.core.series import FileChange
from patchtool.engine.renames.table import declared
from patchtool.mail.diff import parse_diff
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import DoesNotApply, Stack

pytestmark = pytest.mark.realtree

ON_5_4 = (1, 2, 3, 4, 5, 6, 7, 8, 9)
ON_4_19 = (1, 2)
NOHASH = "arch/powerpc/include/asm/nohash"


@contextmanager
def adapted(
    kernels: Path, real_mails: Path, ref: str, numbers: tuple[int, ...]
) -> Iterator[tuple[Snapshot, dict[int, Adapted | str]]]:
    """What became of some patches, one on the other: the tree id of a clean one, or how it was adapted."""
    series = read_series(str(real_mails / "v4.mbox"))
    with Scratch(kernels) as scratch:
        target = Snapshot(scratch, scratch.resolve(ref) or "", ref)
        base = Snapshot(scratch, scratch.resolve("mainline") or "", "mainline")
        stack, theirs = Stack(scratch, target.oid), Stack(scratch, base.oid)
        found: dict[int, Adapted | str] = {}
        for patch in series.patches:
            if patch.n in numbers:
                try:
                    found[patch.n] = stack.apply(patch.diff)
                except DoesNotApply:
                    upstream = base.derive(theirs.tree, "upstream")
                    made = adapt(stack, target, patch, upstream, declared())
                    assert isinstance(made, Adapted), made
                    before = stack.tree
                    assert stack.apply(made.diff) == made.tree
                    assert stack.apply(made.diff, reverse=True) == before
                    stack.apply(made.diff)
                    found[patch.n] = made
            theirs.apply(patch.diff)
        yield target.derive(stack.tree, "after"), found


def lines(changes: tuple[FileChange, ...]) -> dict[str, Counter[str]]:
    return {
        change.path: Counter(
            line.tag + line.text for hunk in change.hunks for line in hunk.lines if line.tag != " "
        )
        for change in changes
    }


def test_on_5_4_two_hunks_differ_in_context_and_the_changes_are_upstreams(
    kernels: Path, real_mails: Path
) -> None:
    with adapted(kernels, real_mails, "linux-5.4.y", ON_5_4) as (after, found):
        made = {n: one for n, one in found.items() if isinstance(one, Adapted)}
        assert sorted(made) == [6, 7]
        assert [(step.act, str(step.at)) for step in made[6].steps] == [
            (Act.CONTEXT, "linux-5.4.y:arch/s390/Kconfig:171")
        ]
        assert [step.at.path for step in made[7].steps] == ["include/asm-generic/tlb.h"]
        assert made[6].note == "context adjusted in arch/s390/Kconfig"
        for one in made.values():
            assert (one.interdiff, one.dropped) == ("", ())
        s390 = (after.read("arch/s390/Kconfig") or b"").decode()
        assert re.findall(r"select \w*(?:TABLE_FREE|GATHER)\w*", s390) == [
            "select MMU_GATHER_NO_GATHER",
            "select MMU_GATHER_RCU_TABLE_FREE",
        ]


def test_on_4_19_the_first_is_line_by_line_what_was_made_by_hand(kernels: Path, real_mails: Path) -> None:
    byhand = read_series(str(real_mails / "stable-4.19.mbox")).patches[3]
    with adapted(kernels, real_mails, "linux-4.19.y", ON_4_19) as (_, found):
        made = found[1]
        assert isinstance(made, Adapted)
        assert lines(parse_diff(made.diff, "x")) == lines(byhand.files)
        assert {step.what for step in made.steps if step.act is Act.MOVED} == {
            f"{NOHASH}/pgalloc.h is {NOHASH}/32/pgalloc.h and {NOHASH}/64/pgalloc.h here",
            "arch/powerpc/mm/book3s64/pgtable.c is arch/powerpc/mm/pgtable-book3s64.c here",
        }
        assert made.dropped == ()


def test_on_4_19_the_second_differs_from_the_hand_made_one_by_its_prerequisite_alone(
    kernels: Path, real_mails: Path
) -> None:
    # By hand, the symbol was turned round first (3/6); here it keeps its old meaning, and x86 its select.
    byhand = lines(read_series(str(real_mails / "stable-4.19.mbox")).patches[4].files)
    with adapted(kernels, real_mails, "linux-4.19.y", ON_4_19) as (_, found):
        made = found[2]
        assert isinstance(made, Adapted)
        ours = lines(parse_diff(made.diff, "x"))
    differing = {path for path in ours | byhand if ours.get(path) != byhand.get(path)}
    assert {path: list(ours.get(path, Counter()) - byhand.get(path, Counter())) for path in differing} == {
        "arch/Kconfig": ["-config HAVE_RCU_TABLE_INVALIDATE"],
        "arch/powerpc/Kconfig": [],
        "arch/sparc/Kconfig": [],
        "arch/x86/Kconfig": ["-\tselect HAVE_RCU_TABLE_INVALIDATE\tif HAVE_RCU_TABLE_FREE"],
        "mm/memory.c": ["-#ifdef CONFIG_HAVE_RCU_TABLE_INVALIDATE"],
    }
    assert {(one.path, one.hunk) for one in made.dropped} == {
        ("arch/powerpc/Kconfig", 1),
        ("arch/sparc/Kconfig", 1),
        ("include/asm-generic/tlb.h", 1),
    }
