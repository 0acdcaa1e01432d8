from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.series import ChangeKind, FileChange, Patch, Person, Series
from patchtool.mail.series import read_series
from patchtool.rules.misspelt_prefix import RULE, check

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real"
NOBODY = Person("", "")
SLIP = 's:%d: The subject\'s prefix says "hugetblfs", which nothing here is called;'


class Commits:
    """A history of (path, prefix) rows and a set of existing paths."""

    def __init__(self, rows: tuple[tuple[str, str], ...] = (), paths: tuple[str, ...] | None = None) -> None:
        self.rows = rows
        self.paths = paths

    def prefixes(self, path: str) -> tuple[str, ...]:
        return tuple(prefix for touched, prefix in self.rows if touched == path)

    def has_path(self, path: str) -> bool | None:
        return None if self.paths is None else path in self.paths


def patch(n: int, subject: str, path: str, diff: bytes = b"") -> Patch:
    file = FileChange(ChangeKind.MODIFY, path, path, (), diff)
    return Patch(
        n, 9, subject, "PATCH", NOBODY, NOBODY, "", "", (), (file,), diff, "s", line=1, subject_line=n * 10
    )


def said(*patches: Patch, history: Commits | None = None) -> list[str]:
    found = check(Series("s", "x", 1, patches), history or Commits())
    return [f"{f.at}: {f.message} {f.hint}" for f in found]


def test_whole_finding():
    one = patch(4, "asm-gemeric/tlb: Remove stray function", "include/asm-generic/tlb.h")
    assert list(check(Series("s", "x", 1, (one,)), Commits())) == [
        Finding(
            rule="misspelt-prefix",
            severity=Severity.WARNING,
            at=Location("s", 40),
            message=(
                'The subject\'s prefix says "asm-gemeric", which nothing here is called;'
                ' include/asm-generic/tlb.h says "asm-generic".'
            ),
            key="4:asm-gemeric",
            hint='write "asm-generic/tlb: ..."',
            patch=4,
            evidence=("asm-gemeric/tlb: Remove stray function",),
        )
    ]


@pytest.mark.parametrize(
    ("subject", "path", "right"),
    [
        ("mircoblaze: drop it", "arch/microblaze/mm/init.c", "microblaze"),
        ("opeinrisc: switch", "arch/openrisc/include/asm/pgalloc.h", "openrisc"),
        ("mm, pwoerpc: a", "arch/powerpc/mm/mem.c", "mm, powerpc"),
        ("Docmentatoin: a", "Documentation/x.rst", "documentation"),
        ("x86: mtrr: genreic: a", "arch/x86/kernel/cpu/mtrr/generic.c", "x86: mtrr: generic"),
    ],
)
def test_slips_of_the_path(subject, path, right):
    (finding,) = said(patch(1, subject, path))
    assert finding.startswith("s:10: ")
    assert finding.endswith(f'write "{right}: ..."')


@pytest.mark.parametrize(
    ("subject", "path"),
    [
        ("asm-generic/tlb: a", "include/asm-generic/tlb.h"),
        ("m: a", "mm/x.c"),
        ("sced: a", "sched/x.c"),
        ("syscalls: a", "kernel/syscall.c"),
        ("parser: a", "lib/parse.c"),
        ("access: a", "include/linux/uaccess.h"),
        ("mt7621: a", "drivers/net/mt7622.c"),
        ("mmu-gather: a", "mm/mmu_gather.c"),
        ("kmsan: a", "include/linux/kcsan.h"),
        ("remove the genreic code: a", "mm/generic.c"),
        ("no prefix with genreic", "mm/generic.c"),
        ("", "mm/generic.c"),
        ("microblaze: a", "mm/init.c"),
    ],
)
def test_nothing_to_say(subject, path):
    assert said(patch(1, subject, path)) == []


def test_earlier_commits_say_so():
    history = Commits((("mm/x.c", "hugetlbfs"), ("mm/x.c", "mm/hugetlbfs")))
    assert said(patch(1, "hugetblfs: a", "mm/x.c"), history=history) == [
        f'{SLIP % 10} earlier commits to mm/x.c say "hugetlbfs". write "hugetlbfs: ..."'
    ]
    assert said(patch(1, "hugetblfs: a", "mm/y.c"), history=history) == []


def test_a_word_that_is_used_is_right():
    used = Commits((("mm/generic.c", "genreic"),))
    assert said(patch(1, "genreic: a", "mm/generic.c"), history=used) == []
    assert said(patch(1, "genreic: a", "mm/generic.c"), history=Commits(paths=("genreic",))) == []
    assert len(said(patch(1, "genreic: a", "mm/generic.c"), history=Commits(paths=()))) == 1
    assert said(patch(1, "genreic: a", "mm/generic.c", b"+#include <linux/genreic.h>\n")) == []


def test_the_rest_of_the_series_says_so():
    right = [patch(n, "hugetlbfs: a", f"mm/{n}.c") for n in (1, 2)]
    assert said(*right, patch(3, "hugetblfs: a", "mm/x.c")) == [
        f'{SLIP % 30} 2 other patches of the series say "hugetlbfs". write "hugetlbfs: ..."'
    ]
    assert said(right[0], patch(3, "hugetblfs: a", "mm/x.c")) == []


@pytest.mark.parametrize(("name", "line"), [("v4.mbox", 758), ("v3.mbox", 740), ("stable-4.19.mbox", None)])
def test_real_series(name, line):
    if not (REAL / name).is_file():
        pytest.skip(f"REAL MAILS NOT TESTED: no {REAL / name}")
    found = [(f.patch, f.at.line, f.hint) for f in check(read_series(str(REAL / name)), Commits())]
    assert found == ([(4, line, 'write "asm-generic/tlb: ..."')] if line else [])


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT202", "misspelt-prefix", check)
    assert RULE.doc.startswith("Subject prefix with a slip")
