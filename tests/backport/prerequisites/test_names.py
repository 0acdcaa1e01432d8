"""The names that a commit uses on the lines it adds, and those that it brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import commit, kernel
from patchtool.backport.prerequisites.items import Item, commit_item
from patchtool.backport.prerequisites.names import Name, brought_by, line_of, used_by
from patchtool.core.prerequisite import LackKind
from patchtool.tree.git import Scratch

HEADER = b"struct gather {\n\tint start;\n};\n#define SIZE 1\nint look(struct gather *g);\n"
CODE = "int look(struct gather *g)\n{\n\tint v = 0;\n\treturn v;\n}\n"


def item(repo: Path, files: dict[str, str]) -> Item:
    oid = commit(repo, files)
    with Scratch(repo) as scratch:
        found = commit_item(scratch, oid)
    assert found
    return found


def test_members_functions_symbols_and_includes_on_added_lines(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", {"mm/look.c": CODE})
    new = "#include <linux/gather.h>\n" + CODE.replace("v = 0;", "v = g->start + last(SIZE) + CONFIG_BAR;")
    kconfig = "config FOO\n\tbool\n\tselect BAZ\n"
    used = used_by(item(repo, {"mm/look.c": new, "arch/Kconfig": kconfig}))
    assert sorted(
        (one.name.kind.value, one.name.owner, one.name.word, one.path, one.line) for one in used
    ) == [
        ("header", "", "linux/gather.h", "mm/look.c", 1),
        ("identifier", "", "SIZE", "mm/look.c", 4),
        ("identifier", "", "last", "mm/look.c", 4),
        ("member", "gather", "start", "mm/look.c", 4),
        ("symbol", "", "BAR", "mm/look.c", 4),
        ("symbol", "", "BAZ", "arch/Kconfig", 3),
    ]


def test_what_it_brings_itself_it_does_not_need(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", {"mm/look.c": CODE})
    new = CODE.replace("v = 0;", "v = last();").replace("int look", "static int last(void)\n{\n}\n\nint look")
    change = item(repo, {"mm/look.c": new})
    assert Name(LackKind.IDENTIFIER, "last") in brought_by(change)
    assert used_by(change) == ()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (Name(LackKind.MEMBER, "start", "gather"), 2),
        (Name(LackKind.MEMBER, "start"), 2),
        (Name(LackKind.MEMBER, "start", "other"), 0),
        (Name(LackKind.IDENTIFIER, "SIZE"), 4),
        (Name(LackKind.IDENTIFIER, "look"), 5),
        (Name(LackKind.IDENTIFIER, "start"), 0),
    ],
)
def test_the_line_that_declares_a_name(name: Name, line: int) -> None:
    assert line_of(name, "include/linux/gather.h", HEADER) == line
