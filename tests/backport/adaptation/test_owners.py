from __future__ import annotations

import pytest

from patchtool.backport.adaptation.owners import owner_at

CODE = """\
#include <linux/mm.h>

struct batch {
	int nr;
};

static inline void flush(struct batch *batch,
		int nr)
{
	if (nr)
		go(batch);
out:
	return;
}

extern void far(int a,
		int b);
#define both(a) \\
	one(a); \\
	two(a)
int after;

static const struct ops ops = {
	.go = go,
};

SYSCALL_DEFINE1(brk, unsigned long, brk)
{
	return 0;
}
"""
LINES = CODE.splitlines()


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("\tint nr;", "struct batch"),
        ("static inline void flush(struct batch *batch,", ""),
        ("\t\tgo(batch);", "flush"),
        ("\treturn;", "flush"),
        ("\ttwo(a)", "both"),
        ("int after;", ""),
        ("\t.go = go,", "ops"),
        ("\treturn 0;", "SYSCALL_DEFINE1(brk)"),
    ],
)
def test_what_a_line_of_c_stands_in(line: str, owner: str) -> None:
    assert (owner_at("a.c", LINES, LINES.index(line)) or "") == owner


def test_a_hunk_knows_by_its_heading_what_its_indented_lines_stand_in() -> None:
    lines = ["\tif (nr)", "\t\tgo(batch);"]
    assert owner_at("a.c", lines, 1) is None
    assert owner_at("a.c", lines, 1, "static inline void flush(struct batch *batch,") == "flush"
    assert owner_at("a.c", lines, 1, "extern int unfinished;") is None
    assert owner_at("a.c", ["int x;"], 0, "static void flush(int nr)") is None


def test_what_an_attribute_of_kconfig_stands_in() -> None:
    lines = ["config A", "\tbool", "", "if A", "config B", "\tselect C", "endif", "\tselect D"]
    assert [owner_at("Kconfig", lines, at) for at in (1, 4, 5, 6, 7)] == ["A", "", "B", "", ""]
    assert owner_at("Kconfig", ["\tselect C"], 0, "config S390") == "S390"
    assert owner_at("Kconfig", ["\tselect C"], 0, "menu Things") is None
